import { Type } from 'typebox'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { Nullable, openDatabase, rowParser, type Database } from '@spaarzuil/shared/runtime/database.js'
import { ENTRY, parseEntries, type Entry } from './entry.js'

const NUMBER = rowParser('one number', Type.Object({ n: Nullable(Type.Integer()) }))
const BUSY_MS = 5_000
/** Read so many at once while all is well; one by one where something is broken. */
const WINDOW = 200

export type Salvaged = { readonly saved: number; readonly lost: number }

/**
 * Copies what can be read of a damaged journal into a new one, as unsettled: the server knows what it already decided,
 * and gives the same receipts. `lost` counts the entries that are there but cannot be read; at least 1 where not even
 * their number can be.
 */
export async function salvage(damagedPath: string, into: Database): Promise<Salvaged> {
  const damaged = await attempt(async () => openDatabase(damagedPath, { busyTimeoutMs: BUSY_MS }))
  if (damaged === undefined) return { saved: 0, lost: 1 }
  try {
    const end = await lastSeq(damaged)
    return end === undefined ? { saved: 0, lost: 1 } : await copyAll(damaged, into, end)
  } finally {
    await attempt(async () => damaged.close())
  }
}

/** What damage takes away is `undefined`; everything else that goes wrong is told. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isFailure(error, 'DATABASE_DAMAGED') || isSqlError(error)) return undefined
    throw error
  }
}

/** A damaged schema shows as a table that does not exist. */
const isSqlError = (error: unknown): boolean => error instanceof Error && error.name === 'StatementError'

async function lastSeq(damaged: Database): Promise<number | undefined> {
  const of = async (sql: string): Promise<number | undefined> =>
    (await attempt(async () => damaged.get(sql, [], NUMBER)))?.n ?? undefined
  const inTable = await of('SELECT MAX(seq) AS n FROM entries')
  // The index knows them all as well, on other pages.
  return inTable ?? (await of('SELECT MAX(seq) AS n FROM entries INDEXED BY sqlite_autoindex_entries_1'))
}

async function copyAll(damaged: Database, into: Database, end: number): Promise<Salvaged> {
  let saved = 0
  let lost = 0
  for (let from = 0; from < end; from += WINDOW) {
    const part = await readWindow(damaged, from, Math.min(from + WINDOW, end))
    saved += await write(into, part.entries)
    lost += part.lost
  }
  return { saved, lost }
}

type Part = { readonly entries: readonly Entry[]; readonly lost: number }

async function readWindow(damaged: Database, from: number, to: number): Promise<Part> {
  const sql = 'SELECT seq, content FROM entries WHERE seq > ? AND seq <= ?'
  const rows = await attempt(async () => damaged.all(sql, [from, to], ENTRY))
  if (rows !== undefined) {
    const { good, damaged: broken } = parseEntries(rows)
    return { entries: good, lost: broken.length }
  }
  if (to - from === 1) return { entries: [], lost: 1 }
  const middle = Math.floor((from + to) / 2)
  const left = await readWindow(damaged, from, middle)
  const right = await readWindow(damaged, middle, to)
  return { entries: [...left.entries, ...right.entries], lost: left.lost + right.lost }
}

async function write(into: Database, entries: readonly Entry[]): Promise<number> {
  return into.transaction(async (queries) => {
    let saved = 0
    for (const { checkIn } of entries) {
      await queries.run('INSERT OR IGNORE INTO boots (boot, start, floor_ms) VALUES (?, ?, 0)', [
        checkIn.time.boot,
        checkIn.time.start,
      ])
      const { changes } = await queries.run(
        `INSERT OR IGNORE INTO entries (action_id, boot_id, content)
           SELECT ?, id, ? FROM boots WHERE boot = ?`,
        [checkIn.actionId, JSON.stringify(checkIn), checkIn.time.boot],
      )
      saved += changes
    }
    return saved
  })
}
