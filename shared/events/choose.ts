/**
 * For which event a pillar counts. Kiosk and server ask this one function, so that what a visitor was shown is what
 * the server would have chosen.
 */
import type { Window } from '../check-in/facts.js'
import type { ChoiceReason } from '../contract/check-in.js'
import { instant, type Instant } from '../time.js'
import type { Candidate, OccurrenceIndex, Shelf } from './occurrence-index.js'

export const PIN_LEVELS = ['administrator', 'counter', 'roster'] as const
export type PinLevel = (typeof PIN_LEVELS)[number]

/** An event chosen for a pillar: from `from` until, and not including, `until`. */
export type Pin = {
  readonly level: PinLevel
  readonly eventId: string
  readonly from: Instant
  readonly until?: Instant | undefined
  /** When it was written, where that is not `from`. */
  readonly since?: Instant | undefined
}

export type ChoiceInput = {
  readonly at: Instant
  /** A pin whose window is closed: choose nothing (true), or go on to the next level (false). */
  readonly strict: boolean
  /** In the order in which they were written. */
  readonly pins: readonly Pin[]
  readonly candidates: OccurrenceIndex
}

type WhatIsChosen = {
  readonly kind: 'chosen'
  readonly eventId: string
  readonly occurrence: Candidate['occurrence']
  readonly window: Window
  /** Between how many different events was chosen: 1 for a pin. */
  readonly candidates: number
}

export type Chosen = WhatIsChosen &
  (
    | { readonly why: PinReason; readonly pin: Pin; readonly rival?: undefined }
    | {
        readonly why: 'only-candidate' | 'nearest-start'
        readonly pin?: undefined
        readonly rival?: undefined
      }
    | { readonly why: 'tie' | 'no-start'; readonly pin?: undefined; readonly rival: Rival }
  )

type PinReason = Extract<ChoiceReason, 'administrator-pin' | 'counter-pin' | 'roster'>

/** An event as near as the chosen one, so that only the order of the rule parted them: staff are warned. */
export type Rival = { readonly eventId: string; readonly occurrence: Candidate['occurrence'] }

export type NothingOn = {
  readonly kind: 'nothing-on'
  readonly why: 'nothing-on'
  /** When there is something again, as far as is known now. */
  readonly next?: Instant | undefined
  /** The strict pin whose window is closed. */
  readonly pin?: Pin | undefined
}

export type Choice = Chosen | NothingOn

/** A pin costs two turns at most, and a closed one a few more: beyond this staff have planned a riddle. */
export const TURNS_MAX = 64

/**
 * The event for a check-in at `at`. Administrator's pin, counter's pin, roster entry, then automatic: of the open
 * occurrences the one whose start is nearest (UiTPAS manual for administrators), of equally near ones the earlier start,
 * then the smaller event id. Occurrences without a start hour come last.
 */
export function chooseEvent(input: ChoiceInput): Choice {
  const choice = choiceAt(input, input.at)
  if (choice.kind === 'chosen') return choice
  const next = nextChoice(input)
  return next === undefined ? choice : { ...choice, next }
}

/**
 * The pins in force, one per level at most, highest level first. Of two on one level the one that began last, then the
 * one that was written last.
 */
export function pinsInForce(pins: readonly Pin[], at: Instant): readonly Pin[] {
  return PIN_LEVELS.flatMap((level) => {
    const inForce = pins.filter((pin) => pin.level === level && isInForce(pin, at))
    const last = inForce.reduce<Pin | undefined>((best, pin) => (outdoes(pin, best) ? pin : best), undefined)
    return last === undefined ? [] : [last]
  })
}

const isInForce = (pin: Pin, at: Instant): boolean =>
  pin.from <= at && (pin.until === undefined || at < pin.until)

const outdoes = (pin: Pin, best: Pin | undefined): boolean =>
  best === undefined || pin.from > best.from || (pin.from === best.from && written(pin) >= written(best))

const written = (pin: Pin): Instant => pin.since ?? pin.from

function choiceAt({ strict, pins, candidates }: ChoiceInput, at: Instant): Choice {
  for (const pin of pinsInForce(pins, at)) {
    const own = candidates.ofEvent(pin.eventId)
    const nearest = own === undefined ? undefined : nearestOf(own, at, 'any')
    if (nearest !== undefined) return chosenByPin(pin, nearest.candidate)
    if (strict) return { kind: 'nothing-on', why: 'nothing-on', pin }
  }
  const nearest = nearestOf(candidates.all, at, 'automatic')
  return nearest === undefined ? { kind: 'nothing-on', why: 'nothing-on' } : chosenAutomatically(nearest)
}

