import type { Memory } from './memory.js'
import type { EventRecord, Pillar } from './records.js'

/** Which pillars see something of a change: those and no others get a new program, settings or index. */
export const pillarsOfCardSystem = (memory: Memory, cardSystemId: number): readonly string[] =>
  uuids(memory, (pillar) => pillar.cardSystemId === cardSystemId)

/** Also those whose assignment has ended: what arrives late is judged by it. */
export const pillarsOfCounter = (memory: Memory, counterId: number): readonly string[] =>
  uuids(memory, (pillar) => pillar.assignments.some(({ value }) => value === counterId))

const uuids = (memory: Memory, sees: (pillar: Pillar) => boolean): readonly string[] =>
  memory
    .pillars()
    .filter(sees)
    .map(({ uuid }) => uuid)

/** Pillars to which an event was pinned, or whose counters organise or house it, now or in one of its versions. */
export function pillarsOfEvents(memory: Memory, events: Iterable<EventRecord>): readonly string[] {
  const byKey = pillarsByKey(memory)
  const found = new Set<string>()
  for (const event of events) {
    const keys = event.versions.flatMap(({ value }) => [value.organiserId ?? '', value.locationId ?? ''])
    for (const key of [event.cdbid, ...keys]) {
      for (const uuid of byKey.get(key) ?? []) found.add(uuid)
    }
  }
  return [...found]
}

/** Made once for a whole batch of events: by pinned event, organiser and location. */
function pillarsByKey(memory: Memory): ReadonlyMap<string, ReadonlySet<string>> {
  const byKey = new Map<string, Set<string>>()
  for (const pillar of memory.pillars()) {
    const counters = pillar.assignments.flatMap(({ value }) => memory.counter(value) ?? [])
    const keys = [
      ...pillar.pins.map((pin) => pin.eventId),
      ...counters.flatMap(({ organiserId, locationIds }) => [...locationIds, organiserId ?? '']),
    ]
    for (const key of keys) byKey.set(key, (byKey.get(key) ?? new Set()).add(pillar.uuid))
  }
  return byKey
}
