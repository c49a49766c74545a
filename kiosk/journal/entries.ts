import { Type } from 'typebox'
import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { Nullable, rowParser, type Database } from '@spaarzuil/shared/runtime/database.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import type { Boots } from './boots.js'
import { ENTRY, parseEntries, type Entry } from './entry.js'
import type { Settlements } from './settlements.js'

/** What the parts of the journal share. */
export type Parts = {
  readonly database: Database
  readonly boots: Boots
  readonly settling: Settlements
  readonly now: () => Instant
  readonly warn: (details: Readonly<Record<string, unknown>>, message: string) => void
  /** Kept in step with the file, so that no tap has to count. Everything up to `lowWater` has an outcome. */
  readonly known: { total: number; settled: number; setAside: number; lowWater: number; reopened: number }
}

const NUMBER = rowParser('one number', Type.Object({ n: Nullable(Type.Integer()) }))
const WITHOUT_OUTCOME = 'NOT EXISTS (SELECT 1 FROM outcomes WHERE outcomes.seq = entries.seq)'

export async function append({ database, boots, known }: Parts, checkIn: CheckIn): Promise<void> {
  const boot = await boots.idOf(checkIn.time)
  await database.run('INSERT INTO entries (action_id, boot_id, content) VALUES (?, ?, ?)', [
    checkIn.actionId,
    boot,
    JSON.stringify(checkIn),
  ])
  known.total += 1
}

export async function unsettled(parts: Parts, after: number, max: number): Promise<readonly Entry[]> {
  const { database, settling, known } = parts
  const from = Math.max(after, known.lowWater)
  const { reopened } = known
  const rows = await database.all(
    `SELECT seq, content FROM entries WHERE seq > ? AND ${WITHOUT_OUTCOME} ORDER BY seq LIMIT ?`,
    [from, max + settling.waiting()],
    ENTRY,
  )
  const first = rows[0]?.seq
  // Not when entries were reopened while this question was on its way.
  if (first !== undefined && from === known.lowWater && reopened === known.reopened)
    known.lowWater = first - 1
  const { good, damaged } = parseEntries(rows)
  if (damaged.length > 0) await setDamagedAside(parts, damaged)
  return good.filter(({ checkIn }) => !settling.has(checkIn.actionId)).slice(0, max)
}

export async function setAside(parts: Parts, actionIds: readonly string[], code: string): Promise<void> {
  const { changes } = await parts.database.run(
    `INSERT OR IGNORE INTO outcomes (seq, state, note, at_ms)
       SELECT entries.seq, 'set-aside', ?, CAST(? AS INTEGER)
         FROM json_each(?) AS ids JOIN entries ON entries.action_id = ids.value`,
    [code, parts.now(), JSON.stringify(actionIds)],
  )
  parts.known.setAside += changes
  parts.warn({ code, actionIds }, 'Check-ins were set aside: somebody must look at them')
}

async function setDamagedAside(parts: Parts, seqs: readonly number[]): Promise<void> {
  const { changes } = await parts.database.run(
    `INSERT OR IGNORE INTO outcomes (seq, state, note, at_ms)
       SELECT value, 'set-aside', 'CONTENT_DAMAGED', CAST(? AS INTEGER) FROM json_each(?)`,
    [parts.now(), JSON.stringify(seqs)],
  )
  parts.known.setAside += changes
  parts.warn({ entries: seqs.length }, 'Entries of the journal are damaged and were set aside')
}

export async function reopenSettledUnderOther(parts: Parts, storeEpoch: string): Promise<number> {
  parts.known.reopened += 1
  await parts.settling.flush()
  const { changes } = await parts.database.run("DELETE FROM outcomes WHERE state = 'settled' AND note <> ?", [
    storeEpoch,
  ])
  parts.known.settled -= changes
  parts.known.lowWater = 0
  parts.known.reopened += 1
  return changes
}

export async function oldestUnsettled({ database, known }: Parts): Promise<Instant | undefined> {
  const row = await database.get(
    `SELECT json_extract(content, '$.time.wallMs') AS n FROM entries
      WHERE seq > ? AND ${WITHOUT_OUTCOME} ORDER BY seq LIMIT 1`,
    [known.lowWater],
    NUMBER,
  )
  return row?.n === undefined || row.n === null ? undefined : instant(row.n)
}
