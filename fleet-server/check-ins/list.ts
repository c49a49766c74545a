import { inLanguage } from '@spaarzuil/shared/languages.js'
import { Nullable, rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import { Type, type Static } from 'typebox'
import { Int, jsonColumn, MaybeInt, MaybeText, Text } from '../catalogue/columns.js'
import { TranslatedText } from '../catalogue/records.js'

/** A check-in as staff see it: no card, no person. */
export interface ListedCheckIn {
  readonly rowId: number
  readonly actionId: string
  readonly pillarUuid: string | undefined
  readonly pillarName: string | undefined
  readonly channel: string
  readonly receivedAt: Instant
  readonly moment: Instant | undefined
  readonly momentUntil: Instant | undefined
  readonly eventId: string | undefined
  readonly eventTitle: string | undefined
  readonly occurrenceStart: Instant | undefined
  readonly why: string
  readonly passNumber: string | undefined
  readonly verdict: 'granted' | 'refused' | 'held'
  readonly reason: string | undefined
  readonly points: number
  readonly reversed: boolean
}

export interface CheckInFilter {
  readonly pillarId?: number | undefined
  readonly eventId?: number | undefined
  /** All check-ins of the holder of a card. */
  readonly passholderId?: number | undefined
  readonly cardId?: number | undefined
  readonly verdict?: string | undefined
  readonly from?: Instant | undefined
  readonly until?: Instant | undefined
  /** The page before this row: newest come first. */
  readonly before?: number | undefined
  readonly limit: number
}

const Row = Type.Object({
  id: Int,
  action_id: Text,
  pillar_uuid: MaybeText,
  pillar_name: MaybeText,
  channel: Text,
  received_at: Int,
  moment: MaybeInt,
  moment_until: MaybeInt,
  cdbid: MaybeText,
  title: MaybeText,
  occurrence_start: MaybeInt,
  why: Text,
  masked: MaybeText,
  verdict: Type.Enum(['granted', 'refused', 'held']),
  reason: MaybeText,
  points: Int,
  reversed: Nullable(Int),
})
const parse = rowParser('check_ins', Row)
const titleOf = jsonColumn('event_versions.title', TranslatedText)

const COLUMNS = `
  SELECT c.id, c.action_id, p.uuid AS pillar_uuid, p.name AS pillar_name, c.channel, c.received_at, c.moment,
    c.moment_until, e.cdbid, v.title, c.occurrence_start, c.why, k.pass_number_masked AS masked, c.verdict, c.reason,
    c.points,
    (SELECT 1 FROM corrections AS r WHERE r.check_in_id = c.id AND r.kind = 'reversed' LIMIT 1) AS reversed
  FROM check_ins AS c
  LEFT JOIN pillars AS p ON p.id = c.pillar_id
  LEFT JOIN events AS e ON e.id = c.event_id
  LEFT JOIN event_versions AS v ON v.event_id = e.id AND v.valid_to IS NULL
  LEFT JOIN cards AS k ON k.id = c.card_id`

const listed = (row: Static<typeof Row>): ListedCheckIn => ({
  rowId: row.id,
  actionId: row.action_id,
  pillarUuid: row.pillar_uuid ?? undefined,
  pillarName: row.pillar_name ?? undefined,
  channel: row.channel,
  receivedAt: instant(row.received_at),
  moment: maybe(row.moment),
  momentUntil: maybe(row.moment_until),
  eventId: row.cdbid ?? undefined,
  eventTitle: row.title === null ? undefined : inLanguage(titleOf(row.title), 'nl'),
  occurrenceStart: maybe(row.occurrence_start),
  why: row.why,
  passNumber: row.masked ?? undefined,
  verdict: row.verdict,
  reason: row.reason ?? undefined,
  points: row.points,
  reversed: row.reversed === 1,
})

const maybe = (ms: number | null): Instant | undefined => (ms === null ? undefined : instant(ms))

/**
 * Newest first. Each filter is left out of the statement rather than compared with nothing, so that SQLite takes the
 * index that fits.
 */
export async function listCheckIns(
  queries: Queries,
  filter: CheckInFilter,
): Promise<readonly ListedCheckIn[]> {
  const wanted: readonly (readonly [string, string | number | undefined])[] = [
    ['c.pillar_id = ?', filter.pillarId],
    ['c.event_id = ?', filter.eventId],
    ['c.passholder_id = ?', filter.passholderId],
    ['c.card_id = ?', filter.cardId],
    ['c.verdict = ?', filter.verdict],
    ['c.received_at >= ?', filter.from],
    ['c.received_at < ?', filter.until],
    ['c.id < ?', filter.before],
  ]
  const used = wanted.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]))
  const where = used.length === 0 ? '' : `WHERE ${used.map(({ sql }) => sql).join(' AND ')}`
  const rows = await queries.all(
    `${COLUMNS} ${where} ORDER BY c.id DESC LIMIT ?`,
    [...used.map(({ value }) => value), filter.limit],
    parse,
  )
  return rows.map(listed)
}

export async function findCheckIn(queries: Queries, actionId: string): Promise<ListedCheckIn | undefined> {
  const row = await queries.get(`${COLUMNS} WHERE c.action_id = ?`, [actionId], parse)
  return row === undefined ? undefined : listed(row)
}

const CorrectionRow = Type.Object({
  uuid: Text,
  kind: Text,
  reason: Text,
  made_by: Text,
  before: Text,
  after: Text,
  at: Int,
})

/** What was changed about a check-in, oldest first. */
export async function readCorrections(queries: Queries, rowId: number) {
  return queries.all(
    'SELECT uuid, kind, reason, made_by, before, after, at FROM corrections WHERE check_in_id = ? ORDER BY id',
    [rowId],
    rowParser('corrections', CorrectionRow),
  )
}
