import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { boundFields, type OccurrenceRef, type Seal, type TapTime } from '../contract/check-in.js'
import { Failure, invariant } from '../errors.js'
import { parseChipNumber, type ChipNumber } from './chip-number.js'
import { PASS_NUMBER_DIGITS_MAX } from './pass-number.js'
import { checkedPublicKey, sealingSuite, type SealingPublicKey } from './sealing-keys.js'

/**
 * A card's number on its way from pillar to server: only the server's private key opens it, only for the check-in it
 * was made for. Two seals of one card have nothing in common, and all have the same length.
 *
 * How: one key agreement per start of the kiosk (RFC 9180, base mode, export only) gives a secret of 32 bytes; each
 * check-in is then sealed by AES-256-GCM (NIST SP 800-38D) with the counter as nonce. An agreement per check-in would
 * cost the server a millisecond each; a key kept on the pillar would be stolen with its SD card.
 */
export interface Sealer {
  readonly keyId: string
  /** Throws PASS_NUMBER_INVALID when a scanned text cannot be a pass number of any card system. */
  seal(card: CardNumber, context: SealContext): Seal
}

/**
 * What the card was held up for, in the words of the message it goes into: anything changed there later makes the seal
 * worthless. The purpose keeps a question for a balance from being passed off as a check-in.
 */
export interface SealContext {
  readonly purpose: 'check-in' | 'enquiry'
  /** The enquiry's id for an enquiry. */
  readonly actionId: string
  readonly time: TapTime
  readonly occurrence?: OccurrenceRef | undefined
}

/** What was held against the reader, or in front of the scanner. */
export type CardNumber =
  | { readonly kind: 'chip'; readonly chip: ChipNumber }
  | { readonly kind: 'pass'; readonly passNumber: string }

export const SEAL_CIPHER = 'aes-256-gcm'
export const TAG_BYTES = 16
/** Room for the kind, the length and the longest number; every seal is filled up to it, so its length tells nothing. */
export const PLAIN_BYTES = 32
const KIND_CHIP = 1
const KIND_PASS = 2
/** A counter that wrapped would repeat a nonce, which opens AES-GCM. At a tap a second this takes 136 years. */
const SEALS_MAX = 2 ** 32
const EXPORT_LABEL = 'spaarzuil/v1 seal key'

/** RFC 9180 `info`: a secret agreed on by one pillar opens nothing in the name of another. */
export const sealInfo = (pillarId: string): Uint8Array => Buffer.from(`spaarzuil/v1 seal ${pillarId}`)

/** The exported secret as a key that prints, clones and serialises as nothing. */
export async function exportedKey(context: {
  export(label: Uint8Array, bytes: number): Promise<ArrayBuffer>
}): Promise<KeyObject> {
  return createSecretKey(Buffer.from(await context.export(Buffer.from(EXPORT_LABEL), 32)))
}

/** Once per start of the kiosk. `firstCounter` lets a test come near the limit. */
export async function openSealer(
  serverKey: SealingPublicKey,
  pillarId: string,
  firstCounter = 0,
): Promise<Sealer> {
  const { suite, kem } = sealingSuite()
  const recipientPublicKey = await kem.deserializePublicKey(checkedPublicKey(serverKey))
  const agreement = await suite.createSenderContext({ recipientPublicKey, info: sealInfo(pillarId) })
  const key = await exportedKey(agreement)
  const enc = Buffer.from(agreement.enc).toString('base64url')
  const { keyId } = serverKey
  let counter = firstCounter
  return {
    keyId,
    seal: (card, context) => {
      const plain = plainOf(card)
      invariant(
        counter < SEALS_MAX,
        'a sealer stops before its counter repeats; the next start has a new key',
      )
      const used = counter
      counter += 1
      const cipher = createCipheriv(SEAL_CIPHER, key, nonceOf(used), { authTagLength: TAG_BYTES })
      cipher.setAAD(boundBytes(pillarId, context))
      const box = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
      return { keyId, enc, counter: used, box: box.toString('base64url') }
    },
  }
}

/** 96 bits, big-endian. */
export function nonceOf(counter: number): Uint8Array {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(counter, 8)
  return nonce
}

/**
 * What the seal is bound to, in one spelling: a JSON array without spaces. Ids are lower-case UUIDs and times whole
 * numbers (the schemas of the contract see to it), so every language writes the same bytes.
 */
export function boundBytes(pillarId: string, context: SealContext): Uint8Array {
  const { actionId, time, occurrence } = context
  return Buffer.from(JSON.stringify([context.purpose, pillarId, ...boundFields(actionId, time, occurrence)]))
}

/** Kind, length, the number itself, zeros. */
function plainOf(card: CardNumber): Uint8Array {
  const bytes = card.kind === 'chip' ? Buffer.from(card.chip, 'hex') : passBytes(card.passNumber)
  const plain = Buffer.alloc(PLAIN_BYTES)
  plain[0] = card.kind === 'chip' ? KIND_CHIP : KIND_PASS
  plain[1] = bytes.length
  plain.set(bytes, 2)
  return plain
}

function passBytes(passNumber: string): Uint8Array {
  if (couldBePassNumber(passNumber)) return Buffer.from(passNumber, 'ascii')
  throw new Failure(
    'PASS_NUMBER_INVALID',
    `What was scanned is no pass number: those have 1 to ${PASS_NUMBER_DIGITS_MAX} digits and nothing else`,
  )
}

const couldBePassNumber = (text: string): boolean =>
  text.length <= PASS_NUMBER_DIGITS_MAX && /^[0-9]+$/.test(text)

/** The reverse of what a sealer put in. `undefined` when no honest sealer wrote it: who has the public key may seal anything. */
export function cardNumberIn(plain: Uint8Array): CardNumber | undefined {
  const length = plain[1] ?? 0
  const bytes = Buffer.from(plain.subarray(2, 2 + length))
  if (length > PLAIN_BYTES - 2 || plain.subarray(2 + length).some((byte) => byte !== 0)) return undefined
  if (plain[0] === KIND_CHIP) return chipIn(bytes)
  const passNumber = bytes.toString('latin1')
  return plain[0] === KIND_PASS && couldBePassNumber(passNumber) ? { kind: 'pass', passNumber } : undefined
}

function chipIn(bytes: Buffer): CardNumber | undefined {
  try {
    return { kind: 'chip', chip: parseChipNumber(bytes.toString('hex')) }
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}
