import type { Candidate } from '@spaarzuil/shared/events/occurrence-index.js'
import { indexOccurrences } from '@spaarzuil/shared/events/occurrence-index.js'
import { chooseEvent } from '@spaarzuil/shared/events/choose.js'
import { days, earlier, hours, instant, later, type Instant } from '@spaarzuil/shared/time.js'
import { seededDice } from '../../swarm/cards.js'

export type ChoiceSpeed = {
  readonly occurrences: number
  readonly choices: number
  /** Of how many windows are open at once, on average. */
  readonly openOnAverage: number
  readonly microseconds: number
}

const EVENTS = 2_000
const CHOICES = 50_000

/** Choosing among the occurrences of a large region over a year, at moments all over that year. */
export function measureChoice(occurrences: number, start: Instant): ChoiceSpeed {
  const dice = seededDice(7)
  const candidates = indexOccurrences(Array.from({ length: occurrences }, () => madeUp(start, dice)))
  const moments = Array.from({ length: CHOICES }, () => later(start, days(dice() * 365)))
  const choose = (at: Instant) => chooseEvent({ at, strict: false, pins: [], candidates })
  for (const at of moments.slice(0, 5_000)) choose(at)
  const from = performance.now()
  let found = 0
  for (const at of moments) if (choose(at).kind === 'chosen') found += 1
  const tookMs = performance.now() - from
  if (found === 0) throw new Error('nothing was ever chosen')
  const samples = moments.slice(0, 500)
  const open = samples.reduce((sum, at) => sum + candidates.openAt(at).length, 0) / samples.length
  return {
    occurrences,
    choices: CHOICES,
    openOnAverage: Math.round(open),
    microseconds: Math.round((tookMs / CHOICES) * 1e5) / 100,
  }
}

function madeUp(from: Instant, dice: () => number): Candidate {
  const start = instant(Math.floor(later(from, days(dice() * 365)) / 900_000) * 900_000)
  const end = later(start, hours(1 + dice() * 3))
  const number = Math.floor(dice() * EVENTS)
  return {
    eventId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    occurrence: { start, end },
    window: { from: earlier(start, hours(5)), until: later(end, hours(5)) },
    automatic: true,
  }
}
