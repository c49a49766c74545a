import { existsSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { invariant } from '@spaarzuil/shared/errors.js'
import { openDatabase, rowParser, type Database, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { migrate } from '@spaarzuil/shared/runtime/migrate.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import { flush } from './flush.js'
import { DATABASE_FILE } from './put-in-place.js'
import { takeStateFolder, type StateFolder } from './state-folder.js'

/** The fleet server's database: one connection that writes, one for everybody who only looks. */
export interface Store extends AsyncDisposable {
  /** The one connection that owns BEGIN…COMMIT. Transactions take turns. */
  readonly writer: Database
  /** Sees what is committed, and waits for nobody. */
  readonly reader: Database
  /** New after every restore: pillars that see another one send again what may have been lost. */
  readonly epoch: string
  /** The table function that takes rows of JSON apart: SQLite 3.51 has one that parses each row once. */
  readonly rowsOf: 'json_each' | 'jsonb_each'
}

/** Another program that looks at the file (a backup, a person) holds no lock for longer than this. */
const BUSY_TIMEOUT_MS = 10_000
/** Indexes over a million check-ins and 100,000 passholders stay in memory; the pages of the reader are few. */
const WRITER_CACHE_KIB = 192 * 1024
const READER_CACHE_KIB = 32 * 1024
/** Each check-in changes a page of an index that no other one changes: half as large a page, half as much to write. */
const PAGE_BYTES = 2_048
/**
 * Pages in the write-ahead log before it is moved into the file: 32,000 (64 MB) instead of 1,000, because the pages of
 * indexes change again and again, and each is moved once per checkpoint.
 */
const CHECKPOINT_PAGES = 32_000
const MIGRATIONS = new URL('./migrations/', import.meta.url)

/**
 * Takes the state folder, opens or makes `fleet.db` in it, and brings that forward (after a copy beside it, where there is
 * something to lose). Rejects with STATE_FOLDER_IN_USE when another server or a restore has the folder.
 */
export async function openStore(folder: string, clock: Clock): Promise<Store> {
  const state = await takeStateFolder(folder)
  try {
    return await openTaken(state, clock)
  } catch (error) {
    await state[Symbol.asyncDispose]()
    throw error
  }
}

async function openTaken(state: StateFolder, clock: Clock): Promise<Store> {
  const path = join(state.path, DATABASE_FILE)
  const writer = await openDatabase(path, {
    busyTimeoutMs: BUSY_TIMEOUT_MS,
    cacheKiB: WRITER_CACHE_KIB,
    pageSize: PAGE_BYTES,
  })
  await migrate(writer, MIGRATIONS, {
    beforeMigrating: async ({ from, to }) => {
      const copy = freeName(`${path}.before-${from}-to-${to}`)
      await writer.run('VACUUM INTO ?', [copy])
      await chmod(copy, 0o600)
      await flush(copy)
      await flush(state.path)
    },
  })
  await writer.all(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`, [], (row) => row)
  const epoch = await writer.transaction(async (queries) => epochOf(queries, clock))
  const reader = await openDatabase(path, {
    readonly: true,
    busyTimeoutMs: BUSY_TIMEOUT_MS,
    cacheKiB: READER_CACHE_KIB,
  })
  return {
    writer,
    reader,
    epoch,
    rowsOf: await rowsOf(writer),
    [Symbol.asyncDispose]: async () => {
      await reader.close()
      await writer.close()
      await state[Symbol.asyncDispose]()
    },
  }
}

const epochRow = rowParser('store', Type.Object({ epoch: Type.String() }))

async function epochOf(queries: Queries, clock: Clock): Promise<string> {
  await queries.run(
    'INSERT INTO store (only_row, epoch, created_at) VALUES (1, ?, ?) ON CONFLICT (only_row) DO NOTHING',
    [newId(), clock.now()],
  )
  const row = await queries.get('SELECT epoch FROM store', [], epochRow)
  invariant(row !== undefined, 'a store has an epoch')
  return row.epoch
}

/** A server may be built with the SQLite of its system, which may be older than ours. */
async function rowsOf(queries: Queries): Promise<Store['rowsOf']> {
  const found = await queries.all(
    `SELECT 1 FROM pragma_module_list WHERE name = 'jsonb_each'`,
    [],
    (row) => row,
  )
  return found.length > 0 ? 'jsonb_each' : 'json_each'
}

/** An upgrade that was tried before has left its copy: that one is as good, and is not overwritten. */
function freeName(path: string): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? path : `${path}.${number}`
    if (!existsSync(name)) return name
  }
}
