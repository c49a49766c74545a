import type { LimitAtMoment, Window } from '@spaarzuil/shared/check-in/facts.js'
import type { Channel } from '@spaarzuil/shared/check-in/rules.js'
import type { ChoiceReason } from '@spaarzuil/shared/contract/check-in.js'
import type { Instant } from '@spaarzuil/shared/time.js'

/** A question about an event in one card system at a moment. */
export interface EventAsk {
  readonly cdbid: string
  readonly cardSystemId: number
  readonly channel: Channel
  readonly at: Instant
  /** Of which occurrence; without it the event as a whole. */
  readonly occurrence?:
    | { readonly startMs?: number | undefined; readonly endMs?: number | undefined }
    | undefined
}

/** An event in one card system, as it was at a moment. */
export interface EventFacts {
  /** Row id in `events`. */
  readonly id: number
  readonly cancelled: boolean
  readonly limit: LimitAtMoment
  /** First instant at or after `from` at which a window of the event is open. */
  readonly opensAfter: (from: Instant) => Instant | undefined
}

/** The event that counts for a pillar at a moment. */
export interface ChosenEvent {
  readonly cdbid: string
  readonly occurrenceStart?: Instant | undefined
  readonly window: Window
  readonly why: ChoiceReason
}

export interface TimeSpan {
  readonly from: Instant
  readonly until: Instant
}

/** What a decision asks for every check-in; nearly always answered from what was worked out before. */
export interface Decisions {
  /** Undefined for an event that is not known. */
  readonly eventAt: (ask: EventAsk) => EventFacts | undefined
  /** Undefined while nothing is on. */
  readonly chosenAt: (pillarUuid: string, at: Instant) => ChosenEvent | undefined
  /** Instants in a span, its beginning excluded, at which an answer for this pillar may change; sorted, at most 500. */
  readonly boundaries: (pillarUuid: string, span: TimeSpan, cdbid: string | undefined) => readonly Instant[]
}
