import type { CardAtMoment } from '@spaarzuil/shared/check-in/facts.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import type { Opened } from './arrived.js'

type Status = 'active' | 'blocked' | 'deleted'
type Dated<T> = { readonly value: T; readonly from: number; readonly to: number | null }

/** A card with all that was ever true of it: a check-in may lie in the past, and a span covers several states. */
export interface CardHistory {
  readonly cardId: number
  readonly statuses: readonly Dated<Status>[]
  readonly passholders: readonly Dated<number>[]
}

/** The card as it was at a moment. Before its first status it was not a card of ours. */
export function cardAt(history: CardHistory, at: Instant): CardAtMoment {
  const status = valueAt(history.statuses, at)
  if (status === undefined) return { kind: 'unknown' }
  return { kind: 'card', status, passholderId: valueAt(history.passholders, at) }
}

/** The newest wins where two overlap. */
const valueAt = <T>(entries: readonly Dated<T>[], at: Instant): T | undefined =>
  entries.findLast(({ from, to }) => from <= at && (to === null || at < to))?.value

/** When something about the card changed. */
export const changesOf = ({ statuses, passholders }: CardHistory): readonly Instant[] =>
  [...statuses, ...passholders].flatMap(({ from, to }) =>
    to === null ? [instant(from)] : [instant(from), instant(to)],
  )

/** The card that a seal named, by any of the keys under which it may stand. */
export const historyOf = (opened: Opened, cards: ReadonlyMap<string, CardHistory>): CardHistory | undefined =>
  opened.kind === 'closed'
    ? undefined
    : opened.lookups.map((lookup) => cards.get(lookup)).find((card) => card !== undefined)
