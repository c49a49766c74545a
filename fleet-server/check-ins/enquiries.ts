import { decide } from '@spaarzuil/shared/check-in/decide.js'
import type { Enquiry } from '@spaarzuil/shared/contract/messages.js'
import type { BalanceAnswer } from '@spaarzuil/shared/contract/receipt.js'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import { minutes, type Clock, type Instant } from '@spaarzuil/shared/time.js'
import { readCards } from './batch-reads.js'
import { cardAt, historyOf } from './card-history.js'
import type { SealOpener } from './open-seals.js'
import type { DecisionCatalogue, PillarRecord } from './ports.js'

export interface EnquiryParts {
  readonly reader: Database
  readonly seals: SealOpener
  readonly catalogue: DecisionCatalogue
  /** What the settings of a pillar allow. */
  readonly perMinute: (pillarUuid: string) => number
  readonly clock: Clock
}

/** The balance of a card, for who holds it against a pillar while nothing is on. */
export interface Enquiries {
  answer(enquiry: Enquiry, pillar: PillarRecord): Promise<BalanceAnswer>
}

/** Whatever settings say: people in a row manage one in three seconds, who tries numbers wants thousands. */
const PER_MINUTE_MAX = 20
const MINUTE = minutes(1)

export function openEnquiries({ reader, seals, catalogue, perMinute, clock }: EnquiryParts): Enquiries {
  const recent = new Map<string, readonly Instant[]>()

  const mayAsk = (pillarUuid: string): boolean => {
    const now = clock.now()
    const within = (recent.get(pillarUuid) ?? []).filter((at) => at <= now && now - at < MINUTE)
    if (within.length >= Math.min(perMinute(pillarUuid), PER_MINUTE_MAX)) return false
    recent.set(pillarUuid, [...within, now])
    return true
  }
  return {
    answer: async ({ enquiryId, seal, time }, pillar) => {
      if (!mayAsk(pillar.uuid)) return { enquiryId, answer: 'too-many' }
      const opened = await seals.openLater({
        pillarUuid: pillar.uuid,
        seal,
        context: { purpose: 'enquiry', actionId: enquiryId, time },
        format: catalogue.passNumberFormat(pillar.cardSystemId),
      })
      if (opened.kind === 'closed') return { enquiryId, answer: 'ask-desk' }
      const { cards, accounts } = await readCards(reader, { chip: [], pass: [], [opened.by]: opened.lookups })
      const history = historyOf(opened, cards)
      const at = clock.now()
      const card = history === undefined ? ({ kind: 'unknown' } as const) : cardAt(history, at)
      // Asked without an event, the rules refuse a good card for that alone.
      const verdict = decide({ at, card, event: { kind: 'none' } })
      const isGood = verdict.kind === 'refused' && verdict.reason === 'nothing-on'
      const account = card.kind === 'card' ? accounts.get(card.passholderId ?? -1) : undefined
      return isGood && account !== undefined
        ? { enquiryId, answer: 'balance', balance: account.balance }
        : { enquiryId, answer: 'ask-desk' }
    },
  }
}
