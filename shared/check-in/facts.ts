import type { Instant } from '../time.js'

/** When a tap was: a point in time, a span in which it lay, or not known (yet). */
export type Moment =
  | { readonly kind: 'at'; readonly at: Instant }
  | { readonly kind: 'span'; readonly from: Instant; readonly until: Instant }
  | { readonly kind: 'unknown' }

/** When one may check in for an occurrence; an absent end is open. `from` is included, `until` as well. */
export type Window = { readonly from?: Instant | undefined; readonly until?: Instant | undefined }

/** A card as it was at the moment. */
export type CardAtMoment =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'card'
      readonly status: 'active' | 'blocked' | 'deleted'
      readonly passholderId?: number | undefined
    }

/**
 * The limit that counts at the moment. `key` names rule and period: uses with equal keys share the limit, in whatever
 * order they arrive. Points and volume are those in force at the start of the period.
 */
export type LimitAtMoment = {
  readonly key: string
  readonly volume: number
  readonly points: number
  /** First instant after the period; absent for ABSOLUTE. */
  readonly periodEnd?: Instant | undefined
}

/** The event the check-in counts for, as it was at the moment. */
export type EventAtMoment =
  | { readonly kind: 'none' }
  /** Named by the pillar, and not known here. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'event'
      readonly cancelled: boolean
      readonly window: Window
      readonly limit: LimitAtMoment
      /** How often this passholder already used this limit. */
      readonly uses: number
      /** First instant at or after `from` at which a window of the event is open; asked only for refusals. */
      readonly opensAfter: (from: Instant) => Instant | undefined
    }

/** Everything a verdict depends on. */
export type Facts = {
  readonly at: Instant
  readonly card: CardAtMoment
  readonly event: EventAtMoment
}
