/** From the calendar of a UiTdatabank document to ours. Lenient: what makes no sense is passed over and reported. */
import {
  OCCURRENCE_STATUSES,
  OPENING_HOURS_MAX,
  SPECIAL_DAYS_MAX,
  SUB_EVENTS_MAX,
  type AdjustedDays,
  type Calendar,
  type DateRange,
  type FixedRange,
  type OccurrenceStatus,
  type Slot,
} from './calendar.js'
import { fieldOf, isObject, listOf, textOf } from './loose-json.js'
import { problemList, type Problem, type ProblemList } from './problems.js'
import { isEarlierOnDial, parseTimeOfDay, parseWrittenTime, type WrittenTime } from './written-time.js'
import { dateOfDay, dayOf, dayOfDate } from './zones.js'

export const CALENDAR_TYPES = ['single', 'multiple', 'periodic', 'permanent'] as const
export type CalendarType = (typeof CALENDAR_TYPES)[number]

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

export const calendarTypeOf = (document: unknown): CalendarType | undefined =>
  CALENDAR_TYPES.find((type) => type === fieldOf(document, 'calendarType'))

interface Reading {
  readonly zone: string
  readonly status: OccurrenceStatus
  readonly problems: ProblemList
}

/**
 * Reads calendarType, startDate, endDate, status, subEvent, openingHours and the closed and adjusted days of an
 * event document (UiTdatabank calendar documentation; older forms included). Never throws, except for a `zone` that
 * is none.
 */
export function parseCalendar(
  document: unknown,
  zone: string,
): { readonly calendar: Calendar; readonly problems: readonly Problem[] } {
  const problems = problemList()
  const status = readStatus(document, { inherited: 'Available', where: 'status', problems })
  return { calendar: readCalendar(document, { zone, status, problems }), problems: problems.found }
}

function readCalendar(document: unknown, reading: Reading): Calendar {
  const { zone, status, problems } = reading
  const type = calendarTypeOf(document)
  const withHours = listOf(document, 'openingHours').length > 0
  switch (type) {
    case undefined:
      problems.add('calendar-type-unknown', 'calendarType')
      return { kind: 'fixed', zone, ranges: [] }
    case 'single':
      return { kind: 'fixed', zone, ranges: readSubEventsOrWhole(document, reading) }
    case 'multiple':
      return { kind: 'fixed', zone, ranges: readSubEvents(document, reading) }
    case 'periodic':
      if (withHours) return readPeriodicHours(document, reading)
      reportDaysWithoutHours(document, problems)
      return { kind: 'fixed', zone, ranges: readSubEventsOrWhole(document, reading) }
    case 'permanent':
      if (withHours) return readWeekly(document, reading)
      reportDaysWithoutHours(document, problems)
      return { kind: 'always', zone, status }
  }
}

function reportDaysWithoutHours(document: unknown, problems: ProblemList): void {
  for (const key of ['openingHoursClosedDays', 'openingHoursAdjustedDays']) {
    if (listOf(document, key).length > 0) problems.add('days-without-hours', key)
  }
}

// ── Fixed ranges ──

function readSubEventsOrWhole(document: unknown, reading: Reading): FixedRange[] {
  if (listOf(document, 'subEvent').length > 0) return readSubEvents(document, reading)
  const range = readRange(document, '', reading)
  return range === undefined ? [] : [range]
}

function readSubEvents(document: unknown, reading: Reading): FixedRange[] {
  const entries = bounded(document, 'subEvent', { max: SUB_EVENTS_MAX, problems: reading.problems })
  return entries.flatMap(({ entry, where }) => readRange(entry, `${where}.`, reading) ?? [])
}

/** `prefix` is the path of the entry, with its dot. The status is the entry's own, else that of the event. */
function readRange(entry: unknown, prefix: string, reading: Reading): FixedRange | undefined {
  const { problems } = reading
  const start = readTime(entry, { key: 'startDate', prefix, reading })
  const end = readTime(entry, { key: 'endDate', prefix, reading })
  const status = readStatus(entry, { inherited: reading.status, where: `${prefix}status`, problems })
  if (start === undefined || end === undefined) return undefined
  if (start.at > end.at) {
    problems.add('start-after-end', `${prefix}startDate`)
    return undefined
  }
  return { start: start.at, end: end.at, startOffset: start.offset, endOffset: end.offset, status }
}

function readTime(
  entry: unknown,
  at: { readonly key: 'startDate' | 'endDate'; readonly prefix: string; readonly reading: Reading },
): WrittenTime | undefined {
  const { zone, problems } = at.reading
  const where = `${at.prefix}${at.key}`
  const text = textOf(entry, at.key)
  if (text === undefined) {
    problems.add('date-missing', where)
    return undefined
  }
  const time = parseWrittenTime(text, zone)
  if (time === undefined) problems.add('date-malformed', where)
  return time
}

