import { Type, type Static, type TProperties } from 'typebox'
import { Compile } from 'typebox/compile'
import { Failure } from '@spaarzuil/shared/errors.js'

/** A name as pcscd gives it; 128 bytes in its protocol (pcsc-lite `pcsclite.h`, MAX_READERNAME). */
const ReaderName = Type.String({ minLength: 1, maxLength: 128 })
const Detail = Type.String({ maxLength: 500 })

const message = <K extends string, P extends TProperties>(kind: K, properties: P) =>
  Type.Object({ kind: Type.Literal(kind), ...properties })

/** What the reader process tells the kiosk. The only message with a chip number is `card`. */
export const FromReaderProcess = Type.Union([
  /** The reader process still turns. */
  message('alive', {}),
  /** nfc-pcsc is not there, or its native part cannot be loaded. The process ends; another one would not help. */
  message('no-package', { detail: Detail }),
  /** Nobody answers at pcscd's socket; the process keeps asking. */
  message('no-daemon', { socket: Type.String({ maxLength: 500 }) }),
  /** pcscd answers; the readers follow. */
  message('connected', {}),
  /** Every reader that was plugged in when pcscd answered has been named by now. */
  message('listed', {}),
  /** Everything pcscd names now, slots for key modules too; sent at every change. */
  message('list', { readers: Type.Array(ReaderName, { maxItems: 16 }) }),
  message('reader', { reader: ReaderName }),
  message('reader-gone', { reader: ReaderName }),
  /** Something lies on the reader; a number or `unreadable` must follow soon. `visit` is pcscd's count. */
  message('sensed', { reader: ReaderName, visit: Type.Integer({ minimum: 0, maximum: 0xffff }) }),
  /** 4 to 10 bytes: ISO/IEC 14443-3 type A has 4, 7 or 10, ISO/IEC 15693 and FeliCa have 8. */
  message('card', { reader: ReaderName, uid: Type.String({ pattern: '^([0-9A-F]{2}){4,10}$' }) }),
  message('unreadable', { reader: ReaderName }),
  /** Nothing lies on the reader any more. */
  message('empty', { reader: ReaderName }),
  /** pcscd or one reader failed in a way nfc-pcsc does not recover from. The process ends. */
  message('lost', { detail: Detail }),
])
export type FromReaderProcess = Static<typeof FromReaderProcess>

const validator = Compile(FromReaderProcess)

/**
 * What arrived from the reader process becomes a typed message here, or nowhere.
 *
 * @throws Failure MESSAGE_INVALID, which never quotes the message: it could hold a chip number
 */
export function parseFromReaderProcess(value: unknown): FromReaderProcess {
  if (validator.Check(value)) return value
  throw new Failure('MESSAGE_INVALID', 'A message of the reader process does not match its schema')
}
