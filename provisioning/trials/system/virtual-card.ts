/**
 * Holds a virtual card to vsmartcard's virtual reader, on order. A process of its own: pcscd asks the card while the
 * kiosk waits for pcscd, so nobody in that chain may be the one who answers.
 *
 * The wire (vsmartcard, `virtualsmartcard/src/vpcd`): each message has a length of two bytes, high byte first; a message
 * of one byte is a command to the card (0 off, 1 on, 2 reset, 4 say your ATR), a longer one is for its program. A
 * connection is a card on the reader; closing it takes the card off. (The reversed mode, in which the reader connects,
 * aborts Debian's pcscd at the first disconnect.)
 */
import { connect, type Socket } from 'node:net'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'

const SAY_ATR = 4
const LENGTH = 2
const GET_UID = 'ffca0000'
const DONE = '9000'
const UNKNOWN = '6a81'

const Hex = Type.String({ pattern: '^([0-9a-f]{2})+$' })
const Order = Compile(
  Type.Object({
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    /** Absent: take the card off. */
    card: Type.Optional(Type.Object({ uid: Hex, atr: Hex })),
  }),
)

const onReader = new Map<number, Socket>()

function answerTo(message: Buffer, card: { readonly uid: string; readonly atr: string }): Buffer | undefined {
  if (message.length === 1) return message[0] === SAY_ATR ? Buffer.from(card.atr, 'hex') : undefined
  const known = message.toString('hex').startsWith(GET_UID)
  return Buffer.from(known ? card.uid + DONE : UNKNOWN, 'hex')
}

function putOn(port: number, card: { readonly uid: string; readonly atr: string }): void {
  const socket = connect(port, '127.0.0.1')
  let bytes: Buffer = Buffer.alloc(0)
  onReader.set(port, socket)
  socket.setNoDelay(true)
  socket.on('error', (error) => process.stderr.write(`Virtual card: ${error.message}\n`))
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= LENGTH && bytes.length >= LENGTH + bytes.readUInt16BE(0)) {
      const end = LENGTH + bytes.readUInt16BE(0)
      const answer = answerTo(bytes.subarray(LENGTH, end), card)
      bytes = bytes.subarray(end)
      if (answer === undefined) continue
      const length = Buffer.alloc(LENGTH)
      length.writeUInt16BE(answer.length)
      socket.write(Buffer.concat([length, answer]))
    }
  })
}

process.on('message', (order: unknown) => {
  if (!Order.Check(order)) throw new Error(`Strange order for a virtual card: ${JSON.stringify(order)}`)
  onReader.get(order.port)?.destroy()
  onReader.delete(order.port)
  if (order.card !== undefined) putOn(order.port, order.card)
  process.send?.('done')
})
process.on('disconnect', () => process.exit())
