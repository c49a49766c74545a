import { createHash } from 'node:crypto'
import { UITPAS_PASS_NUMBERS } from '@spaarzuil/shared/cards/pass-number.js'
import { openLookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { UITPAS_RULES } from '@spaarzuil/shared/check-in/rules.js'
import { anyRow, openDatabase, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { readSecretFile } from '@spaarzuil/shared/runtime/secret-file.js'
import { days, earlier, type Instant } from '@spaarzuil/shared/time.js'
import { loadChip } from '../../swarm/cards.js'
import type { Region } from './made-up.js'
import { ZONE } from './made-up.js'

export type Filling = {
  readonly databaseFile: string
  /** The server's own keys: a card is found by its keyed hash. */
  readonly lookupKeysFile: string
  readonly region: Region
  readonly cards: number
  readonly earlier: number
  readonly now: Instant
}

/** One in fifty cards is blocked, so that not everything is granted. */
const BLOCKED_EVERY = 50
const CARDS_PER_BATCH = 10_000
const WORDS = { one: 'punt', many: 'punten' }

/**
 * Puts a region with its history into the database of a stopped server, as if it had run for a year. By SQL, because a
 * million taps take minutes and are not what is measured.
 */
export async function fillFleet(filling: Filling): Promise<void> {
  const database = await openDatabase(filling.databaseFile, { busyTimeoutMs: 1_000, cacheKiB: 256 * 1024 })
  try {
    await database.transaction(async (queries) => {
      const since = earlier(filling.now, days(366))
      const cardSystem = await fillRegion(queries, filling.region, since)
      await fillCards(queries, { ...filling, cardSystem, since })
      await fillCheckIns(queries, { ...filling, cardSystem })
    })
    await database.all('PRAGMA wal_checkpoint(TRUNCATE)', [], anyRow)
  } finally {
    await database.close()
  }
}

/** Adds one card system with its counters, pillars and events; gives its row id. */
async function fillRegion(queries: Queries, { houses, events }: Region, since: Instant): Promise<number> {
  const unit = JSON.stringify({ nl: WORDS, fr: WORDS, de: WORDS, en: WORDS })
  const { lastId: cardSystem } = await queries.run(
    `INSERT INTO card_systems (uuid, name, unit, zone, pass_number_format, event_source, branding, created_at)
     VALUES (?, 'Bench', ?, ?, ?, 'uitdatabank', '{}', ?)`,
    [newId(), unit, ZONE, JSON.stringify(UITPAS_PASS_NUMBERS), since],
  )
  await queries.run('INSERT INTO card_system_rules (card_system_id, rules, valid_from) VALUES (?, ?, ?)', [
    cardSystem,
    JSON.stringify(UITPAS_RULES),
    since,
  ])
  const insert = async (sql: string, rows: readonly unknown[]) =>
    queries.run(sql, { $rows: JSON.stringify(rows), $system: cardSystem, $since: since })

  await insert(
    `INSERT INTO counters (uuid, card_system_id, name, organiser_id, location_ids, valid_from)
     SELECT value ->> 0, $system, value ->> 1, value ->> 2, value ->> 3, $since FROM json_each($rows)`,
    houses.map((house) => [
      house.counterUuid,
      house.name,
      house.organiserId,
      JSON.stringify([house.locationId]),
    ]),
  )
  await insert(
    `INSERT INTO pillars (uuid, card_system_id, name, secret_hash, created_at)
     SELECT value ->> 0, $system, value ->> 1, value ->> 2, $since FROM json_each($rows)`,
    houses.map((house) => [house.id, house.name, createHash('sha256').update(house.secret).digest('hex')]),
  )
  const settings = { language: 'nl', strict: false, showMembersTitle: true, enquiriesPerMinute: 6 }
  await queries.run(
    `INSERT INTO pillar_settings (pillar_id, revision, settings, valid_from)
     SELECT id, 1, ?, ? FROM pillars WHERE card_system_id = ?`,
    [JSON.stringify(settings), since, cardSystem],
  )
  await insert(
    `INSERT INTO assignments (pillar_id, counter_id, valid_from)
     SELECT p.id, c.id, $since FROM json_each($rows)
     JOIN pillars p ON p.uuid = value ->> 0 JOIN counters c ON c.uuid = value ->> 1 WHERE c.card_system_id = $system`,
    houses.map((house) => [house.id, house.counterUuid]),
  )
  await fillEvents(insert, events)
  return cardSystem
}

async function fillEvents(
  insert: (sql: string, rows: readonly unknown[]) => Promise<unknown>,
  events: Region['events'],
): Promise<void> {
  await insert(
    'INSERT INTO events (cdbid, first_seen_at) SELECT value ->> 0, $since FROM json_each($rows) WHERE $system > 0',
    events.map(({ cdbid }) => [cdbid]),
  )
  await insert(
    `INSERT INTO event_versions (event_id, title, organiser_id, organiser, location_id, location, zone, audience, status,
       calendar_type, calendar, details, content_hash, valid_from)
     SELECT e.id, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 3, '${ZONE}', 'everyone', 'Available',
       value ->> 5, value ->> 6, '{}', value ->> 7, $since
     FROM json_each($rows) JOIN events e ON e.cdbid = value ->> 0 WHERE $system > 0`,
    events.map(({ cdbid, title, house, calendarType, calendar }) => [
      cdbid,
      JSON.stringify({ nl: title }),
      house.organiserId,
      house.name,
      house.locationId,
      calendarType,
      JSON.stringify(calendar),
      createHash('sha256').update(cdbid).digest('hex'),
    ]),
  )
}

type CardsFilling = Filling & { readonly cardSystem: number; readonly since: Instant }

async function fillCards(queries: Queries, filling: CardsFilling): Promise<void> {
  const { cardSystem, since, cards } = filling
  const keys = openLookupKeys(await readSecretFile(filling.lookupKeysFile))
  const upTo = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)'
  await queries.run(`${upTo} INSERT INTO passholders (id, created_at) SELECT i, ? FROM n`, [cards, since])
  await queries.run(
    `${upTo} INSERT INTO cards (id, uuid, card_system_id, pass_number_key, pass_number_masked, created_at)
     SELECT i, lower(printf('%s-%s-4%s-8%s-%s', hex(randomblob(4)), hex(randomblob(2)), substr(hex(randomblob(2)), 2),
       substr(hex(randomblob(2)), 2), hex(randomblob(6)))), ?, 'bench:' || i, '0••••••••••••', ? FROM n`,
    [cards, cardSystem, since],
  )
  for (let from = 0; from < cards; from += CARDS_PER_BATCH) {
    const rows = Array.from({ length: Math.min(CARDS_PER_BATCH, cards - from) }, (_, index) => {
      const { keyId, hmac } = keys.lookup({ kind: 'chip', chip: loadChip(from + index) })
      return [`${keyId}:${hmac}`, from + index + 1]
    })
    await queries.run(
      'INSERT INTO card_keys (lookup, card_id) SELECT value ->> 0, value ->> 1 FROM json_each(?)',
      [JSON.stringify(rows)],
    )
  }
  await queries.run(
    `${upTo} INSERT INTO card_statuses (card_id, status, valid_from)
     SELECT i, CASE i % ${BLOCKED_EVERY} WHEN 0 THEN 'blocked' ELSE 'active' END, ? FROM n`,
    [cards, since],
  )
  await queries.run(
    `${upTo} INSERT INTO memberships (card_id, passholder_id, valid_from) SELECT i, i, ? FROM n`,
    [cards, since],
  )
}

/** Spread over a year up to two days ago, so that none of them stands in the way of a limit of today or this week's day. */
async function fillCheckIns(
  queries: Queries,
  { earlier: count, cards, region, now, cardSystem }: Filling & { readonly cardSystem: number },
): Promise<void> {
  const from = now - days(365)
  const step = days(355) / count
  await queries.run(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $count),
     tap AS MATERIALIZED (
       SELECT i, CAST($from + i * $step AS INTEGER) AS at, abs(random()) % $cards + 1 AS holder,
         abs(random()) % $events AS event FROM n),
     made AS (
       SELECT *, lower(printf('%s-%s-7%s-8%s-%s', substr(printf('%012x', at), 1, 8), substr(printf('%012x', at), 9),
         substr(hex(randomblob(2)), 2), substr(hex(randomblob(2)), 2), hex(randomblob(6)))) AS action FROM tap)
     INSERT INTO check_ins (action_id, card_system_id, pillar_id, channel, content_hash, received_at, moment, event_id,
       occurrence_start, why, card_id, passholder_id, verdict, points, limit_key, receipt)
     SELECT action, $system, (SELECT min(id) FROM pillars WHERE card_system_id = $system) + event % $pillars, 'pillar',
       substr(hex(randomblob(11)), 1, 22), at + 40, at,
       (SELECT max(id) FROM events) - event, at - 3600000, 'only-candidate', holder, holder, 'granted', 1,
       'DAY:' || strftime('%Y-%m-%d', at / 1000, 'unixepoch') || ':1x1',
       '{"actionId":"' || action || '","verdict":"granted","points":1,"balance":' || (i / $cards + 1) || '}'
     FROM made`,
    {
      $count: count,
      $from: from,
      $step: step,
      $cards: cards,
      $events: region.events.length,
      $pillars: region.houses.length,
      $system: cardSystem,
    },
  )
  await queries.run(
    `INSERT INTO ledger (passholder_id, points, check_in_id, at)
     SELECT passholder_id, points, id, received_at FROM check_ins WHERE passholder_id IS NOT NULL ORDER BY id`,
  )
  await queries.run(
    `UPDATE passholders SET balance = sums.points, version = sums.taps
     FROM (SELECT passholder_id, sum(points) AS points, count(*) AS taps FROM ledger GROUP BY passholder_id) AS sums
     WHERE passholders.id = sums.passholder_id`,
  )
}
