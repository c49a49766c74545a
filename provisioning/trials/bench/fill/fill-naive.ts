import { anyRow, openDatabase, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { days, type Instant } from '@spaarzuil/shared/time.js'
import { loadChip } from '../../swarm/cards.js'
import { naiveCard } from '../rivals/naive-card.js'

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
      await fillBalances(queries, { cards, points: Math.floor(earlier / cards) })
      const upTo = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $count)'
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

const CARDS_PER_BATCH = 10_000

async function fillBalances(
  queries: Queries,
  { cards, points }: { readonly cards: number; readonly points: number },
): Promise<void> {
  for (let from = 0; from < cards; from += CARDS_PER_BATCH) {
    const some = Array.from({ length: Math.min(CARDS_PER_BATCH, cards - from) }, (_, index) =>
      naiveCard(loadChip(from + index)),
    )
    await queries.run('INSERT INTO balances (card, points) SELECT value, ? FROM json_each(?)', [
      points,
      JSON.stringify(some),
    ])
  }
}
