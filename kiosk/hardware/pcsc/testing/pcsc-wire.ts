/**
 * What libpcsclite and pcscd say to each other on the UNIX socket, protocol 4:4 (pcsc-lite 1.9, src/winscard_msg.h):
 * a header of two 32-bit words (length of the body, command), a body with fixed offsets, and for `transmit` and
 * `control` the bytes for the card behind it. All numbers are in the byte order of the machine; the answer is the body
 * of the question with its results filled in.
 */
export const COMMAND = {
  establishContext: 0x01,
  releaseContext: 0x02,
  connect: 0x04,
  reconnect: 0x05,
  disconnect: 0x06,
  beginTransaction: 0x07,
  endTransaction: 0x08,
  transmit: 0x09,
  control: 0x0a,
  status: 0x0b,
  cancel: 0x0d,
  version: 0x11,
  readerStates: 0x12,
  waitForChange: 0x13,
  stopWaiting: 0x14,
} as const

/** pcsc-lite `pcsclite.h`. */
export const RESULT = {
  success: 0,
  cancelled: 0x80100002,
  invalidHandle: 0x80100003,
  unknownReader: 0x80100009,
  noCard: 0x8010000c,
  communicationError: 0x80100013,
  notTransacted: 0x80100016,
  readerUnavailable: 0x80100017,
  unsupported: 0x8010001f,
  unresponsiveCard: 0x80100066,
  removedCard: 0x80100069,
} as const

export const PROTOCOL = { major: 4, minor: 4 } as const
export const SHARE_DIRECT = 3
const T1 = 2

const HEADER = 8
const READERS = 16
const NAME = 128
const STATE = { size: 184, counter: 128, flags: 132, atr: 140, atrLength: 176, protocol: 180 }
const FLAGS = { absent: 0x02, presentAndPowered: 0x04 | 0x10 | 0x20 }

export type Question = { readonly command: number; readonly body: Buffer; readonly forCard: Buffer }

/** Offsets of the results within the bodies. */
export const AT = {
  version: { major: 0, minor: 4 },
  context: 4,
  connect: { reader: 4, share: 132, card: 140, protocol: 144 },
  transmit: { toCard: 12, fromCard: 24 },
  control: { toCard: 8, fromCard: 16 },
} as const

/** Takes whole questions off the front of what arrived. */
export function takeQuestions(bytes: Buffer): {
  readonly questions: readonly Question[]
  readonly rest: Buffer
} {
  const questions: Question[] = []
  let rest = bytes
  while (rest.length >= HEADER) {
    const command = rest.readUInt32LE(4)
    const end = HEADER + rest.readUInt32LE(0)
    if (rest.length < end) break
    const body = Buffer.from(rest.subarray(HEADER, end))
    const more = bytesForCard(command, body)
    if (rest.length < end + more) break
    questions.push({ command, body, forCard: Buffer.from(rest.subarray(end, end + more)) })
    rest = rest.subarray(end + more)
  }
  return { questions, rest }
}

function bytesForCard(command: number, body: Buffer): number {
  if (command === COMMAND.transmit) return body.readUInt32LE(AT.transmit.toCard)
  if (command === COMMAND.control) return body.readUInt32LE(AT.control.toCard)
  return 0
}

/** Every body ends with the result. */
export function answered(body: Buffer, result: number): Buffer {
  body.writeUInt32LE(result, body.length - 4)
  return body
}

/** The answer to `waitForChange`, sent when something changed. */
export const changed = (result: number = RESULT.success): Buffer => answered(Buffer.alloc(8), result)

export const readName = (body: Buffer): string =>
  body.toString('latin1', AT.connect.reader, AT.connect.reader + NAME).replace(/\0.*$/s, '')

export type ReaderState = {
  readonly name: string
  readonly counter: number
  readonly atr?: Buffer | undefined
}

/** The table of all readers, of fixed size. */
export function readerTable(readers: Iterable<ReaderState>): Buffer {
  const table = Buffer.alloc(READERS * STATE.size)
  let at = 0
  for (const { name, counter, atr } of readers) {
    table.write(name, at, NAME - 1, 'latin1')
    table.writeUInt32LE(counter, at + STATE.counter)
    table.writeUInt32LE(atr === undefined ? FLAGS.absent : FLAGS.presentAndPowered, at + STATE.flags)
    atr?.copy(table, at + STATE.atr)
    table.writeUInt32LE(atr?.length ?? 0, at + STATE.atrLength)
    table.writeUInt32LE(atr === undefined ? 0 : T1, at + STATE.protocol)
    at += STATE.size
  }
  return table
}

/** Fills in which card was connected to, and how. */
export function connected(body: Buffer, card: number): Buffer {
  body.writeInt32LE(card, AT.connect.card)
  body.writeUInt32LE(T1, AT.connect.protocol)
  return answered(body, RESULT.success)
}
