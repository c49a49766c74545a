/**
 * Local days and periods in a time zone, cheap enough for every check-in: the zoned-time library is asked once per
 * local day, and the rest is counting.
 */
import { Temporal } from 'temporal-polyfill'
import { instant, type Instant } from '../time.js'

/** Calendar periods of a limit (UiTPAS API 4.0, PeriodLimit), without ABSOLUTE, which has no bounds. */
export const PERIOD_KINDS = ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const
export type PeriodKind = (typeof PERIOD_KINDS)[number]

/** A local date as `YYYY-MM-DD`, years 1000 to 9999. */
export type LocalDate = string
/** A local date as a count of days; 1970-01-01 is 0. */
export type Day = number

export const DEFAULT_ZONE = 'Europe/Brussels'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const MINUTES_PER_DAY = 1_440

/** Eleven years of days: what a server meets in one run, in about half a megabyte a zone. */
const REMEMBERED_DAYS_MAX = 4_096
/** A fleet lives in one or two zones; only a test knows more. */
const REMEMBERED_ZONES_MAX = 16

// A memo of a pure function: module-wide, because a factory would only hand the same table around.
const remembered = new Map<string, Map<Day, Instant>>()

/**
 * The time zone of an address. As the indexer of UiTdatabank has it: NL is Amsterdam, everything else, also an
 * unknown country, is Brussels.
 */
export function zoneOfCountry(country: string | undefined): string {
  return country?.toUpperCase() === 'NL' ? 'Europe/Amsterdam' : DEFAULT_ZONE
}

/** The first instant of a local day: 00:00, or the end of the gap where summer time begins at midnight. */
export function startOfDay(day: Day, zone: string): Instant {
  const starts = rememberedDays(zone)
  const known = starts.get(day)
  if (known !== undefined) return known
  if (starts.size >= REMEMBERED_DAYS_MAX) starts.clear()
  const found = instant(plainDate(day).toZonedDateTime(zone).epochMilliseconds)
  starts.set(day, found)
  return found
}

/** The local day in which `at` lies. */
export function dayOf(at: Instant, zone: string): Day {
  // No zone is as much as a day away from UTC, so it is the day of UTC or one of its neighbours.
  const guess = Math.floor(at / DAY_MS)
  if (startOfDay(guess + 1, zone) <= at) return guess + 1
  return startOfDay(guess, zone) <= at ? guess : guess - 1
}

/** The instant at which clocks show `minutes` after midnight of `day`. A time that does not exist moves on by the
 * length of the gap, a time that comes twice is the first of the two ('compatible' in RFC 5545 and Temporal). */
export function atLocalTime(day: Day, minutes: number, zone: string): Instant {
  const onDay = day + Math.floor(minutes / MINUTES_PER_DAY)
  const rest = minutes % MINUTES_PER_DAY
  if (isPlainDay(onDay, zone)) return instant(startOfDay(onDay, zone) + rest * MINUTE_MS)
  const time = new Temporal.PlainTime(Math.floor(rest / 60), rest % 60)
  return instant(plainDate(onDay).toPlainDateTime(time).toZonedDateTime(zone).epochMilliseconds)
}

/** How far local clocks are ahead of UTC, in whole minutes. */
export function offsetMinutes(at: Instant, zone: string): number {
  const day = dayOf(at, zone)
  const offsetMs = isPlainDay(day, zone)
    ? day * DAY_MS - startOfDay(day, zone)
    : Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000
  return Math.round(offsetMs / MINUTE_MS)
}

/** What local clocks show at `at`, in milliseconds since midnight on the dial. */
export function timeOnDial(at: Instant, zone: string): number {
  const shifted = at + offsetMinutes(at, zone) * MINUTE_MS
  return shifted - Math.floor(shifted / DAY_MS) * DAY_MS
}

export const localDate = (at: Instant, zone: string): LocalDate => dateOfDay(dayOf(at, zone))

export const startOfLocalDay = (at: Instant, zone: string): Instant => startOfDay(dayOf(at, zone), zone)

/** The first instant of the calendar period in which `at` lies. Weeks start on Monday. */
export const startOfPeriod = (at: Instant, zone: string, kind: PeriodKind): Instant =>
  startOfDay(firstDayOf(dayOf(at, zone), kind), zone)

/** The end of the calendar period in which `at` lies: the first instant that is no longer part of it. */
export const endOfPeriod = (at: Instant, zone: string, kind: PeriodKind): Instant =>
  startOfDay(firstDayAfter(dayOf(at, zone), kind), zone)

/** ISO weekday: 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: Day): number => ((((day + 3) % 7) + 7) % 7) + 1

export const dateOfDay = (day: Day): LocalDate => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** The day of a `YYYY-MM-DD`, or undefined where there is no such date. */
export function dayOfDate(date: LocalDate): Day | undefined {
  if (!/^[1-9]\d{3}-\d\d-\d\d$/.test(date)) return undefined
  const day = dayNumber(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8)))
  // 30 February would quietly become 2 March.
  return dateOfDay(day) === date ? day : undefined
}

/** `at` as ISO 8601 with the given offset in minutes and without fractions: `2017-04-22T10:00:00+02:00`. */
export function isoAtOffset(at: Instant, offset: number): string {
  const size = Math.abs(offset)
  const two = (n: number): string => String(n).padStart(2, '0')
  const shown = new Date(at + offset * MINUTE_MS).toISOString().replace(/\.\d+Z$/, '')
  return `${shown}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

/** `at` as ISO 8601 with the offset that clocks in `zone` have then. */
export const isoInZone = (at: Instant, zone: string): string => isoAtOffset(at, offsetMinutes(at, zone))

/** The same local date and time some months later, or earlier; the last day of the month where it is shorter. */
export function addMonths(at: Instant, months: number, zone: string): Instant {
  const moved = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).add({ months })
  return instant(moved.epochMilliseconds)
}

function rememberedDays(zone: string): Map<Day, Instant> {
  const known = remembered.get(zone)
  if (known !== undefined) return known
  if (remembered.size >= REMEMBERED_ZONES_MAX) remembered.clear()
  const starts = new Map<Day, Instant>()
  remembered.set(zone, starts)
  return starts
}

/** A day on which the clocks do not change. */
const isPlainDay = (day: Day, zone: string): boolean =>
  startOfDay(day + 1, zone) - startOfDay(day, zone) === DAY_MS

function plainDate(day: Day): Temporal.PlainDate {
  const date = new Date(day * DAY_MS)
  return new Temporal.PlainDate(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
}

const dayNumber = (year: number, month: number, date: number): Day => Date.UTC(year, month, date) / DAY_MS

function firstDayOf(day: Day, kind: PeriodKind): Day {
  const date = new Date(day * DAY_MS)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  switch (kind) {
    case 'DAY':
      return day
    case 'WEEK':
      return day - weekdayOf(day) + 1
    case 'MONTH':
      return dayNumber(year, month, 1)
    case 'QUARTER':
      return dayNumber(year, month - (month % 3), 1)
    case 'YEAR':
      return dayNumber(year, 0, 1)
  }
}

function firstDayAfter(day: Day, kind: PeriodKind): Day {
  // Any day that is surely in the next period and not in the one after it; its first day is the answer.
  const surelyNext = { DAY: 1, WEEK: 7, MONTH: 31, QUARTER: 92, YEAR: 366 } as const
  return firstDayOf(firstDayOf(day, kind) + surelyNext[kind], kind)
}
