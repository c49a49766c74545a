import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { Failure, invariant } from '../errors.js'
import type { ChipNumber } from './chip-number.js'
import type { PassNumber } from './pass-number.js'

/** As many as a roll a year for longer than any card lives; each stands beside the newest until its rows are renewed. */
const KEYS_MAX = 16
/**
 * 128 bits: among a hundred million cards two meet by chance once in 10^22 systems, and guessing needs the key anyway;
 * the other half of SHA-256 would only make rows and index longer.
 */
const HMAC_BYTES = 16

/** The form of the file that holds the keys under which cards are found, newest first. Never in the database. */
export const LookupKeysFile = Type.Object(
  {
    kind: Type.Literal('spaarzuil-lookup-keys'),
    keys: Type.Array(
      Type.Object(
        {
          keyId: Type.String({ pattern: '^[0-9a-f]{16}$' }),
          key: Type.String({ pattern: '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$' }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: KEYS_MAX },
    ),
  },
  { additionalProperties: false },
)
export type LookupKeysFile = Static<typeof LookupKeysFile>

/** A number as it may be stored: worthless without the key, so a stolen database names no card. */
export interface Lookup {
  readonly keyId: string
  /** 22 characters of base64url. */
  readonly hmac: string
}

export type KnownNumber =
  | { readonly kind: 'chip'; readonly chip: ChipNumber }
  | { readonly kind: 'pass'; readonly passNumber: PassNumber }

export interface LookupKeys {
  /** Under the newest key: how new rows are written. */
  lookup(number: KnownNumber): Lookup
  /** Under every key, newest first: how rows are found while a roll is under way. */
  all(number: KnownNumber): readonly Lookup[]
  readonly keyIds: readonly string[]
}

/**
 * HMAC-SHA-256 (RFC 2104), because a plain hash of a chip number is undone by trying them all in an afternoon.
 * Chip and pass numbers live in separate domains: a chip of digits only never finds the pass of that number.
 * Throws CONFIG_INVALID, without any key in it, when the content of the key file is wrong.
 */
export function openLookupKeys(content: unknown): LookupKeys {
  const keys = parseKeysFile(content).keys.map(({ keyId, key }) => {
    const secret = Buffer.from(key, 'base64url')
    if (keyIdOf(secret) !== keyId) {
      throw new Failure(
        'CONFIG_INVALID',
        `Lookup key ${keyId} is damaged: it is not the key of that id. Restore the key file from its backup.`,
      )
    }
    return { keyId, secret: createSecretKey(secret) }
  })
  const [newest] = keys
  invariant(newest !== undefined, 'a file of lookup keys holds at least one')

  const under = (key: (typeof keys)[number], number: KnownNumber): Lookup => ({
    keyId: key.keyId,
    hmac: createHmac('sha256', key.secret)
      .update(domainOf(number))
      .digest()
      .subarray(0, HMAC_BYTES)
      .toString('base64url'),
  })
  return {
    lookup: (number) => under(newest, number),
    all: (number) => keys.map((key) => under(key, number)),
    keyIds: keys.map((key) => key.keyId),
  }
}

/**
 * Puts a fresh key in front of those that exist. Throws CONFIG_INVALID at the limit: a lookup key may go only when no
 * row needs it, which this function cannot know.
 */
export function createLookupKeys(existing?: LookupKeysFile): LookupKeysFile {
  const older = existing?.keys ?? []
  if (older.length >= KEYS_MAX) {
    throw new Failure(
      'CONFIG_INVALID',
      `There are ${KEYS_MAX} lookup keys already; let the cards under the oldest be renewed and remove it first.`,
    )
  }
  const secret = randomBytes(32)
  const fresh = { keyId: keyIdOf(secret), key: secret.toString('base64url') }
  return { kind: 'spaarzuil-lookup-keys', keys: [fresh, ...older] }
}

/**
 * Every key of both files, those of `newer` first: after a restore, cards are found under the keys of the backup, and new
 * rows are written under the newest. Throws CONFIG_INVALID above the limit, because none may be left out.
 */
export function mergeLookupKeys(newer: LookupKeysFile, older: LookupKeysFile): LookupKeysFile {
  const known = new Set(newer.keys.map(({ keyId }) => keyId))
  const keys = [...newer.keys, ...older.keys.filter(({ keyId }) => !known.has(keyId))]
  if (keys.length > KEYS_MAX) {
    throw new Failure(
      'CONFIG_INVALID',
      `Together these are ${keys.length} lookup keys, and ${KEYS_MAX} fit. Take those out of the present file under ` +
        'which no card is found any more.',
    )
  }
  return { kind: newer.kind, keys }
}

const domainOf = (number: KnownNumber): string =>
  number.kind === 'chip' ? `chip:${number.chip}` : `pass:${number.passNumber}`

/** Follows from the key, so that a damaged key is noticed; tells nothing about it. */
const keyIdOf = (secret: Uint8Array): string =>
  createHmac('sha256', secret).update('key id').digest('hex').slice(0, 16)

function parseKeysFile(content: unknown): LookupKeysFile {
  const validator = Compile(LookupKeysFile)
  if (validator.Check(content)) return content
  const problems = validator
    .Errors(content)
    .map((error) => `${error.instancePath || '(top)'} ${error.message}`)
  throw new Failure('CONFIG_INVALID', `The file of lookup keys has problems:\n  ${problems.join('\n  ')}`)
}
