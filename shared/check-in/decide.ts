import { instant, type Instant } from '../time.js'
import type { CardAtMoment, EventAtMoment, Facts } from './facts.js'
import type { RefusalReason, Verdict } from './verdict.js'

/**
 * What a check-in is worth. All facts are as of the moment of the tap, so that the answer is the same whenever the
 * check-in arrives; only `uses` grows, and it can only turn a check-in that comes later into a refusal.
 *
 * The card is asked first: who holds an unknown or blocked card learns nothing of the event.
 */
export function decide({ at, card, event }: Facts): Verdict {
  const cardReason = refusalOfCard(card)
  if (cardReason !== undefined) return { kind: 'refused', reason: cardReason }
  switch (event.kind) {
    case 'unknown':
      return { kind: 'held', reason: 'event-unknown' }
    case 'none':
      return { kind: 'refused', reason: 'nothing-on' }
    case 'event':
      return decideForEvent(at, event)
  }
}

function refusalOfCard(card: CardAtMoment): RefusalReason | undefined {
  if (card.kind === 'unknown') return 'card-unknown'
  switch (card.status) {
    case 'deleted':
      return 'card-deleted'
    case 'blocked':
      return 'card-blocked'
    case 'active':
      return card.passholderId === undefined ? 'card-without-passholder' : undefined
  }
}

type KnownEvent = Extract<EventAtMoment, { kind: 'event' }>

function decideForEvent(at: Instant, event: KnownEvent): Verdict {
  const { window, limit } = event
  if (event.cancelled) return { kind: 'refused', reason: 'event-cancelled' }
  if (window.from !== undefined && at < window.from) {
    return { kind: 'refused', reason: 'too-early', ...againAt(event, window.from) }
  }
  if (window.until !== undefined && at > window.until) {
    return { kind: 'refused', reason: 'too-late', until: window.until, ...againAt(event, at) }
  }
  if (isUsedUp(event)) return { kind: 'refused', reason: 'limit-reached', ...againAt(event, at) }
  return { kind: 'granted', points: limit.points, limitKey: limit.key }
}

const isUsedUp = ({ uses, limit }: KnownEvent): boolean => uses >= limit.volume

/** When a window is open at or after `from`, and the limit, where it is used up, begins anew. */
function againAt(event: KnownEvent, from: Instant): { readonly againAt?: Instant } {
  const anew = isUsedUp(event) ? event.limit.periodEnd : from
  const at = anew === undefined ? undefined : event.opensAfter(instant(Math.max(from, anew)))
  return at === undefined ? {} : { againAt: at }
}
