import type { EventSettings } from '@spaarzuil/shared/check-in/rules.js'
import type { OccurrenceStatus } from '@spaarzuil/shared/events/calendar.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { Type } from 'typebox'
import { pillarsOfEvents } from './affected.js'
import { changedAt, endedAt } from './dated.js'
import type { Memory } from './memory.js'
import type { EventRecord, EventVersion } from './records.js'
import { cardSystemOf } from './rules-at.js'
import { notFound, type Writing } from './writing.js'

export interface IncomingEvent {
  readonly cdbid: string
  readonly version: EventVersion
  readonly status: OccurrenceStatus
  /** Kept for people: event type, labels, problems. */
  readonly details: object
}

export interface EventBatch {
  readonly cardSystemId: number
  readonly events: readonly IncomingEvent[]
  /** Events that are none any more: deleted, rejected, without price. */
  readonly gone: readonly string[]
}

/** Events by id, and what became of them. */
export interface StoredEvents {
  readonly imported: readonly string[]
  readonly changed: readonly string[]
  readonly unchanged: readonly string[]
  /** They belong to another card system, or to UiTdatabank. */
  readonly foreign: readonly string[]
}

export interface EventWrites {
  putEvents(batch: EventBatch): Promise<StoredEvents>
  /** From now on; replaces what was set before. */
  setEventSettings(cdbid: string, cardSystemId: number, settings: EventSettings): Promise<EventRecord>
}

export const writeEvents = (writing: Writing): EventWrites => ({
  putEvents: async (batch) => putEvents(writing, batch),
  setEventSettings: async (cdbid, cardSystemId, settings) =>
    setEventSettings(writing, cdbid, cardSystemId, settings),
})

async function putEvents({ memory, write }: Writing, batch: EventBatch): Promise<StoredEvents> {
  return write(async (queries, now) => {
    const sorted = sortOut(memory, batch)
    const fresh = await insertEvents(queries, now, { owner: sorted.owner, events: sorted.imported })
    const renewed = sorted.changed.map(({ event, record }) => ({ id: record.id, event }))
    await insertVersions(queries, now, [...fresh, ...renewed])
    await markGone(queries, now, sorted)
    const records = [
      ...fresh.map(({ id, event }) => newRecord(id, event, sorted.owner, now)),
      ...sorted.changed.map(({ event, record }) => ({
        ...record,
        deletedAt: undefined,
        versions: changedAt(record.versions, now, event.version),
      })),
      ...sorted.gone.map((record) => ({ ...record, deletedAt: now })),
    ]
    return {
      result: {
        imported: sorted.imported.map(({ cdbid }) => cdbid),
        changed: sorted.changed.map(({ event }) => event.cdbid),
        unchanged: sorted.unchanged.map(({ cdbid }) => cdbid),
        foreign: sorted.foreign.map(({ cdbid }) => cdbid),
      },
      remember: () => {
        for (const record of records) memory.putEvent(record)
        return pillarsOfEvents(memory, records)
      },
    }
  })
}

interface Sorted {
  readonly owner: number | undefined
  readonly imported: readonly IncomingEvent[]
  readonly changed: readonly { readonly event: IncomingEvent; readonly record: EventRecord }[]
  readonly unchanged: readonly IncomingEvent[]
  readonly foreign: readonly IncomingEvent[]
  readonly gone: readonly EventRecord[]
}

function sortOut(memory: Memory, batch: EventBatch): Sorted {
  const cardSystem = cardSystemOf(memory, batch.cardSystemId)
  const owner = cardSystem.eventSource === 'own' ? cardSystem.id : undefined
  const imported: IncomingEvent[] = []
  const changed: { event: IncomingEvent; record: EventRecord }[] = []
  const unchanged: IncomingEvent[] = []
  const foreign: IncomingEvent[] = []
  // A file that has an event twice means its last word.
  for (const event of new Map(batch.events.map((one) => [one.cdbid, one])).values()) {
    const record = memory.event(event.cdbid)
    if (record === undefined) imported.push(event)
    else if (record.cardSystemId !== owner) foreign.push(event)
    else if (record.deletedAt === undefined && latestHash(record) === event.version.contentHash)
      unchanged.push(event)
    else changed.push({ event, record })
  }
  const gone = [...new Set(batch.gone)]
    .map((cdbid) => memory.event(cdbid))
    .filter(
      (record) => record !== undefined && record.cardSystemId === owner && record.deletedAt === undefined,
    )
    .filter((record) => record !== undefined)
  return { owner, imported, changed, unchanged, foreign, gone }
}

