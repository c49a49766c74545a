import { anyRow, openDatabase } from '@spaarzuil/shared/runtime/database.js'
import { days, type Instant } from '@spaarzuil/shared/time.js'

/** Tables of somebody who only wants rows: no rules, no versions, one index that tells repeats. */
export const NAIVE_TABLES = `
CREATE TABLE IF NOT EXISTS check_ins (
  id INTEGER PRIMARY KEY, action_id TEXT UNIQUE, pillar TEXT, card TEXT, event TEXT, at INTEGER);
CREATE TABLE IF NOT EXISTS ledger (id INTEGER PRIMARY KEY, card TEXT, points INTEGER, at INTEGER);
CREATE TABLE IF NOT EXISTS balances (card TEXT PRIMARY KEY, points INTEGER) WITHOUT ROWID;
`

/** As many rows as the fleet server's database has. */
export async function fillNaive(
  file: string,
  { cards, earlier, now }: { readonly cards: number; readonly earlier: number; readonly now: Instant },
): Promise<void> {
  const database = await openDatabase(file, { busyTimeoutMs: 1_000, cacheKiB: 256 * 1024 })
  try {
    await database.exec(NAIVE_TABLES)
    await database.transaction(async (queries) => {
      const upTo = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $count)'
      await queries.run(
        `${upTo} INSERT INTO balances (card, points)
         SELECT substr(hex(randomblob(11)), 1, 21) || i, $points FROM n`,
        { $count: cards, $points: Math.floor(earlier / cards) },
      )
      await queries.run(
        `${upTo}, tap AS (SELECT i, CAST($from + i * $step AS INTEGER) AS at FROM n)
         INSERT INTO check_ins (action_id, pillar, card, event, at)
         SELECT lower(printf('%s-%s-7%s-8%s-%s', substr(printf('%012x', at), 1, 8), substr(printf('%012x', at), 9),
             substr(hex(randomblob(2)), 2), substr(hex(randomblob(2)), 2), hex(randomblob(6)))),
           '00000000-0000-4000-8000-' || printf('%012d', abs(random()) % 200), hex(randomblob(11)),
           '00000000-0000-4000-8000-' || printf('%012d', abs(random()) % 1000), at FROM tap`,
        { $count: earlier, $from: now - days(365), $step: days(355) / earlier },
      )
      await queries.run('INSERT INTO ledger (card, points, at) SELECT card, 1, at FROM check_ins ORDER BY id')
    })
    await database.all('PRAGMA wal_checkpoint(TRUNCATE)', [], anyRow)
  } finally {
    await database.close()
  }
}
