import { CipherSuite, DhkemX25519HkdfSha256, ExportOnly, HkdfSha256 } from '@hpke/core'
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { Failure } from '../errors.js'

/** X25519 keys and encapsulated keys: 32 bytes, in base64url without the two spare bits, so each has one spelling. */
const KEY_TEXT_PATTERN = '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$'
/** One a month for more than a year; old ones live until no journal needs them (30 days). */
const KEYS_MAX = 16

/** First 8 bytes of the SHA-256 of the public key, in hexadecimal: enough to tell a handful of keys apart. */
const KeyId = Type.String({ pattern: '^[0-9a-f]{16}$' })

/** What a pillar needs to seal for the server. Public: it stands in the pillar's settings, and may stand in logs. */
export interface SealingPublicKey {
  readonly keyId: string
  /** 32 bytes, base64url. */
  readonly publicKey: string
}

/** The form of the file that holds the server's private keys, newest first. Never leaves the server. */
export const SealingKeysFile = Type.Object(
  {
    kind: Type.Literal('spaarzuil-sealing-keys'),
    keys: Type.Array(
      Type.Object(
        {
          keyId: KeyId,
          publicKey: Type.String({ pattern: KEY_TEXT_PATTERN }),
          privateKey: Type.String({ pattern: KEY_TEXT_PATTERN }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: KEYS_MAX },
    ),
  },
  { additionalProperties: false },
)
export type SealingKeysFile = Static<typeof SealingKeysFile>

/** A private key in use: its secret is inside a closure, so printing or logging it shows the id alone. */
export interface SealingPrivateKey {
  readonly keyId: string
  /** The key's secret, for the key agreement and for the file; 32 bytes. */
  readonly secret: () => Uint8Array
}

/**
 * RFC 9180 with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, export only. P-256 would run on Node's WebCrypto just as well;
 * X25519 is stable there since 20.19 too (nodejs/node#56142), has no invalid points to check for, is the suite most other
 * languages offer, and its encapsulated key, which travels with every check-in, is 32 bytes instead of 65.
 */
export function sealingSuite(): { readonly suite: CipherSuite; readonly kem: DhkemX25519HkdfSha256 } {
  const kem = new DhkemX25519HkdfSha256()
  return { suite: new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new ExportOnly() }), kem }
}

/** Puts a fresh key in front of those that exist; the oldest beyond the limit of the file drops out. */
export function createSealingKeys(existing?: SealingKeysFile): SealingKeysFile {
  const jwk = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' })
  const { x: publicKey = '', d: privateKey = '' } = jwk
  const keyId = keyIdOf(Buffer.from(publicKey, 'base64url'))
  const older = existing?.keys ?? []
  return {
    kind: 'spaarzuil-sealing-keys',
    keys: [{ keyId, publicKey, privateKey }, ...older].slice(0, KEYS_MAX),
  }
}

/**
 * Every key of both files, those of `newer` first: after a restore, pillars may have sealed for keys that the backup has
 * never seen. As in a roll, the oldest beyond the limit of the file drop out.
 */
export function mergeSealingKeys(newer: SealingKeysFile, older: SealingKeysFile): SealingKeysFile {
  const known = new Set(newer.keys.map(({ keyId }) => keyId))
  const others = older.keys.filter(({ keyId }) => !known.has(keyId))
  return { kind: newer.kind, keys: [...newer.keys, ...others].slice(0, KEYS_MAX) }
}

/**
 * Reads the parsed content of a key file, newest key first. Throws CONFIG_INVALID, without any key in it, when the form
 * is wrong or a key does not belong to its id: a damaged key would make every check-in unreadable.
 */
export function importSealingKeys(content: unknown): readonly SealingPrivateKey[] {
  const file = parseKeysFile(content)
  return file.keys.map(({ keyId, publicKey, privateKey }) => {
    const derived = publicKeyOf(privateKey)
    if (derived !== publicKey || keyIdOf(Buffer.from(derived, 'base64url')) !== keyId) {
      throw new Failure(
        'CONFIG_INVALID',
        `Sealing key ${keyId} is damaged: its parts do not belong together. Restore the key file from its backup.`,
      )
    }
    const secret = Buffer.from(privateKey, 'base64url')
    return { keyId, secret: () => secret }
  })
}

/** The file form of keys in use, in the same order. The result holds secrets: it goes into a secret file and nowhere else. */
export function exportSealingKeys(keys: readonly SealingPrivateKey[]): SealingKeysFile {
  return {
    kind: 'spaarzuil-sealing-keys',
    keys: keys.map((key) => {
      const privateKey = Buffer.from(key.secret()).toString('base64url')
      return { keyId: key.keyId, publicKey: publicKeyOf(privateKey), privateKey }
    }),
  }
}

/** What pillars are given of a key. */
export const publicPartOf = (key: SealingPrivateKey): SealingPublicKey => ({
  keyId: key.keyId,
  publicKey: publicKeyOf(Buffer.from(key.secret()).toString('base64url')),
})

/** Throws MESSAGE_INVALID when the key is not the one its id names, as after a mix-up of two keys. */
export function checkedPublicKey(key: SealingPublicKey): Uint8Array {
  const bytes = Buffer.from(key.publicKey, 'base64url')
  if (keyIdOf(bytes) === key.keyId) return bytes
  throw new Failure('MESSAGE_INVALID', `The public sealing key called ${key.keyId} is another key`)
}

const keyIdOf = (publicKey: Uint8Array): string =>
  createHash('sha256').update(publicKey).digest('hex').slice(0, 16)

/** Node takes the private number of a JWK and ignores its `x`, so the public half is truly worked out. */
function publicKeyOf(privateKey: string): string {
  const key = createPrivateKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'X25519', d: privateKey, x: Buffer.alloc(32).toString('base64url') },
  })
  return createPublicKey(key).export({ format: 'jwk' }).x ?? ''
}

function parseKeysFile(content: unknown): SealingKeysFile {
  const validator = Compile(SealingKeysFile)
  if (validator.Check(content)) return content
  const problems = validator
    .Errors(content)
    .map((error) => `${error.instancePath || '(top)'} ${error.message}`)
  throw new Failure('CONFIG_INVALID', `The file of sealing keys has problems:\n  ${problems.join('\n  ')}`)
}
