/**
 * A double of pcscd that speaks its real protocol, so that the real libpcsclite, @pokusew/pcsclite and nfc-pcsc run
 * against it: readers come and go, cards misbehave, the daemon dies, all on order and without root. A process of its
 * own, because the native side asks it synchronously. Argument: the socket to listen on.
 */
import { createServer, type Socket } from 'node:net'
import { rmSync } from 'node:fs'
import { parseFakeOrder, type FakeCard, type FakeOrder } from './fake-orders.js'
import {
  answered,
  AT,
  changed,
  COMMAND,
  connected,
  PROTOCOL,
  readerTable,
  readName,
  RESULT,
  SHARE_DIRECT,
  takeQuestions,
  type Question,
} from './pcsc-wire.js'

/** MIFARE Ultralight and NTAG as PC/SC part 3 describes them. */
const STORAGE_CARD = '3B8F8001804F0CA0000003060300030000000068'
const GET_UID = 'ffca0000'
const DONE = '9000'
const REFUSED = '6300'
const UNKNOWN = '6A81'

type Card = { readonly habits: FakeCard; refusals: number; failures: number; readonly taken: AbortController }
type Reader = { readonly name: string; counter: number; card?: Card }
/** An open connection to the card that lay there when it was made. */
type Handle = { readonly reader: Reader; readonly counter: number }

const readers = new Map<string, Reader>()
const handles = new Map<number, Handle>()
const contexts = new Map<number, Socket>()
const waiting = new Set<Socket>()
let lastHandle = 0

function tellAll(): void {
  for (const socket of waiting) socket.write(changed())
  waiting.clear()
}

function carryOut(order: FakeOrder['order']): void {
  if (order.do === 'attach') readers.set(order.reader, { name: order.reader, counter: 0 })
  const reader = readers.get(order.reader)
  if (reader === undefined) throw new Error(`No reader ${order.reader} is attached`)
  if (order.do === 'put') {
    const { refuses = 0, failsToConnect = 0 } = order.card
    reader.card = {
      habits: order.card,
      refusals: refuses,
      failures: failsToConnect,
      taken: new AbortController(),
    }
    reader.counter++
  } else if (order.do !== 'attach') {
    reader.card?.taken.abort()
    delete reader.card
    reader.counter++
    if (order.do === 'detach') readers.delete(reader.name)
  }
  tellAll()
}

function states(): Buffer {
  return readerTable(
    [...readers.values()].map(({ name, counter, card }) => ({
      name,
      counter,
      atr: card && Buffer.from(card.habits.atr ?? STORAGE_CARD, 'hex'),
    })),
  )
}

function connectTo(body: Buffer): Buffer {
  const reader = readers.get(readName(body))
  if (reader === undefined) return answered(body, RESULT.unknownReader)
  const direct = body.readUInt32LE(AT.connect.share) === SHARE_DIRECT
  if (reader.card === undefined && !direct) return answered(body, RESULT.noCard)
  if (reader.card !== undefined && reader.card.failures > 0) {
    reader.card.failures--
    return answered(body, RESULT.unresponsiveCard)
  }
  handles.set(++lastHandle, { reader, counter: reader.counter })
  return connected(body, lastHandle)
}

async function transmit({ body, forCard }: Question): Promise<Buffer> {
  const handle = handles.get(body.readInt32LE(0))
  body.writeUInt32LE(0, AT.transmit.fromCard)
  if (handle === undefined) return answered(body, RESULT.invalidHandle)
  if (!readers.has(handle.reader.name)) return answered(body, RESULT.readerUnavailable)
  const card = handle.reader.card
  if (card === undefined || handle.counter !== handle.reader.counter)
    return answered(body, RESULT.removedCard)
  const answer = Buffer.from(await askCard(card, forCard), 'hex')
  if (card.taken.signal.aborted) return answered(body, RESULT.removedCard)
  body.writeUInt32LE(answer.length, AT.transmit.fromCard)
  return Buffer.concat([answered(body, RESULT.success), answer])
}

async function askCard(card: Card, question: Buffer): Promise<string> {
  const { uid, delayMs = 0, mute = false } = card.habits
  if (mute) await new Promise((resolve) => card.taken.signal.addEventListener('abort', resolve))
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
  if (!question.toString('hex').startsWith(GET_UID)) return UNKNOWN
  if (card.refusals > 0) {
    card.refusals--
    return REFUSED
  }
  return uid + DONE
}

function cancel(body: Buffer): Buffer {
  const socket = contexts.get(body.readInt32LE(0))
  if (socket === undefined || !waiting.delete(socket)) return answered(body, RESULT.invalidHandle)
  socket.write(changed(RESULT.cancelled))
  return answered(body, RESULT.success)
}

function establish(body: Buffer, socket: Socket): Buffer {
  contexts.set(++lastHandle, socket)
  body.writeUInt32LE(lastHandle, AT.context)
  return answered(body, RESULT.success)
}

function stateVersion(body: Buffer): Buffer {
  body.writeInt32LE(PROTOCOL.major, AT.version.major)
  body.writeInt32LE(PROTOCOL.minor, AT.version.minor)
  return answered(body, RESULT.success)
}

type Answer = (question: Question, socket: Socket) => Buffer | undefined | Promise<Buffer>

const ANSWERS = new Map<number, Answer>([
  [COMMAND.version, ({ body }) => stateVersion(body)],
  [COMMAND.establishContext, ({ body }, socket) => establish(body, socket)],
  [COMMAND.releaseContext, ({ body }) => answered(body, RESULT.success)],
  [COMMAND.readerStates, () => states()],
  [
    COMMAND.waitForChange,
    (_, socket) => {
      waiting.add(socket)
      return states()
    },
  ],
  [COMMAND.stopWaiting, (_, socket) => (waiting.delete(socket) ? changed() : undefined)],
  [COMMAND.cancel, ({ body }) => cancel(body)],
  [COMMAND.connect, ({ body }) => connectTo(body)],
  [
    COMMAND.disconnect,
    ({ body }) => answered(body, handles.delete(body.readInt32LE(0)) ? RESULT.success : RESULT.invalidHandle),
  ],
  [COMMAND.transmit, transmit],
])

function serve(socket: Socket): void {
  let bytes: Buffer = Buffer.alloc(0)
  let busy = Promise.resolve()
  const answer = async (before: Promise<void>, question: Question): Promise<void> => {
    await before
    const reply = await (ANSWERS.get(question.command)?.(question, socket) ??
      (ANSWERS.has(question.command) ? undefined : answered(question.body, RESULT.unsupported)))
    if (reply !== undefined && socket.writable) socket.write(reply)
  }
  socket.on('error', () => socket.destroy())
  socket.on('close', () => waiting.delete(socket))
  socket.on('data', (chunk) => {
    const taken = takeQuestions(Buffer.concat([bytes, chunk]))
    bytes = Buffer.from(taken.rest)
    for (const question of taken.questions) busy = answer(busy, question)
  })
}

const [socketPath = ''] = process.argv.slice(2)
// A daemon that was killed leaves its socket behind; pcscd clears it away at its start as well.
rmSync(socketPath, { force: true })
process.on('message', (message) => {
  const { id, order } = parseFakeOrder(message)
  carryOut(order)
  process.send?.({ done: id })
})
process.on('disconnect', () => process.exit())
createServer(serve).listen(socketPath, () => process.send?.({ done: 0 }))