const latestHash = (record: EventRecord): string | undefined => record.versions.at(-1)?.value.contentHash

const newRecord = (
  id: number,
  event: IncomingEvent,
  owner: number | undefined,
  now: Instant,
): EventRecord => ({
  id,
  cdbid: event.cdbid,
  cardSystemId: owner,
  firstSeenAt: now,
  deletedAt: undefined,
  versions: changedAt([], now, event.version),
  settings: new Map(),
})

const IdRow = Type.Object({ id: Type.Integer(), cdbid: Type.String() })

async function insertEvents(
  queries: Queries,
  now: Instant,
  { owner, events }: { readonly owner: number | undefined; readonly events: readonly IncomingEvent[] },
): Promise<readonly { readonly id: number; readonly event: IncomingEvent }[]> {
  // One statement for the batch: a statement for each event waits longer for its turn than it works.
  const rows = await queries.all(
    `INSERT INTO events (cdbid, card_system_id, first_seen_at)
     SELECT value, ?, ? FROM json_each(?) WHERE true RETURNING id, cdbid`,
    [owner ?? null, now, JSON.stringify(events.map(({ cdbid }) => cdbid))],
    rowParser('events', IdRow),
  )
  const ids = new Map(rows.map(({ id, cdbid }) => [cdbid, id]))
  return events.map((event) => {
    const id = ids.get(event.cdbid)
    invariant(id !== undefined, 'an event that was inserted has a row')
    return { id, event }
  })
}

async function insertVersions(
  queries: Queries,
  now: Instant,
  versions: readonly { readonly id: number; readonly event: IncomingEvent }[],
): Promise<void> {
  const ids = JSON.stringify(versions.map(({ id }) => id))
  await queries.run(
    `UPDATE event_versions SET valid_to = ?
     WHERE valid_to IS NULL AND event_id IN (SELECT value FROM json_each(?))`,
    [now, ids],
  )
  await queries.run(`UPDATE events SET deleted_at = NULL WHERE id IN (SELECT value FROM json_each(?))`, [ids])
  await queries.run(
    `INSERT INTO event_versions (event_id, title, organiser_id, organiser, location_id, location, zone, audience,
       status, calendar_type, calendar, details, content_hash, valid_from)
     SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
       json_extract(value, '$[6]'), json_extract(value, '$[7]'), json_extract(value, '$[8]'),
       json_extract(value, '$[9]'), json_extract(value, '$[10]'), json_extract(value, '$[11]'),
       json_extract(value, '$[12]'), ? FROM json_each(?)`,
    [now, JSON.stringify(versions.map(({ id, event }) => versionColumns(id, event)))],
  )
}

function versionColumns(id: number, { version, status, details }: IncomingEvent): readonly unknown[] {
  return [
    id,
    JSON.stringify(version.title),
    version.organiserId ?? null,
    version.organiser ?? null,
    version.locationId ?? null,
    version.location ?? null,
    version.zone,
    version.audience,
    status,
    version.calendarType,
    JSON.stringify(version.calendar),
    JSON.stringify(details),
    version.contentHash,
  ]
}

async function markGone(queries: Queries, now: Instant, { gone }: Sorted): Promise<void> {
  await queries.run('UPDATE events SET deleted_at = ? WHERE id IN (SELECT value FROM json_each(?))', [
    now,
    JSON.stringify(gone.map(({ id }) => id)),
  ])
}

async function setEventSettings(
  { memory, write }: Writing,
  cdbid: string,
  cardSystemId: number,
  settings: EventSettings,
): Promise<EventRecord> {
  return write(async (queries, now) => {
    const record = memory.event(cdbid)
    if (record === undefined) throw notFound('event', cdbid)
    await queries.run(
      'UPDATE event_settings SET valid_to = ? WHERE event_id = ? AND card_system_id = ? AND valid_to IS NULL',
      [now, record.id, cardSystemId],
    )
    await queries.run(
      'INSERT INTO event_settings (event_id, card_system_id, settings, valid_from) VALUES (?, ?, ?, ?)',
      [record.id, cardSystemId, JSON.stringify(settings), now],
    )
    const history = changedAt(endedAt(record.settings.get(cardSystemId) ?? [], now), now, settings)
    const changed = { ...record, settings: new Map(record.settings).set(cardSystemId, history) }
    return { result: changed, remember: () => (memory.putEvent(changed), pillarsOfEvents(memory, [changed])) }
  })
}
