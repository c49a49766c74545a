import { EventSettings } from '@spaarzuil/shared/check-in/rules.js'
import { Calendar } from '@spaarzuil/shared/events/calendar.js'
import { AUDIENCES } from '@spaarzuil/shared/events/event-parts.js'
import { CALENDAR_TYPES } from '@spaarzuil/shared/events/parse-calendar.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { instant } from '@spaarzuil/shared/time.js'
import { Type, type Static } from 'typebox'
import {
  grouped,
  Int,
  instantOf,
  jsonColumn,
  MaybeInt,
  MaybeText,
  present,
  spanOf,
  SpanColumns,
  Text,
} from './columns.js'
import type { Dated } from './dated.js'
import type { Memory } from './memory.js'
import { TranslatedText, type EventVersion } from './records.js'

const titleOf = jsonColumn('event_versions.title', TranslatedText)
const calendarOf = jsonColumn('event_versions.calendar', Calendar)
const eventSettingsOf = jsonColumn('event_settings.settings', EventSettings)

const EventRow = Type.Object({
  id: Int,
  cdbid: Text,
  card_system_id: MaybeInt,
  first_seen_at: Int,
  deleted_at: MaybeInt,
})
const VersionRow = Type.Object({
  id: Int,
  event_id: Int,
  title: Text,
  organiser_id: MaybeText,
  organiser: MaybeText,
  location_id: MaybeText,
  location: MaybeText,
  zone: Text,
  audience: Type.Enum([...AUDIENCES]),
  calendar_type: Type.Enum([...CALENDAR_TYPES]),
  calendar: Text,
  content_hash: Text,
  ...SpanColumns,
})
const EventSettingsRow = Type.Object({ event_id: Int, card_system_id: Int, settings: Text, ...SpanColumns })

/** Versions read at once: a calendar can be long, and all of them together need not be in memory as text. */
const PAGE = 2_000

/** Every event with all its versions and settings. */
export async function loadEvents(memory: Memory, queries: Queries): Promise<void> {
  const rows = await queries.all('SELECT * FROM events', [], rowParser('events', EventRow))
  const versions = await loadVersions(queries)
  const settings = grouped(
    await queries.all(
      'SELECT * FROM event_settings ORDER BY valid_from, id',
      [],
      rowParser('event_settings', EventSettingsRow),
    ),
    (row) => row.event_id,
  )
  for (const row of rows) {
    const known = versions.get(row.id)
    invariant(known !== undefined, 'an event has a version from its first day')
    const bySystem = grouped(settings.get(row.id) ?? [], (one) => one.card_system_id)
    memory.putEvent({
      id: row.id,
      cdbid: row.cdbid,
      cardSystemId: present(row.card_system_id),
      firstSeenAt: instant(row.first_seen_at),
      deletedAt: instantOf(row.deleted_at),
      versions: known,
      settings: new Map(
        [...bySystem].map(([cardSystemId, ofSystem]) => [
          cardSystemId,
          ofSystem.map((one) => ({ value: eventSettingsOf(one.settings), ...spanOf(one) })),
        ]),
      ),
    })
  }
}

async function loadVersions(queries: Queries): Promise<ReadonlyMap<number, readonly Dated<EventVersion>[]>> {
  const found = new Map<number, Dated<EventVersion>[]>()
  const parse = rowParser('event_versions', VersionRow)
  for (let after = 0; ;) {
    // Ids grow with time, so versions of one event come oldest first.
    const sql = 'SELECT * FROM event_versions WHERE id > ? ORDER BY id LIMIT ?'
    const page = await queries.all(sql, [after, PAGE], parse)
    for (const row of page) {
      const known = found.get(row.event_id)
      const version = { value: versionOf(row), ...spanOf(row) }
      if (known === undefined) found.set(row.event_id, [version])
      else known.push(version)
      after = row.id
    }
    if (page.length < PAGE) return found
  }
}

const versionOf = (row: Static<typeof VersionRow>): EventVersion => ({
  title: titleOf(row.title),
  organiserId: present(row.organiser_id),
  organiser: present(row.organiser),
  locationId: present(row.location_id),
  location: present(row.location),
  zone: row.zone,
  audience: row.audience,
  calendarType: row.calendar_type,
  calendar: calendarOf(row.calendar),
  contentHash: row.content_hash,
})
