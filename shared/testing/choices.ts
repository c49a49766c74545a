import { Temporal } from 'temporal-polyfill'
import { chooseEvent, type Choice, type Pin } from '../events/choose.js'
import { indexOccurrences, type Candidate } from '../events/occurrence-index.js'
import { hours, instant, later, type Instant } from '../time.js'

/** Candidates and pins of one day in Brussels, for tests of the choice. Times are local: '13:00'. */

export const at = (text: string): Instant =>
  instant(
    Temporal.PlainDateTime.from(`2026-05-03T${text}`).toZonedDateTime('Europe/Brussels').epochMilliseconds,
  )
export const NOON = at('12:00')

/** An hour long, with a margin of five hours. */
export const timed = (eventId: string, start: string, automatic = true): Candidate => ({
  eventId,
  occurrence: { start: at(start), end: later(at(start), hours(1)), wholeDays: false },
  window: { from: later(at(start), hours(-5)), until: later(at(start), hours(6)) },
  automatic,
})
export const wholeDay = (eventId: string): Candidate => ({
  eventId,
  occurrence: { start: at('00:00'), end: at('23:59:59'), wholeDays: true },
  window: { from: at('00:00'), until: at('23:59:59.999') },
  automatic: true,
})
export const alwaysOn = (eventId: string): Candidate => ({
  eventId,
  occurrence: {},
  window: {},
  automatic: true,
})

export const pin = (level: Pin['level'], eventId: string, more: Partial<Pin> = {}): Pin => ({
  level,
  eventId,
  from: at('08:00'),
  ...more,
})
export type Situation = { readonly pins?: readonly Pin[]; readonly strict?: boolean; readonly at?: Instant }
export const choose = (
  candidates: readonly Candidate[],
  { pins = [], strict = false, at: now = NOON }: Situation = {},
): Choice => chooseEvent({ at: now, strict, pins, candidates: indexOccurrences(candidates) })

/** A choice in one line: the event, why, how many candidates, its rival; or nothing, the pin, and when next. */
export const brief = (choice: Choice): string =>
  choice.kind === 'chosen'
    ? [choice.eventId, choice.why, choice.candidates, choice.rival?.eventId]
        .filter((x) => x !== undefined)
        .join(' ')
    : `nothing ${choice.pin?.eventId ?? '-'} ${choice.next === undefined ? '-' : clockTime(choice.next)}`
const clockTime = (time: Instant): string =>
  Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO('Europe/Brussels').toString().slice(5, 16)
