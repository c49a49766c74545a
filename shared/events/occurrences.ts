/** From a calendar to its time ranges, lazily: nothing is expanded beyond the time that was asked for. */
import { Failure } from '../errors.js'
import { instant, type Instant } from '../time.js'
import type {
  AdjustedDays,
  Calendar,
  DateRange,
  FixedCalendar,
  Occurrence,
  OccurrenceStatus,
  Slot,
  WeeklyCalendar,
} from './calendar.js'
import {
  addMonths,
  atLocalTime,
  dayOf,
  dayOfDate,
  isoAtOffset,
  isoInZone,
  startOfDay,
  weekdayOf,
  type Day,
} from './zones.js'

/** More ranges than a person can use: a day of half hours for five years. `rangesAsUpstream` stops there. */
export const RANGES_MAX = 100_000

const SECOND_MS = 1_000
const MINUTE_MS = 60_000

// Dates of a calendar have four digits; a walk outside those years finds nothing.
const FIRST_WALK = instant(Date.UTC(1000, 0, 1))
const LAST_WALK = instant(Date.UTC(9999, 11, 31))

interface Span {
  readonly start: Instant
  readonly end: Instant
}

/**
 * The occurrences that overlap `from` to `until`, both included, in order of start (then of end). Of an event with
 * opening hours only the days asked for are worked out, one at a time.
 */
export function* occurrencesBetween(
  calendar: Calendar,
  from: Instant,
  until: Instant,
): Generator<Occurrence, undefined> {
  if (from > until) return
  switch (calendar.kind) {
    case 'always':
      yield { start: undefined, end: undefined, status: calendar.status, wholeDays: true }
      return
    case 'fixed':
      yield* fixedOccurrences(calendar, { start: from, end: until })
      return
    case 'weekly':
      yield* weeklyOccurrences(calendar, { start: from, end: until })
      return
  }
}

/** A range as UiTdatabank's own indexer computes it; unlimited ends are null. */
export interface UpstreamRange {
  readonly start: string | null
  readonly end: string | null
  readonly status: OccurrenceStatus
}

/**
 * All ranges as the indexer of UiTdatabank lists them: those of the document in its order and its offsets, opening
 * hours expanded in local time, for a permanent event from six months before `now` to twelve months after. Null
 * where there is none. Fails with CALENDAR_INVALID past RANGES_MAX.
 */
export function rangesAsUpstream(calendar: Calendar, now: Instant): readonly UpstreamRange[] | null {
  const ranges = upstreamRanges(calendar, now)
  return ranges.length === 0 ? null : ranges
}

function upstreamRanges(calendar: Calendar, now: Instant): readonly UpstreamRange[] {
  switch (calendar.kind) {
    case 'always':
      return [{ start: null, end: null, status: calendar.status }]
    case 'fixed':
      return calendar.ranges.map((range) => ({
        start: isoAtOffset(range.start, range.startOffset),
        end: isoAtOffset(range.end, range.endOffset),
        status: range.status,
      }))
    case 'weekly':
      return expandWeekly(calendar, now)
  }
}

function expandWeekly(calendar: Readonly<WeeklyCalendar>, now: Instant): readonly UpstreamRange[] {
  const { zone, status } = calendar
  const first = dayOf(addMonths(now, -6, zone), zone)
  const last = dayOf(addMonths(now, 12, zone), zone) - 1
  const plan = planOf(calendar)
  const ranges: UpstreamRange[] = []
  for (let day = plan.first ?? first; day <= (plan.last ?? last); day += 1) {
    for (const span of spansOn(day, plan)) {
      ranges.push({ start: isoInZone(span.start, zone), end: isoInZone(span.end, zone), status })
    }
    if (ranges.length > RANGES_MAX) throw tooManyRanges(calendar, ranges.at(-1)?.start)
  }
  return ranges
}

const tooManyRanges = (calendar: Readonly<WeeklyCalendar>, reached: string | null | undefined): Failure =>
  new Failure(
    'CALENDAR_INVALID',
    `The opening hours from ${calendar.from ?? 'the beginning'} to ${calendar.until ?? 'the end'} make more than ` +
      `${RANGES_MAX} ranges (reached at ${reached ?? 'the start'}). Give the event a shorter period.`,
  )

function fixedOccurrences(calendar: Readonly<FixedCalendar>, asked: Span): readonly Occurrence[] {
  return calendar.ranges
    .map((range) => occurrence(range, range.status, calendar.zone))
    .filter((found) => overlaps(found, asked))
    .toSorted(byStart)
}

