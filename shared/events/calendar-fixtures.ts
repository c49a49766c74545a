/** Calendars as UiTdatabank writes them, and how tests show what becomes of them. */
import { instant, type Instant } from '../time.js'
import type { Calendar, Occurrence } from './calendar.js'
import { occurrencesBetween, rangesAsUpstream } from './occurrences.js'
import { parseCalendar } from './parse-calendar.js'
import { isoInZone } from './zones.js'

export const ZONE = 'Europe/Brussels'
export const NOW = '2025-06-15T12:00:00+02:00'
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

export const at = (iso: string): Instant => instant(Date.parse(iso))
export const calendarOf = (document: unknown): Calendar => parseCalendar(document, ZONE).calendar
export const problemsOf = (document: unknown): readonly string[] =>
  parseCalendar(document, ZONE).problems.map((problem) => `${problem.code} ${problem.where}`)

export const iso = (moment: Instant | undefined): string =>
  moment === undefined ? '-' : isoInZone(moment, ZONE)
export const shown = (found: Occurrence): string =>
  `${iso(found.start)} ${iso(found.end)}${found.wholeDays ? ' whole' : ''}${found.status === 'Available' ? '' : ` ${found.status}`}`
export const between = (document: unknown, from: string, until: string): readonly string[] =>
  [...occurrencesBetween(calendarOf(document), at(from), at(until))].map(shown)
export const ranges = (document: unknown, now = NOW): readonly string[] =>
  (rangesAsUpstream(calendarOf(document), at(now)) ?? []).map((range) => `${range.start} ${range.end}`)

export const hours = (opens: string, closes: string, dayOfWeek: unknown = WEEKDAYS) => ({
  opens,
  closes,
  dayOfWeek,
})
export const sub = (startDate: unknown, endDate: unknown, more: object = {}) => ({
  startDate,
  endDate,
  ...more,
})
export const periodic = (startDate: string, endDate: string, ...openingHours: readonly unknown[]) => ({
  calendarType: 'periodic',
  startDate,
  endDate,
  openingHours,
})
export const library = {
  calendarType: 'permanent',
  openingHours: [
    hours('13:00', '18:00', ['tuesday', 'wednesday']),
    hours('09:00', '12:00', ['wednesday', 'saturday']),
  ],
}
