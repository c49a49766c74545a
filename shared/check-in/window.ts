import { Temporal } from 'temporal-polyfill'
import { Failure } from '../errors.js'
import type { Calendar, Occurrence } from '../events/calendar.js'
import { occurrencesBetween } from '../events/occurrences.js'
import { dayOf, startOfDay } from '../events/zones.js'
import { days, earlier, instant, later, type Instant } from '../time.js'
import type { Window } from './facts.js'
import { ISO_DURATION, type WindowRule } from './rules.js'

/** A year and a bit: what opens later, nobody waits for, and a weekly calendar has no end. */
export const LOOK_AHEAD = days(400)

/** Rules know a handful of durations; only a hostile import has more. */
const REMEMBERED_DURATIONS_MAX = 256

const DURATION = new RegExp(ISO_DURATION)

/** Months are 28 to 31 days and a day has 23 to 25 hours, so there and back by months misses by this at most. */
const MONTHS_DIFFER = days(4)

const EARLIEST = instant(0)
const LATEST = instant(253_402_300_799_999)

type Range = Pick<Occurrence, 'start' | 'end' | 'wholeDays'>

/**
 * When one may check in for an occurrence, both ends included. Durations count in the calendar of `zone`: P3M is the same
 * local time three months on, PT24H is not P1D on the day the clocks change. Whole days have no hour to reckon from:
 * their window is those days themselves (UiTPAS documentation, saving points). Always on is always open.
 *
 * Fails with CONFIG_INVALID for a rule that is no duration.
 */
export function windowOf(occurrence: Range, rule: WindowRule, zone: string): Window {
  const { start, end, wholeDays } = occurrence
  if (start === undefined || end === undefined) return { from: start, until: end }
  if (!wholeDays) return { from: moved(start, rule.before, zone, -1), until: moved(end, rule.after, zone, 1) }
  // An end at midnight is the end of the day before.
  const lastDay = dayOf(instant(Math.max(start, end - 1)), zone)
  return { from: startOfDay(dayOf(start, zone), zone), until: instant(startOfDay(lastDay + 1, zone) - 1) }
}

export const isOpen = (window: Window, at: Instant): boolean =>
  (window.from === undefined || window.from <= at) && (window.until === undefined || at <= window.until)

/**
 * The first instant at or after `from` at which a window of the event is open, at most LOOK_AHEAD later; undefined where
 * there is none. Works out no more occurrences than it must. Cancelled and postponed ones open nothing.
 */
export function opensAfter(
  calendar: Calendar,
  rule: WindowRule,
  zone: string,
  from: Instant,
): Instant | undefined {
  const horizon = later(from, LOOK_AHEAD)
  // What is over may be open still by `after`, what is to come already by `before`.
  const earliest = earlier(moved(from, rule.after, zone, -1), MONTHS_DIFFER)
  const latest = later(moved(horizon, rule.before, zone, 1), MONTHS_DIFFER)
  let first: Instant | undefined
  for (const occurrence of occurrencesBetween(calendar, earliest, latest)) {
    if (first !== undefined && opensNoEarlier(occurrence, rule, zone, first)) break
    const opens = openingFrom(occurrence, rule, zone, from)
    if (opens === undefined || opens > horizon) continue
    if (opens === from) return from
    if (first === undefined || opens < first) first = opens
  }
  return first
}

/** Occurrences come in order of start: whether neither this one nor a later one can open before `first`. */
const opensNoEarlier = (occurrence: Occurrence, rule: WindowRule, zone: string, first: Instant): boolean =>
  occurrence.start !== undefined &&
  moved(occurrence.start, rule.before, zone, -1) > later(first, MONTHS_DIFFER)

function openingFrom(
  occurrence: Occurrence,
  rule: WindowRule,
  zone: string,
  from: Instant,
): Instant | undefined {
  if (occurrence.status !== 'Available') return undefined
  const window = windowOf(occurrence, rule, zone)
  if (window.until !== undefined && window.until < from) return undefined
  return instant(Math.max(from, window.from ?? from))
}

type Length = { readonly exactMs: number } | { readonly calendar: Temporal.Duration }

// A memo of a pure function: the same few texts are read for every check-in.
const lengths = new Map<string, Length>()

function lengthOf(text: string): Length {
  const known = lengths.get(text)
  if (known !== undefined) return known
  if (!DURATION.test(text)) {
    throw new Failure('CONFIG_INVALID', `A window of ${text} is no ISO 8601 duration such as PT5H or P3M`)
  }
  const duration = Temporal.Duration.from(text)
  const { years, months, weeks, days: daysOf } = duration
  const isExact = years === 0 && months === 0 && weeks === 0 && daysOf === 0
  const length = isExact ? { exactMs: duration.total('milliseconds') } : { calendar: duration }
  if (lengths.size >= REMEMBERED_DURATIONS_MAX) lengths.clear()
  lengths.set(text, length)
  return length
}

function moved(at: Instant, by: string, zone: string, direction: 1 | -1): Instant {
  const length = lengthOf(by)
  if ('exactMs' in length) return within(at + direction * length.exactMs)
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  return within(
    (direction === 1 ? local.add(length.calendar) : local.subtract(length.calendar)).epochMilliseconds,
  )
}

/** A window that is open for ever is written as one until the last time that a message can carry. */
const within = (ms: number): Instant => instant(Math.min(Math.max(ms, EARLIEST), LATEST))
