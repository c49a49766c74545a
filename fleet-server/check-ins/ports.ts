import type { PassNumberFormat } from '@spaarzuil/shared/cards/pass-number.js'
import type { LimitAtMoment, Window } from '@spaarzuil/shared/check-in/facts.js'
import type { Channel } from '@spaarzuil/shared/check-in/rules.js'
import type { ChoiceReason } from '@spaarzuil/shared/contract/check-in.js'
import type { Program, Settings } from '@spaarzuil/shared/contract/program.js'
import type { Instant } from '@spaarzuil/shared/time.js'

/** What identity and decisions need of a pillar. */
export interface PillarRecord {
  readonly id: number
  readonly uuid: string
  readonly cardSystemId: number
  readonly status: 'active' | 'blocked' | 'removed'
  /** Hex SHA-256 of its secret. */
  readonly secretHash: string
}

/** An event in one card system, as it was at a moment. */
export interface EventFacts {
  /** Row id in `events`. */
  readonly id: number
  readonly cancelled: boolean
  readonly limit: LimitAtMoment
  /** First instant at or after `from` at which a window of the event is open; asked only for refusals. */
  readonly opensAfter: (from: Instant) => Instant | undefined
}

/** Which time range of the event; without a start one that is always on. */
export interface OccurrenceAsk {
  readonly startMs?: number | undefined
  readonly endMs?: number | undefined
}

export interface EventAsk {
  readonly cdbid: string
  readonly cardSystemId: number
  readonly channel: Channel
  readonly at: Instant
  /** Of which occurrence; without it the one that counts at the moment. */
  readonly occurrence?: OccurrenceAsk | undefined
}

/** The event that counts for a pillar at a moment, by the pins, assignments and events of that moment. */
export interface ChosenEvent {
  readonly cdbid: string
  readonly occurrenceStart?: Instant | undefined
  readonly window: Window
  readonly why: ChoiceReason
}

/**
 * What decisions ask of the catalogue, all of it in memory: each of these is called for every check-in, so each must
 * answer in microseconds (remember what took working out).
 */
export interface DecisionCatalogue {
  pillar(uuid: string): PillarRecord | undefined
  /** How pass numbers are made in a card system: needed where one was scanned. */
  passNumberFormat(cardSystemId: number): PassNumberFormat
  /** Undefined for an event that is not known. */
  eventAt(ask: EventAsk): EventFacts | undefined
  /** Undefined while nothing is on. */
  chosenAt(pillarUuid: string, at: Instant): ChosenEvent | undefined
  /**
   * Every instant between `from` and `until` at which the answers of `eventAt` or `chosenAt` for this pillar may change:
   * edges of windows, limit periods, pins, assignments, versions and settings of events. Asked only for taps whose
   * time is known to lie in a span; may stop after a few hundred.
   */
  boundaries(
    pillarUuid: string,
    span: { readonly from: Instant; readonly until: Instant },
    cdbid: string | undefined,
  ): Iterable<Instant>
}

export type ProgramContent = Omit<Program, 'epoch' | 'revision'>
export type SettingsContent = Omit<Settings, 'epoch' | 'revision' | 'sealing'>

/** What the fleet is told. */
export interface FleetCatalogue {
  pillar(uuid: string): PillarRecord | undefined
  programFor(pillarUuid: string, now: Instant): ProgramContent
  settingsFor(pillarUuid: string): SettingsContent
  /** Which pillars' programs, settings or status may have changed. Returns how to stop listening. */
  onChange(listener: (pillarUuids: readonly string[]) => void): () => void
}