/** `{type}` as it is today, or a plain text as it was in old documents; anything else inherits. */
export function readStatus(
  entry: unknown,
  at: { readonly inherited: OccurrenceStatus; readonly where: string; readonly problems: ProblemList },
): OccurrenceStatus {
  const status = fieldOf(entry, 'status')
  if (status === undefined || status === null) return at.inherited
  const written = isObject(status) ? fieldOf(status, 'type') : status
  const known = OCCURRENCE_STATUSES.find((one) => one === written)
  if (known === undefined) at.problems.add('status-unknown', at.where)
  return known ?? at.inherited
}

// ── Opening hours ──

/**
 * The walk begins at the local date of startDate; its last day is that of endDate, if the walk, which keeps the time
 * of day of startDate, is there before the end (the indexer of UiTdatabank: the end is exclusive).
 */
function readPeriodicHours(document: unknown, reading: Reading): Calendar {
  const { zone } = reading
  const range = readRange(document, '', reading)
  if (range === undefined) return { kind: 'fixed', zone, ranges: [] }
  const weekly = readWeekly(document, reading)
  const lastDay = dayOf(range.end, zone) - (isEarlierOnDial(range.start, range.end, zone) ? 0 : 1)
  return { ...weekly, from: dateOfDay(dayOf(range.start, zone)), until: dateOfDay(lastDay) }
}

function readWeekly(document: unknown, reading: Reading): Extract<Calendar, { kind: 'weekly' }> {
  const { zone, status, problems } = reading
  const special = { max: SPECIAL_DAYS_MAX, problems }
  return {
    kind: 'weekly',
    zone,
    hours: readHours(document, '', problems),
    closed: bounded(document, 'openingHoursClosedDays', special).flatMap(
      ({ entry, where }) => readDateRange(entry, where, problems) ?? [],
    ),
    adjusted: bounded(document, 'openingHoursAdjustedDays', special).flatMap(
      ({ entry, where }) => readAdjustedDays(entry, where, problems) ?? [],
    ),
    status,
  }
}

function readHours(holder: unknown, prefix: string, problems: ProblemList): Slot[] {
  return bounded(holder, 'openingHours', { max: OPENING_HOURS_MAX, prefix, problems }).flatMap(
    ({ entry, where }) => readSlots(entry, where, problems),
  )
}

function readSlots(entry: unknown, where: string, problems: ProblemList): Slot[] {
  const opens = parseTimeOfDay(textOf(entry, 'opens') ?? '')
  const closes = parseTimeOfDay(textOf(entry, 'closes') ?? '')
  if (opens === undefined || closes === undefined) {
    problems.add('hours-malformed', where)
    return []
  }
  // UiTdatabank drops hours over midnight (20:00 to 2:00, only in documents of before 2022). A bar is open then.
  const end = closes < opens ? closes + 1_440 : closes
  return readWeekdays(entry, where, problems).map((weekday) => ({ weekday, opens, closes: end }))
}

function readWeekdays(entry: unknown, where: string, problems: ProblemList): readonly number[] {
  const days = bounded(entry, 'dayOfWeek', { max: WEEKDAYS.length, prefix: `${where}.`, problems })
  if (days.length === 0) problems.add('weekday-missing', `${where}.dayOfWeek`)
  const found = days.map(({ entry: day, where: place }) => {
    const index = typeof day === 'string' ? WEEKDAYS.indexOf(day.toLowerCase()) : -1
    if (index < 0) problems.add('weekday-unknown', place)
    return index + 1
  })
  return [...new Set(found)].filter((weekday) => weekday > 0)
}

function readDateRange(entry: unknown, where: string, problems: ProblemList): DateRange | undefined {
  const from = readDate(entry, 'startDate', { where, problems })
  const until = readDate(entry, 'endDate', { where, problems })
  if (from === undefined || until === undefined) return undefined
  if (from > until) {
    problems.add('start-after-end', `${where}.startDate`)
    return undefined
  }
  return { from, until }
}

function readDate(
  entry: unknown,
  key: string,
  at: { readonly where: string; readonly problems: ProblemList },
): string | undefined {
  const text = textOf(entry, key)
  if (text !== undefined && dayOfDate(text) !== undefined) return text
  at.problems.add(text === undefined ? 'date-missing' : 'date-malformed', `${at.where}.${key}`)
  return undefined
}

function readAdjustedDays(entry: unknown, where: string, problems: ProblemList): AdjustedDays | undefined {
  const range = readDateRange(entry, where, problems)
  return range === undefined ? undefined : { ...range, hours: readHours(entry, `${where}.`, problems) }
}

interface Entry {
  readonly entry: unknown
  readonly where: string
}

/** The entries of a list with their paths, up to a limit. */
function bounded(
  holder: unknown,
  key: string,
  limit: { readonly max: number; readonly prefix?: string; readonly problems: ProblemList },
): readonly Entry[] {
  const name = `${limit.prefix ?? ''}${key}`
  const entries = listOf(holder, key)
  if (entries.length > limit.max) limit.problems.add('too-many', name)
  return entries.slice(0, limit.max).map((entry, index) => ({ entry, where: `${name}[${index}]` }))
}
