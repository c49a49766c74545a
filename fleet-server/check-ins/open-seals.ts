import type { LookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { parsePassNumber, type PassNumberFormat } from '@spaarzuil/shared/cards/pass-number.js'
import type { CardNumber, SealContext } from '@spaarzuil/shared/cards/seal.js'
import type { OpenSeal, Unsealer } from '@spaarzuil/shared/cards/unseal.js'
import type { Seal } from '@spaarzuil/shared/contract/check-in.js'
import { isFailure } from '@spaarzuil/shared/errors.js'
import type { Opened } from './arrived.js'

/** A seal with what it is bound to. */
export interface Sealed {
  readonly pillarUuid: string
  readonly seal: Seal
  readonly context: SealContext
  readonly format: PassNumberFormat
}

/** From seal to keyed hash in one step: nobody behind this has ever seen a number. */
export interface SealOpener {
  /** At once; undefined where the key agreement of that start of the kiosk must be made first. */
  openNow(sealed: Sealed): Opened | undefined
  openLater(sealed: Sealed): Promise<Opened>
}

export function openSeals(unsealer: Unsealer, lookupKeys: LookupKeys): SealOpener {
  const openWith = (open: OpenSeal, { seal, context, format }: Sealed): Opened => {
    try {
      return lookedUp(open(seal, context), format)
    } catch (error) {
      return closedBy(error)
    }
  }
  const lookedUp = (card: CardNumber, format: PassNumberFormat): Opened => {
    const lookups = card.kind === 'chip' ? lookupKeys.all(card) : passLookups(card.passNumber, format)
    return { kind: 'opened', by: card.kind, lookups: lookups.map(({ keyId, hmac }) => `${keyId}:${hmac}`) }
  }
  /** Digits that no card system could have printed are a card that nobody knows. */
  const passLookups = (text: string, format: PassNumberFormat): ReturnType<LookupKeys['all']> => {
    try {
      return lookupKeys.all({ kind: 'pass', passNumber: parsePassNumber(text, format) })
    } catch (error) {
      if (isFailure(error, 'PASS_NUMBER_INVALID')) return []
      throw error
    }
  }
  return {
    openNow: (sealed) => {
      const open = unsealer.remembered(sealed.seal, sealed.pillarUuid)
      return open === undefined ? undefined : openWith(open, sealed)
    },
    openLater: async (sealed) => {
      try {
        return openWith(await unsealer.prepare(sealed.seal, sealed.pillarUuid), sealed)
      } catch (error) {
        return closedBy(error)
      }
    },
  }
}

function closedBy(error: unknown): Opened {
  if (isFailure(error, 'SEAL_BROKEN')) return { kind: 'closed', reason: 'seal-broken' }
  if (isFailure(error, 'SEAL_KEY_UNKNOWN')) return { kind: 'closed', reason: 'seal-key-unknown' }
  throw error
}
