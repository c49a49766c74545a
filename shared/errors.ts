/**
 * Every failure of the world that has a name. Codes stand in logs, in answers of the API and in docs/operations.md:
 * never reuse or rename one.
 */
export const FAILURE_CODES = [
  'ALREADY_EXISTS',
  'BACKUP_INVALID',
  'BODY_TOO_LARGE',
  'CALENDAR_INVALID',
  'CARD_FILE_INVALID',
  'CHIP_NUMBER_INVALID',
  'CONFIG_INVALID',
  'CREDENTIALS_REFUSED',
  'DATABASE_BUSY',
  'DATABASE_DAMAGED',
  'DATABASE_NEWER_THAN_PROGRAM',
  'DISK_FAILING',
  'DISK_FULL',
  'EVENT_DOCUMENT_INVALID',
  'HARDWARE_MISSING',
  'HOST_FOREIGN',
  'JOURNAL_FULL',
  'LIMIT_REACHED',
  'MEDIA_TYPE_FOREIGN',
  'MESSAGE_INVALID',
  'MESSAGE_TOO_LARGE',
  'MESSAGE_VERSION_FOREIGN',
  'NOT_FOUND',
  'NOT_LOOPBACK',
  'ORIGIN_FOREIGN',
  'PASS_NUMBER_INVALID',
  'PILLAR_INACTIVE',
  'PORT_TAKEN',
  'REQUEST_INVALID',
  'SEAL_BROKEN',
  'SEAL_KEY_UNKNOWN',
  'SERVER_BUSY',
  'SERVER_UNREACHABLE',
  'STATE_FOLDER_IN_USE',
  'TOPIC_FOREIGN',
] as const

export type FailureCode = (typeof FAILURE_CODES)[number]

/** Something outside our code went wrong. Callers may branch on `code`; the message is for people. */
export class Failure extends Error {
  readonly code: FailureCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: FailureCode,
    message: string,
    options: { readonly details?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'Failure'
    this.code = code
    this.details = options.details ?? {}
  }
}

export const isFailure = (error: unknown, code?: FailureCode): error is Failure =>
  error instanceof Failure && (code === undefined || error.code === code)

/** A bug of ours. Nobody catches it: the process stops, the supervisor starts it again. */
export function invariant(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${claim}`)
}
