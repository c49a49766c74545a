import type { Instant } from '@spaarzuil/shared/time.js'
import { holdsAt, valueAt, valueSince } from './dated.js'
import type { Memory } from './memory.js'
import {
  DEFAULT_PILLAR_SETTINGS,
  type CardSystem,
  type Counter,
  type EventRecord,
  type EventVersion,
  type Pillar,
  type PillarSettings,
} from './records.js'

/** A pillar with all on which its choice of event depends, as it was at a moment. */
export interface Surroundings {
  readonly pillar: Pillar
  readonly cardSystem: CardSystem
  readonly counters: readonly Counter[]
  readonly organiserIds: ReadonlySet<string>
  readonly locationIds: ReadonlySet<string>
  readonly settings: PillarSettings
}

export function surroundingsAt(memory: Memory, pillarUuid: string, at: Instant): Surroundings | undefined {
  const pillar = memory.pillar(pillarUuid)
  const cardSystem = pillar === undefined ? undefined : memory.cardSystem(pillar.cardSystemId)
  if (pillar === undefined || cardSystem === undefined) return undefined
  const counters = pillar.assignments
    .filter((assignment) => holdsAt(assignment, at))
    .map((assignment) => memory.counter(assignment.value))
    .filter((counter) => counter !== undefined && holdsAt(counter, at))
    .filter((counter) => counter !== undefined)
  return {
    pillar,
    cardSystem,
    counters,
    organiserIds: new Set(counters.flatMap(({ organiserId }) => organiserId ?? [])),
    locationIds: new Set(counters.flatMap(({ locationIds }) => locationIds)),
    settings: valueSince(pillar.settings, at) ?? DEFAULT_PILLAR_SETTINGS,
  }
}

/** An event with what was known of it at a moment. */
export interface KnownEvent {
  readonly record: EventRecord
  readonly version: EventVersion
}

/**
 * The events from which a pillar chooses by itself: organised by, or located at, its counters. A card system with an
 * agenda of its own sees only that; the others see UiTdatabank.
 */
export function ownEvents(memory: Memory, around: Surroundings, at: Instant): readonly KnownEvent[] {
  const known: KnownEvent[] = []
  for (const record of memory.eventsAround(around.organiserIds, around.locationIds)) {
    if (!seenBy(record, around.cardSystem) || isDeleted(record, at)) continue
    const version = valueAt(record.versions, at)
    if (version !== undefined && isAround(version, around)) known.push({ record, version })
  }
  return known
}

export const seenBy = (record: EventRecord, cardSystem: CardSystem): boolean =>
  record.cardSystemId === (cardSystem.eventSource === 'own' ? cardSystem.id : undefined)

export const isDeleted = (record: EventRecord, at: Instant): boolean =>
  record.deletedAt !== undefined && record.deletedAt <= at

export const isAround = (version: EventVersion, around: Surroundings): boolean =>
  (version.organiserId !== undefined && around.organiserIds.has(version.organiserId)) ||
  (version.locationId !== undefined && around.locationIds.has(version.locationId))

/**
 * An event as it was at a moment. One first seen after that counts with its first version: what was not known yet is
 * decided again when it becomes known, and must then find something.
 */
export function eventAt(memory: Memory, cdbid: string, at: Instant): KnownEvent | undefined {
  const record = memory.event(cdbid)
  const version = record === undefined ? undefined : valueSince(record.versions, at)
  return record === undefined || version === undefined ? undefined : { record, version }
}
