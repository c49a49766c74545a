/**
 * When an event takes place: the normalised form of a UiTdatabank calendar, as it is stored. It says the same as the
 * document, without having expanded it: a library that is open on weekdays for ever stays five lines.
 */
import { Type, type Static } from 'typebox'
import type { Instant } from '../time.js'

/** A performance a day for twelve years, or two a day for six. */
export const SUB_EVENTS_MAX = 5_000
/** Twice as many as a time-slot calendar with an entry for each half hour needs. */
export const OPENING_HOURS_MAX = 100
/** Closed days, and adjusted days, of an event: every Sunday and holiday for fifteen years. */
export const SPECIAL_DAYS_MAX = 1_000

export const OCCURRENCE_STATUSES = ['Available', 'TemporarilyUnavailable', 'Unavailable'] as const
/** TemporarilyUnavailable is postponed, Unavailable is cancelled. Sold out is none of these: it takes place. */
export const OccurrenceStatus = Type.Union(OCCURRENCE_STATUSES.map((status) => Type.Literal(status)))
export type OccurrenceStatus = (typeof OCCURRENCE_STATUSES)[number]

const At = Type.Unsafe<Instant>(Type.Integer({ description: 'milliseconds since 1970-01-01T00:00Z' }))
const Status = Type.Unsafe<OccurrenceStatus>(OccurrenceStatus)
const Zone = Type.String({ minLength: 1, maxLength: 64, description: 'IANA time zone' })
const Date = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/** One time range as the document has it, with the offsets (minutes) in which its ends were written. */
export const FixedRange = Type.Object({
  start: At,
  end: At,
  startOffset: Type.Integer(),
  endOffset: Type.Integer(),
  status: Status,
})
export type FixedRange = Readonly<Static<typeof FixedRange>>

/** Opening hours of one weekday (1 is Monday), in minutes after local midnight; past 1440 is the next day. */
export const Slot = Type.Object({
  weekday: Type.Integer({ minimum: 1, maximum: 7 }),
  opens: Type.Integer({ minimum: 0, maximum: 1_440 }),
  closes: Type.Integer({ minimum: 0, maximum: 2_880 }),
})
export type Slot = Readonly<Static<typeof Slot>>

const Slots = Type.Array(Slot, { maxItems: OPENING_HOURS_MAX * 7 })

/** Local days from the first to the last, both included. */
export const DateRange = Type.Object({ from: Date, until: Date })
export type DateRange = Readonly<Static<typeof DateRange>>

export const AdjustedDays = Type.Object({ from: Date, until: Date, hours: Slots })
export type AdjustedDays = Readonly<Static<typeof AdjustedDays>>

export const FixedCalendar = Type.Object({
  kind: Type.Literal('fixed'),
  zone: Zone,
  /** In the order of the document. */
  ranges: Type.Array(FixedRange, { maxItems: SUB_EVENTS_MAX }),
})
export type FixedCalendar = Static<typeof FixedCalendar>

/** `from` and `until` are the first and the last local day; absent for a permanent event. */
export const WeeklyCalendar = Type.Object({
  kind: Type.Literal('weekly'),
  zone: Zone,
  from: Type.Optional(Date),
  until: Type.Optional(Date),
  hours: Slots,
  closed: Type.Array(DateRange, { maxItems: SPECIAL_DAYS_MAX }),
  adjusted: Type.Array(AdjustedDays, { maxItems: SPECIAL_DAYS_MAX }),
  status: Status,
})
export type WeeklyCalendar = Static<typeof WeeklyCalendar>

export const AlwaysCalendar = Type.Object({ kind: Type.Literal('always'), zone: Zone, status: Status })
export type AlwaysCalendar = Static<typeof AlwaysCalendar>

export const Calendar = Type.Union([FixedCalendar, WeeklyCalendar, AlwaysCalendar])
export type Calendar = Readonly<FixedCalendar> | Readonly<WeeklyCalendar> | Readonly<AlwaysCalendar>

/** One time range of an event. */
export interface Occurrence {
  /** Undefined for an event that is always on. */
  readonly start: Instant | undefined
  /** The last instant that belongs to it, or undefined for an event that is always on. */
  readonly end: Instant | undefined
  readonly status: OccurrenceStatus
  /** Whole local days, so that `start` is a date and says no hour. Also true for an event that is always on. */
  readonly wholeDays: boolean
}

/** Whether the event can take place at all: false where nothing of its dates could be read. */
export function hasDates(calendar: Calendar): boolean {
  switch (calendar.kind) {
    case 'fixed':
      return calendar.ranges.length > 0
    case 'weekly':
      return calendar.hours.length > 0 || calendar.adjusted.some((days) => days.hours.length > 0)
    case 'always':
      return true
  }
}
