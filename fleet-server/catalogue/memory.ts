import type { CardSystem, Counter, EventRecord, Pillar } from './records.js'

/** Everything the server must know to decide, found by id, by organiser and by location. Records are never changed, only replaced. */
export interface Memory {
  cardSystem(id: number): CardSystem | undefined
  cardSystems(): readonly CardSystem[]
  counter(id: number): Counter | undefined
  counters(): readonly Counter[]
  pillar(uuid: string): Pillar | undefined
  pillars(): readonly Pillar[]
  event(cdbid: string): EventRecord | undefined
  events(): Iterable<EventRecord>
  eventCount(): number
  /** Events that at some time were organised by, or took place at, one of these; each once. */
  eventsAround(organiserIds: Iterable<string>, locationIds: Iterable<string>): ReadonlySet<EventRecord>
  /** Events that belong to a card system itself. */
  ownEvents(cardSystemId: number): ReadonlySet<EventRecord>
  putCardSystem(cardSystem: CardSystem): void
  putCounter(counter: Counter): void
  putPillar(pillar: Pillar): void
  putEvent(event: EventRecord): void
}

const NOTHING: ReadonlySet<string> = new Set()

export function openMemory(): Memory {
  const cardSystems = new Map<number, CardSystem>()
  const counters = new Map<number, Counter>()
  const pillars = new Map<string, Pillar>()
  const events = new Map<string, EventRecord>()
  const byOrganiser = new Map<string, Set<string>>()
  const byLocation = new Map<string, Set<string>>()
  const byOwner = new Map<number, Set<string>>()

  const records = (cdbids: Iterable<string>, into: Set<EventRecord>): void => {
    for (const cdbid of cdbids) {
      const record = events.get(cdbid)
      if (record !== undefined) into.add(record)
    }
  }
  return {
    cardSystem: (id) => cardSystems.get(id),
    cardSystems: () => [...cardSystems.values()],
    counter: (id) => counters.get(id),
    counters: () => [...counters.values()],
    pillar: (uuid) => pillars.get(uuid),
    pillars: () => [...pillars.values()],
    event: (cdbid) => events.get(cdbid),
    events: () => events.values(),
    eventCount: () => events.size,
    eventsAround: (organiserIds, locationIds) => {
      const found = new Set<EventRecord>()
      for (const id of organiserIds) records(byOrganiser.get(id) ?? NOTHING, found)
      for (const id of locationIds) records(byLocation.get(id) ?? NOTHING, found)
      return found
    },
    ownEvents: (cardSystemId) => {
      const found = new Set<EventRecord>()
      records(byOwner.get(cardSystemId) ?? NOTHING, found)
      return found
    },
    putCardSystem: (cardSystem) => void cardSystems.set(cardSystem.id, cardSystem),
    putCounter: (counter) => void counters.set(counter.id, counter),
    putPillar: (pillar) => void pillars.set(pillar.uuid, pillar),
    putEvent: (event) => {
      events.set(event.cdbid, event)
      // Every version counts: a check-in of last week is judged by where the event was then.
      for (const { value } of event.versions) {
        if (value.organiserId !== undefined) addTo(byOrganiser, value.organiserId, event.cdbid)
        if (value.locationId !== undefined) addTo(byLocation, value.locationId, event.cdbid)
      }
      if (event.cardSystemId !== undefined) addTo(byOwner, event.cardSystemId, event.cdbid)
    },
  }
}

function addTo<K>(index: Map<K, Set<string>>, key: K, cdbid: string): void {
  const entry = index.get(key)
  if (entry === undefined) index.set(key, new Set([cdbid]))
  else entry.add(cdbid)
}
