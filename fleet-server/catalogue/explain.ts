import { isOpen } from '@spaarzuil/shared/check-in/window.js'
import type { Window } from '@spaarzuil/shared/check-in/facts.js'
import { chooseEvent, type Choice } from '@spaarzuil/shared/events/choose.js'
import { explainChoice } from '@spaarzuil/shared/events/explain-choice.js'
import { inLanguage, type Language } from '@spaarzuil/shared/languages.js'
import { days, earlier, later, type Instant } from '@spaarzuil/shared/time.js'
import { candidatesOf, eventsInPlay, type Choices } from './choice.js'
import { holdsAt } from './dated.js'
import type { Memory } from './memory.js'
import { occurrencesIn } from './occurrences.js'
import {
  eventAt,
  isDeleted,
  seenBy,
  surroundingsAt,
  type KnownEvent,
  type Surroundings,
} from './surroundings.js'

/** How far back and ahead dates of an event are looked for, for those who ask why it is not on. */
const AROUND = days(31)
/** Events that are told one by one; more than a page nobody reads. */
const LISTED_MAX = 200

export const REJECTIONS = [
  'not-open-yet',
  'over',
  'no-dates-near',
  'cancelled',
  'postponed',
  'deleted',
  'pinned-but-unknown',
] as const
export type Rejection = (typeof REJECTIONS)[number]

export interface ExplainedOccurrence {
  readonly eventId: string
  readonly title: string
  readonly start: Instant | undefined
  readonly end: Instant | undefined
  readonly window: Window
  /** Organised by, or located at, a counter of the pillar; a pinned event need not be. */
  readonly own: boolean
}

export interface RejectedEvent {
  readonly eventId: string
  readonly title: string | undefined
  readonly reason: Rejection
  /** The window that is nearest, where there is one. */
  readonly window?: Window | undefined
}

/** For which event a pillar counts, and why. */
export interface Counting {
  readonly at: Instant
  readonly choice: Choice
  /** Of the chosen event. */
  readonly title: (language: Language) => string
  /** In words that a counter can read: in the reader's language. */
  readonly sentence: (language: Language) => string
}

export interface Explanation extends Counting {
  readonly candidates: readonly ExplainedOccurrence[]
  readonly rejected: readonly RejectedEvent[]
  /** Further rejected events that are not told one by one. */
  readonly moreRejected: number
  /** Events of others: neither organised by, nor located at, the pillar's counters. */
  readonly elsewhere: number
  readonly strict: boolean
  readonly counters: readonly string[]
}

/** For which event a pillar counts at a moment, with the reason in words. */
export function countingAt(
  memory: Memory,
  choices: Choices,
  pillarUuid: string,
  at: Instant,
): Counting | undefined {
  const around = surroundingsAt(memory, pillarUuid, at)
  const input = choices.inputAt(pillarUuid, at)
  if (around === undefined || input === undefined) return undefined
  const choice = chooseEvent(input)
  const titles = (language: Language) => (cdbid: string) => titleOf(memory, cdbid, at, language)
  return {
    at,
    choice,
    title: (language) =>
      choice.kind === 'chosen' ? (titles(language)(choice.eventId) ?? choice.eventId) : '',
    sentence: (language) =>
      explainChoice(choice, {
        language,
        zone: around.cardSystem.zone,
        titleOf: titles(language),
      }),
  }
}

/** Why a pillar counts for an event, or for none, at a moment. For people: not fast. */
export function explainAt(
  memory: Memory,
  choices: Choices,
  pillarUuid: string,
  at: Instant,
): Explanation | undefined {
  const around = surroundingsAt(memory, pillarUuid, at)
  const input = choices.inputAt(pillarUuid, at)
  const counting = countingAt(memory, choices, pillarUuid, at)
  if (around === undefined || input === undefined || counting === undefined) return undefined
  const inPlay = eventsInPlay(memory, around, at)
  const candidates = input.candidates.openAt(at).map((candidate) => ({
    eventId: candidate.eventId,
    title: titleOf(memory, candidate.eventId, at, 'nl') ?? candidate.eventId,
    start: candidate.occurrence.start,
    end: candidate.occurrence.end,
    window: candidate.window,
    own: candidate.automatic,
  }))
  const open = new Set(candidates.map(({ eventId }) => eventId))
  const rejected = [
    ...unknownPins(memory, around, at),
    ...inPlay
      .filter(({ record }) => !open.has(record.cdbid))
      .map((event) => rejection(memory, around, event, at)),
    ...deletedOnes(memory, around, at),
  ]
  return {
    ...counting,
    candidates,
    rejected: rejected.slice(0, LISTED_MAX),
    moreRejected: Math.max(0, rejected.length - LISTED_MAX),
    elsewhere:
      countSeen(memory, around) - inPlay.filter(({ record }) => seenBy(record, around.cardSystem)).length,
    strict: around.settings.strict,
    counters: around.counters.map(({ name }) => name),
  }
}

/** The title of an event in a language, as it was at a moment. */
export function titleOf(memory: Memory, cdbid: string, at: Instant, language: Language): string | undefined {
  const known = eventAt(memory, cdbid, at)
  return known === undefined ? undefined : inLanguage(known.version.title, language)
}

function countSeen(memory: Memory, { cardSystem }: Surroundings): number {
  let count = 0
  for (const record of memory.events()) if (seenBy(record, cardSystem)) count += 1
  return count
}

const unknownPins = (memory: Memory, { pillar }: Surroundings, at: Instant): readonly RejectedEvent[] =>
  pillar.pins
    .filter((pin) => holdsAt(pin, at) && holdsAt({ from: pin.startsAt, to: pin.endsAt }, at))
    .filter((pin) => eventAt(memory, pin.eventId, at) === undefined)
    .map((pin) => ({ eventId: pin.eventId, title: undefined, reason: 'pinned-but-unknown' }))

function deletedOnes(memory: Memory, around: Surroundings, at: Instant): readonly RejectedEvent[] {
  return [...memory.eventsAround(around.organiserIds, around.locationIds)]
    .filter((record) => seenBy(record, around.cardSystem) && isDeleted(record, at))
    .map((record) => ({
      eventId: record.cdbid,
      title: titleOf(memory, record.cdbid, at, 'nl'),
      reason: 'deleted',
    }))
}

function rejection(
  memory: Memory,
  around: Surroundings,
  event: KnownEvent & { readonly automatic: boolean },
  at: Instant,
): RejectedEvent {
  const { record, version } = event
  const told = { eventId: record.cdbid, title: inLanguage(version.title, 'nl') }
  const span = { from: earlier(at, AROUND), until: later(at, AROUND) }
  const windows = candidatesOf(memory, event, { ...span, at, cardSystemId: around.cardSystem.id })
    .map(({ window }) => window)
    .filter((window) => !isOpen(window, at))
  const next = windows.find((window) => window.from !== undefined && window.from > at)
  const last = windows.findLast((window) => window.until !== undefined && window.until < at)
  const off = occurrencesIn(version, span.from, span.until).find(({ status }) => status !== 'Available')
  if (off !== undefined && next === undefined) {
    return { ...told, reason: off.status === 'Unavailable' ? 'cancelled' : 'postponed' }
  }
  if (next !== undefined) return { ...told, reason: 'not-open-yet', window: next }
  if (last !== undefined) return { ...told, reason: 'over', window: last }
  return { ...told, reason: 'no-dates-near' }
}