function* weeklyOccurrences(calendar: Readonly<WeeklyCalendar>, asked: Span): Generator<Occurrence> {
  const { zone, status } = calendar
  const plan = planOf(calendar)
  if (plan.regular.size === 0 && plan.adjusted.length === 0) return
  // The evening before may last past midnight.
  const from = dayOf(clamped(asked.start), zone) - 1
  const until = dayOf(clamped(asked.end), zone)
  for (let day = Math.max(from, plan.first ?? from); day <= Math.min(until, plan.last ?? until); day += 1) {
    for (const span of spansOn(day, plan)) {
      const found = occurrence(span, status, zone)
      if (overlaps(found, asked)) yield found
    }
  }
}

const clamped = (at: Instant): Instant => instant(Math.min(Math.max(at, FIRST_WALK), LAST_WALK))

const overlaps = (found: Bounded, asked: Span): boolean =>
  found.start <= asked.end && found.end >= asked.start

const byStart = (a: Span, b: Span): number => a.start - b.start || a.end - b.end

type Bounded = Occurrence & Span

/**
 * A range that begins and ends at the same local midnight is how older documents write a date without an hour: it
 * becomes that whole day, to 23:59:59 as UiTdatabank writes whole days. As a moment it would open the check-in at
 * seven in the evening before, and shut it at five in the morning.
 */
function occurrence(span: Span, status: OccurrenceStatus, zone: string): Bounded {
  const day = dayOf(span.start, zone)
  if (startOfDay(day, zone) !== span.start) {
    return { start: span.start, end: span.end, status, wholeDays: false }
  }
  if (span.end === span.start) {
    return { start: span.start, end: lastSecondOf(day, zone), status, wholeDays: true }
  }
  return { start: span.start, end: span.end, status, wholeDays: isEndOfDay(span.end, zone) }
}

const lastSecondOf = (day: Day, zone: string): Instant => instant(startOfDay(day + 1, zone) - SECOND_MS)

/** 00:00 as the end of the day before, or anything in the last minute: opening hours can say no more than 23:59. */
function isEndOfDay(at: Instant, zone: string): boolean {
  const day = dayOf(at, zone)
  return startOfDay(day, zone) === at || startOfDay(day + 1, zone) - at <= MINUTE_MS
}

/** The calendar with its dates as day numbers and its hours by weekday, made once per walk. */
interface Plan {
  readonly zone: string
  readonly first: Day | undefined
  readonly last: Day | undefined
  readonly regular: HoursByWeekday
  readonly closed: readonly DayRange[]
  readonly adjusted: readonly (DayRange & { readonly hours: HoursByWeekday })[]
}
type HoursByWeekday = ReadonlyMap<number, readonly Slot[]>
interface DayRange {
  readonly first: Day
  readonly last: Day
}

function planOf(calendar: Readonly<WeeklyCalendar>): Plan {
  const adjustedRange = (days: AdjustedDays) => ({ ...dayRange(days), hours: byWeekday(days.hours) })
  return {
    zone: calendar.zone,
    first: calendar.from === undefined ? undefined : dayOfDate(calendar.from),
    last: calendar.until === undefined ? undefined : dayOfDate(calendar.until),
    regular: byWeekday(calendar.hours),
    closed: calendar.closed.map(dayRange),
    adjusted: calendar.adjusted.map(adjustedRange),
  }
}

function dayRange(range: DateRange): DayRange {
  const first = dayOfDate(range.from)
  const last = dayOfDate(range.until)
  // The schema cannot tell 30 February from a date; a range without one covers no day.
  return first === undefined || last === undefined ? { first: 1, last: 0 } : { first, last }
}

function byWeekday(hours: readonly Slot[]): HoursByWeekday {
  const days = new Map<number, Slot[]>()
  for (const slot of hours) days.set(slot.weekday, [...(days.get(slot.weekday) ?? []), slot])
  return days
}

/** Closed beats adjusted; adjusted replaces the regular hours wholly (UiTdatabank calendar documentation). */
function spansOn(day: Day, plan: Plan): readonly Span[] {
  const covers = (range: DayRange): boolean => range.first <= day && day <= range.last
  if (plan.closed.some(covers)) return []
  const hours = plan.adjusted.find(covers)?.hours ?? plan.regular
  const slots = hours.get(weekdayOf(day)) ?? []
  return slots.map((slot) => spanOf(day, slot, plan.zone)).toSorted(byStart)
}

/** Sorted afterwards, because a start in the gap of summer time moves behind those that follow it. */
function spanOf(day: Day, slot: Slot, zone: string): Span {
  const start = atLocalTime(day, slot.opens, zone)
  const end = atLocalTime(day, slot.closes, zone)
  // 2:30 to 3:00 on the day without a 2:30: the opening moved past the closing. It stays a moment.
  return { start, end: instant(Math.max(start, end)) }
}
