import { windowOf } from '@spaarzuil/shared/check-in/window.js'
import type { ChoiceInput, Pin as ChoicePin } from '@spaarzuil/shared/events/choose.js'
import {
  indexOccurrences,
  type Candidate,
  type OccurrenceIndex,
} from '@spaarzuil/shared/events/occurrence-index.js'
import { days, instant, later, type Instant } from '@spaarzuil/shared/time.js'
import { holdsAt } from './dated.js'
import type { Memory } from './memory.js'
import { occurrencesNear } from './occurrences.js'
import type { Pillar, Pin } from './records.js'
import { ruleAt } from './rules-at.js'
import {
  eventAt,
  isAround,
  ownEvents,
  seenBy,
  surroundingsAt,
  type KnownEvent,
  type Surroundings,
} from './surroundings.js'

/** How far ahead a choice knows what is on next: a week is as far as a person at the door asks. */
const AHEAD = days(7)
const STRETCH = days(1)
/** Indexes kept at once: today's of each pillar of a large fleet, and of days gone by for what arrives late. */
const INDEXES_MAX = 4_096

interface Kept {
  readonly index: OccurrenceIndex
  /** The first and the last instant of the time in which nothing it was made from changes. */
  readonly from: number
  readonly until: number
}

/** What `chooseEvent` needs for a pillar at a moment, worked out once a day and again when something changes. */
export interface Choices {
  inputAt(pillarUuid: string, at: Instant): ChoiceInput | undefined
  forget(pillarUuids: Iterable<string>): void
}

export function openChoices(memory: Memory): Choices {
  const kept = new Map<string, Kept[]>()
  let size = 0

  const indexAt = (pillarUuid: string, at: Instant): OccurrenceIndex | undefined => {
    const found = kept.get(pillarUuid)?.find((entry) => entry.from <= at && at < entry.until)
    if (found !== undefined) return found.index
    const made = makeIndex(memory, pillarUuid, at)
    if (made === undefined) return undefined
    if (size >= INDEXES_MAX) {
      kept.clear()
      size = 0
    }
    kept.set(pillarUuid, [...(kept.get(pillarUuid) ?? []), made])
    size += 1
    return made.index
  }
  return {
    inputAt: (pillarUuid, at) => {
      const around = surroundingsAt(memory, pillarUuid, at)
      const candidates = indexAt(pillarUuid, at)
      if (around === undefined || candidates === undefined) return undefined
      return { at, strict: around.settings.strict, pins: pinsAt(around.pillar, at), candidates }
    },
    forget: (pillarUuids) => {
      for (const uuid of pillarUuids) {
        size -= kept.get(uuid)?.length ?? 0
        kept.delete(uuid)
      }
    },
  }
}

/** The pins that staff wanted at a moment, whenever they are for, in the order in which they were written. */
export const pinsAt = (pillar: Pillar, at: Instant): readonly ChoicePin[] =>
  pillar.pins.filter((pin) => holdsAt(pin, at)).map(choicePin)

export const choicePin = (pin: Pin): ChoicePin => ({
  level: pin.level,
  eventId: pin.eventId,
  from: pin.startsAt,
  until: pin.endsAt,
  since: pin.from,
})

/** The events of a pillar's own counters, and those that were pinned to it, whoever's they are. */
export function eventsInPlay(
  memory: Memory,
  around: Surroundings,
  at: Instant,
): readonly (KnownEvent & { readonly automatic: boolean })[] {
  const own = ownEvents(memory, around, at).map((event) => ({ ...event, automatic: true }))
  const known = new Set(own.map(({ record }) => record.cdbid))
  const pinned = [...new Set(pinsAt(around.pillar, at).map((pin) => pin.eventId))]
    .filter((cdbid) => !known.has(cdbid))
    .map((cdbid) => eventAt(memory, cdbid, at))
    .filter((event) => event !== undefined)
    .map((event) => ({
      ...event,
      automatic: seenBy(event.record, around.cardSystem) && isAround(event.version, around),
    }))
  return [...own, ...pinned]
}

/** The occurrences of an event that take place, with the window of the channel `pillar`, between two instants. */
export function candidatesOf(
  memory: Memory,
  event: KnownEvent & { readonly automatic: boolean },
  of: {
    readonly cardSystemId: number
    readonly at: Instant
    readonly from: Instant
    readonly until: Instant
  },
): readonly Candidate[] {
  const { record, version, automatic } = event
  const rule = ruleAt(memory, event, of.cardSystemId, of.at).windows.pillar
  return occurrencesNear(version, rule, of)
    .filter(({ status }) => status === 'Available')
    .map((occurrence) => ({
      eventId: record.cdbid,
      occurrence: { start: occurrence.start, end: occurrence.end, wholeDays: occurrence.wholeDays },
      window: windowOf(occurrence, rule, version.zone),
      automatic,
    }))
}

function makeIndex(memory: Memory, pillarUuid: string, at: Instant): Kept | undefined {
  const around = surroundingsAt(memory, pillarUuid, at)
  if (around === undefined) return undefined
  const from = instant(Math.floor(at / STRETCH) * STRETCH)
  const until = later(later(from, STRETCH), AHEAD)
  const cardSystemId = around.cardSystem.id
  const candidates = eventsInPlay(memory, around, at).flatMap((event) =>
    candidatesOf(memory, event, { cardSystemId, at, from, until }),
  )
  const bounds = changesAround(memory, around).filter((change) => Number.isFinite(change))
  return {
    index: indexOccurrences(candidates),
    from: Math.max(from, ...bounds.filter((change) => change <= at)),
    until: Math.min(from + STRETCH, ...bounds.filter((change) => change > at)),
  }
}

/** Every instant at which something changes on which the choice of this pillar depends. */
export function changesAround(memory: Memory, around: Surroundings): readonly number[] {
  const { pillar, cardSystem } = around
  const counters = pillar.assignments
    .map(({ value }) => memory.counter(value))
    .filter((one) => one !== undefined)
  const events = [
    ...memory.eventsAround(
      counters.flatMap(({ organiserId }) => organiserId ?? []),
      counters.flatMap(({ locationIds }) => locationIds),
    ),
    ...pillar.pins.map((pin) => memory.event(pin.eventId)).filter((event) => event !== undefined),
  ]
  const lists = [pillar.settings, pillar.assignments, pillar.pins, counters, cardSystem.rules]
  const ofEvents = events.flatMap((event) => [
    event.versions,
    event.settings.get(cardSystem.id) ?? [],
    [{ from: event.firstSeenAt, to: event.deletedAt }],
  ])
  return [...lists, ...ofEvents].flatMap((list) =>
    list.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])),
  )
}
