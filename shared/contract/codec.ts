import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Failure } from '../errors.js'
import { LIMITS } from './limits.js'
import * as messages from './messages.js'
import { PROTOCOL_MAJOR, type Down, type Up } from './topics.js'

type Entry<Channel extends string, Schema extends TSchema> = {
  readonly channel: Channel
  readonly schema: Schema
  readonly maxBytes: number
}

/** Every message there is: its direction, channel, schema and size limit. docs/protocol.md is made from this. */
export const UP_MESSAGES = {
  hello: { channel: 'hello', schema: messages.Hello, maxBytes: LIMITS.smallBytes },
  'check-ins': { channel: 'check-ins', schema: messages.CheckIns, maxBytes: LIMITS.checkInsBytes },
  enquiry: { channel: 'check-ins', schema: messages.Enquiry, maxBytes: LIMITS.smallBytes },
  clock: { channel: 'clock', schema: messages.ClockFinding, maxBytes: LIMITS.smallBytes },
  health: { channel: 'health', schema: messages.Health, maxBytes: LIMITS.smallBytes },
  answer: { channel: 'answers', schema: messages.Answer, maxBytes: LIMITS.smallBytes },
  presence: { channel: 'presence', schema: messages.Presence, maxBytes: LIMITS.smallBytes },
} as const satisfies Readonly<Record<string, Entry<Up, TSchema>>>

export const DOWN_MESSAGES = {
  receipts: { channel: 'receipts', schema: messages.Receipts, maxBytes: LIMITS.checkInsBytes },
  busy: { channel: 'receipts', schema: messages.Busy, maxBytes: LIMITS.smallBytes },
  rejected: { channel: 'receipts', schema: messages.Rejected, maxBytes: LIMITS.smallBytes },
  balance: { channel: 'receipts', schema: messages.Balance, maxBytes: LIMITS.smallBytes },
  welcome: { channel: 'settings', schema: messages.Welcome, maxBytes: LIMITS.smallBytes },
  settings: { channel: 'settings', schema: messages.SettingsMessage, maxBytes: LIMITS.settingsBytes },
  program: { channel: 'program', schema: messages.ProgramMessage, maxBytes: LIMITS.programBytes },
  command: { channel: 'commands', schema: messages.Command, maxBytes: LIMITS.smallBytes },
} as const satisfies Readonly<Record<string, Entry<Down, TSchema>>>

type Table = Readonly<Record<string, Entry<string, TSchema>>>
type MessageOf<T extends Table> = { [Kind in keyof T]: Static<T[Kind]['schema']> }[keyof T]
export type UpMessage = MessageOf<typeof UP_MESSAGES>
export type DownMessage = MessageOf<typeof DOWN_MESSAGES>

/** The largest message of a direction: what a broker or client need ever accept. */
export const UP_BYTES_MAX = Math.max(...Object.values(UP_MESSAGES).map(({ maxBytes }) => maxBytes))
export const DOWN_BYTES_MAX = Math.max(...Object.values(DOWN_MESSAGES).map(({ maxBytes }) => maxBytes))

const describe = (
  validator: { Errors(value: unknown): Iterable<{ instancePath: string; message: string }> },
  value: unknown,
): string =>
  [...validator.Errors(value)]
    .slice(0, 5)
    .map((error) => `${error.instancePath === '' ? '/' : error.instancePath} ${error.message}`)
    .join('; ')

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Never the content: a version is a number, and what is none is named by its type. JSON holds objects that throw as text. */
const shown = (version: unknown): string => (typeof version === 'number' ? String(version) : typeof version)

function readEnvelope(channel: string, payload: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(payload.toString('utf8'))
  } catch (cause) {
    throw new Failure('MESSAGE_INVALID', `A message on ${channel} is not JSON`, { cause })
  }
  if (!isRecord(value)) throw new Failure('MESSAGE_INVALID', `A message on ${channel} is not a JSON object`)
  if (value['v'] !== PROTOCOL_MAJOR) {
    throw new Failure(
      'MESSAGE_VERSION_FOREIGN',
      `A message on ${channel} has version ${shown(value['v'])}; this program speaks ${PROTOCOL_MAJOR}`,
    )
  }
  return value
}

/**
 * Bytes of one direction into typed messages. A kind that this version does not know gives undefined (receivers
 * ignore unknown kinds and fields within a major version); anything else that is wrong is a Failure
 * (MESSAGE_TOO_LARGE, MESSAGE_INVALID, MESSAGE_VERSION_FOREIGN) that names the place and carries no content.
 */
function parser<T extends Table>(table: T): (channel: string, payload: Buffer) => MessageOf<T> | undefined {
  const entries = new Map(
    Object.entries(table).map(([kind, entry]) => [kind, { ...entry, validator: Compile(entry.schema) }]),
  )
  const largest = Math.max(...Object.values(table).map(({ maxBytes }) => maxBytes))
  return (channel, payload) => {
    if (payload.byteLength > largest) throw tooLarge(channel, payload.byteLength, largest)
    const value = readEnvelope(channel, payload)
    const entry = typeof value['kind'] === 'string' ? entries.get(value['kind']) : undefined
    if (entry === undefined || entry.channel !== channel) return undefined
    if (payload.byteLength > entry.maxBytes) throw tooLarge(channel, payload.byteLength, entry.maxBytes)
    if (!isMessage(entry.validator, value)) {
      throw new Failure('MESSAGE_INVALID', `${String(value['kind'])}: ${describe(entry.validator, value)}`)
    }
    return value
  }

  function isMessage(validator: { Check(value: unknown): boolean }, value: unknown): value is MessageOf<T> {
    return validator.Check(value)
  }
}

const tooLarge = (channel: string, bytes: number, max: number): Failure =>
  new Failure('MESSAGE_TOO_LARGE', `A message on ${channel} has ${bytes} bytes; at most ${max} are allowed`)

export const parseUp = parser(UP_MESSAGES)
export const parseDown = parser(DOWN_MESSAGES)

/** What goes on the wire for a message. Senders are tested strictly against the schema. */
export const encode = (message: UpMessage | DownMessage): string => JSON.stringify(message)
