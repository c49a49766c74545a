import type { WindowRule } from '@spaarzuil/shared/check-in/rules.js'
import type { Occurrence } from '@spaarzuil/shared/events/calendar.js'
import { occurrencesBetween } from '@spaarzuil/shared/events/occurrences.js'
import { days, earlier, hours, instant, later, milliseconds } from '@spaarzuil/shared/time.js'
import type { Duration, Instant } from '@spaarzuil/shared/time.js'
import type { EventVersion } from './records.js'

/** Long enough that a program touches two stretches, short enough that a daily event stays a small list. */
const STRETCH = days(32)
/** What a counter's window of three months and a program need together; beyond it the oldest are worked out again. */
const STRETCHES_MAX = 8
/** No rule reaches further than a year and a day: more would expand a permanent event without bounds. */
const REACH_MAX = days(367)

// Worked out of an immutable record and gone with it, so it can be nobody else's.
const expanded = new WeakMap<EventVersion, Map<number, readonly Occurrence[]>>()

/** The occurrences that overlap `from` to `until`, in order of start. Days are worked out once and remembered. */
export function occurrencesIn(version: EventVersion, from: Instant, until: Instant): readonly Occurrence[] {
  if (version.calendar.kind === 'always') return [...occurrencesBetween(version.calendar, from, until)]
  const found: Occurrence[] = []
  const first = Math.floor(from / STRETCH)
  for (let index = first; index <= Math.floor(until / STRETCH); index += 1) {
    for (const occurrence of stretch(version, index)) {
      const { start, end } = occurrence
      if (start === undefined || end === undefined || start > until || end < from) continue
      // One that lasts over the border of two stretches is in both.
      if (index === first || start >= index * STRETCH) found.push(occurrence)
    }
  }
  return found
}

function stretch(version: EventVersion, index: number): readonly Occurrence[] {
  const known = expanded.get(version) ?? new Map<number, readonly Occurrence[]>()
  expanded.set(version, known)
  const ready = known.get(index)
  if (ready !== undefined) return ready
  if (known.size >= STRETCHES_MAX) known.clear()
  const from = instant(index * STRETCH)
  const made = [...occurrencesBetween(version.calendar, from, later(from, milliseconds(STRETCH - 1)))]
  known.set(index, made)
  return made
}

/** Occurrences of which a window by this rule can be open at some time between `from` and `until`, and some more. */
export const occurrencesNear = (
  version: EventVersion,
  rule: WindowRule,
  span: { readonly from: Instant; readonly until: Instant },
): readonly Occurrence[] =>
  occurrencesIn(version, earlier(span.from, reachOf(rule.after)), later(span.until, reachOf(rule.before)))

const PARTS = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/
const LONGEST = [days(366), days(31), days(7), days(1), hours(1), hours(1 / 60), milliseconds(1_000)]

/** The longest that an ISO 8601 duration can last, with an hour for summer time. */
export function reachOf(duration: string): Duration {
  const parts = PARTS.exec(duration)?.slice(1) ?? []
  const total = parts.reduce((sum, part, place) => sum + Number(part || 0) * (LONGEST[place] ?? 0), 0)
  return milliseconds(Math.min(REACH_MAX, total + hours(1)))
}
