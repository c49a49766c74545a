import { createDecipheriv, type KeyObject } from 'node:crypto'
import type { Seal } from '../contract/check-in.js'
import { Failure } from '../errors.js'
import { openAgreements, type AgreementLimits } from './agreements.js'
import {
  boundBytes,
  cardNumberIn,
  exportedKey,
  nonceOf,
  PLAIN_BYTES,
  SEAL_CIPHER,
  sealInfo,
  TAG_BYTES,
  type CardNumber,
  type SealContext,
} from './seal.js'
import { sealingSuite, type SealingPrivateKey } from './sealing-keys.js'

/**
 * Opens the seals of one start of one pillar, at once and without waiting. Throws SEAL_BROKEN for a seal that was made
 * for another check-in, pillar or start, or was changed on the way.
 */
export type OpenSeal = (seal: Seal, context: SealContext) => CardNumber

export interface Unsealer {
  /** What opens this seal, if its key agreement is remembered. Costs well under a microsecond. */
  remembered(seal: Seal, pillarId: string): OpenSeal | undefined
  /**
   * The same, after doing the key agreement (about a millisecond) where it is not remembered. Rejects with
   * SEAL_KEY_UNKNOWN when none of the private keys is meant, SEAL_BROKEN when the encapsulated key is nonsense.
   * The caller holds on to what it got: remembering another may push this one out.
   */
  prepare(seal: Seal, pillarId: string): Promise<OpenSeal>
  /** Key agreements remembered now. */
  size(): number
}

/** 10,000 starts of pillars at about 1 KB; a pillar's journal seldom spans more than 64 starts, and never a batch (50). */
export const AGREEMENT_LIMITS: AgreementLimits = { total: 10_000, perPillar: 64 }

/** The deciding server's side. Private keys of before a roll stand beside the newest, in any order. */
export async function openUnsealer(
  privateKeys: readonly SealingPrivateKey[],
  limits: AgreementLimits = AGREEMENT_LIMITS,
): Promise<Unsealer> {
  const { suite, kem } = sealingSuite()
  const keys = new Map<string, CryptoKey>()
  for (const key of privateKeys) keys.set(key.keyId, await kem.deserializePrivateKey(key.secret()))
  const agreements = openAgreements<OpenSeal>(limits)
  const underWay = new Map<string, Promise<OpenSeal>>()
  const nameOf = (seal: Seal): string => seal.keyId + seal.enc

  const agree = async (seal: Seal, pillarId: string): Promise<OpenSeal> => {
    const recipientKey = keys.get(seal.keyId)
    if (recipientKey === undefined) {
      throw new Failure(
        'SEAL_KEY_UNKNOWN',
        `Pillar ${pillarId} sealed for key ${seal.keyId}, which this server does not have (known: ` +
          `${[...keys.keys()].join(', ')}). If it is an old key, put it back into the file of sealing keys.`,
      )
    }
    const enc = Buffer.from(seal.enc, 'base64url')
    const context = await suite
      .createRecipientContext({ recipientKey, enc, info: sealInfo(pillarId) })
      .catch((cause: unknown) => {
        throw new Failure('SEAL_BROKEN', `The encapsulated key from pillar ${pillarId} is not one`, { cause })
      })
    const opener = openerFor(await exportedKey(context), pillarId)
    agreements.put(pillarId, nameOf(seal), opener)
    return opener
  }

  return {
    remembered: (seal, pillarId) => agreements.get(pillarId, nameOf(seal)),
    prepare: async (seal, pillarId) => {
      const remembered = agreements.get(pillarId, nameOf(seal))
      if (remembered !== undefined) return remembered
      // A pillar that comes back sends many check-ins of one start at once. Holds no more than the callers wait for.
      const name = nameOf(seal) + pillarId
      const agreeing = underWay.get(name) ?? agree(seal, pillarId).finally(() => underWay.delete(name))
      underWay.set(name, agreeing)
      return agreeing
    },
    size: () => agreements.size(),
  }
}

const openerFor =
  (key: KeyObject, pillarId: string): OpenSeal =>
  (seal, context) => {
    const card = opened(key, seal, boundBytes(pillarId, context))
    if (card !== undefined) return card
    throw new Failure(
      'SEAL_BROKEN',
      `The card number in check-in ${context.actionId} of pillar ${pillarId} cannot be opened: ` +
        'it was sealed for another check-in, or changed on the way',
    )
  }

function opened(key: KeyObject, seal: Seal, bound: Uint8Array): CardNumber | undefined {
  const box = Buffer.from(seal.box, 'base64url')
  if (box.length !== PLAIN_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv(SEAL_CIPHER, key, nonceOf(seal.counter), { authTagLength: TAG_BYTES })
  decipher.setAAD(bound)
  decipher.setAuthTag(box.subarray(PLAIN_BYTES))
  const plain = decipher.update(box.subarray(0, PLAIN_BYTES))
  try {
    decipher.final()
  } catch {
    // The one error `final` knows: the tag does not fit. What `update` gave must not be looked at.
    return undefined
  }
  return cardNumberIn(plain)
}