function chosenByPin(pin: Pin, { eventId, occurrence, window }: Candidate): Chosen {
  return { kind: 'chosen', eventId, occurrence, window, why: reasonOf(pin.level), candidates: 1, pin }
}

function reasonOf(level: PinLevel): PinReason {
  switch (level) {
    case 'administrator':
      return 'administrator-pin'
    case 'counter':
      return 'counter-pin'
    case 'roster':
      return 'roster'
  }
}

function chosenAutomatically({ candidate, events, rival }: Nearest): Chosen {
  const { eventId, occurrence, window } = candidate
  const chosen = { kind: 'chosen', eventId, occurrence, window, candidates: events } as const
  if (events === 1) return { ...chosen, why: 'only-candidate' }
  if (rival === undefined) return { ...chosen, why: 'nearest-start' }
  const why = occurrence.start === undefined || occurrence.wholeDays === true ? 'no-start' : 'tie'
  return { ...chosen, why, rival: { eventId: rival.eventId, occurrence: rival.occurrence } }
}

type Nearest = {
  readonly candidate: Candidate
  readonly events: number
  readonly rival: Candidate | undefined
}

/** `only`: what automatic choice may take, or whatever there is. */
function nearestOf(shelf: Shelf, at: Instant, only: 'automatic' | 'any'): Nearest | undefined {
  const { found, events, candidates } = shelf
  const count = shelf.stab(at)
  const seen = new Set<number>()
  let best = -1
  for (let i = 0; i < count; i += 1) {
    const position = found[i] ?? 0
    if (only === 'automatic' && shelf.automatic[position] === 0) continue
    seen.add(events[position] ?? 0)
    if (best < 0 || byNearness(shelf, at, position, best) < 0) best = position
  }
  const candidate = candidates[best]
  if (candidate === undefined) return undefined
  return { candidate, events: seen.size, rival: seen.size > 1 ? rivalOf(shelf, at, best, count) : undefined }
}

/** Of the other events that are open, one that is exactly as near as the best. */
function rivalOf(shelf: Shelf, at: Instant, best: number, count: number): Candidate | undefined {
  const { found, events, starts, automatic, candidates } = shelf
  const distance = Math.abs(at - (starts[best] ?? 0))
  let rival = -1
  for (let i = 0; i < count; i += 1) {
    const position = found[i] ?? 0
    if (automatic[position] === 0 || events[position] === events[best]) continue
    if (Math.abs(at - (starts[position] ?? 0)) !== distance) continue
    if (rival < 0 || byNearness(shelf, at, position, rival) < 0) rival = position
  }
  return candidates[rival]
}

/** Negative where `a` is chosen before `b`. Positions on the shelf are in order of opening: the last resort. */
function byNearness({ starts, events }: Shelf, at: Instant, a: number, b: number): number {
  const startA = starts[a] ?? 0
  const startB = starts[b] ?? 0
  const distanceA = Math.abs(at - startA)
  const distanceB = Math.abs(at - startB)
  // Compared, never subtracted: without a start hour both are infinitely far.
  if (distanceA !== distanceB) return distanceA < distanceB ? -1 : 1
  if (startA !== startB) return startA < startB ? -1 : 1
  return (events[a] ?? 0) - (events[b] ?? 0) || a - b
}

/** From turn to turn: between two there is nothing to choose anew. */
function nextChoice(input: ChoiceInput): Instant | undefined {
  let turn = nextTurn(input, input.at)
  for (let turns = 0; turns < TURNS_MAX && turn !== undefined; turns += 1) {
    if (choiceAt(input, turn).kind === 'chosen') return turn
    turn = nextTurn(input, turn)
  }
  return undefined
}

/** The first instant after `at` at which the choice may be another: a window opens, a pin begins or ends. */
function nextTurn({ strict, pins, candidates }: ChoiceInput, at: Instant): Instant | undefined {
  const inForce = pinsInForce(pins, at)
  const closed = strict ? inForce[0] : undefined
  // While a strict pin is closed, it does not matter what else opens.
  const openings =
    closed === undefined
      ? [candidates.nextOpening(at), ...inForce.map((pin) => candidates.nextOpening(at, pin.eventId))]
      : [candidates.nextOpening(at, closed.eventId)]
  const turns = [...openings, ...pins.flatMap((pin) => [pin.from, pin.until])]
  const ahead = turns.filter((turn) => turn !== undefined && turn > at)
  return ahead.length === 0 ? undefined : instant(Math.min(...ahead.map(Number)))
}
