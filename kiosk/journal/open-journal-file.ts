import { rename } from 'node:fs/promises'
import { Type } from 'typebox'
import { Failure, isFailure } from '@spaarzuil/shared/errors.js'
import { openDatabase, rowParser, type Database } from '@spaarzuil/shared/runtime/database.js'
import { migrate } from '@spaarzuil/shared/runtime/migrate.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import { salvage } from './salvage.js'

const MIGRATIONS = new URL('./migrations/', import.meta.url)
/** Small pages: 7 to 10 KB reach the card per tap, instead of 11 to 13 with the usual 4 KiB. */
const PAGE_BYTES = 1_024
/** Nobody else writes here; a copy being made may hold it for a moment. */
const BUSY_MS = 5_000
const CACHE_KIB = 1_024

const CHECK = rowParser('quick_check', Type.Object({ quick_check: Type.String() }))

type Options = {
  readonly path: string
  readonly clock: Clock
  readonly warn: (details: Readonly<Record<string, unknown>>, message: string) => void
}

/**
 * The journal's file, ready for use. A damaged one is kept aside under another name, what can still be read of it goes
 * into a new one, and `lost` tells how many entries could not.
 */
export async function openJournalFile(
  options: Options,
): Promise<{ readonly database: Database; readonly lost: number }> {
  try {
    return { database: await openSound(options.path), lost: 0 }
  } catch (error) {
    if (!isFailure(error, 'DATABASE_DAMAGED')) throw error
    const aside = await moveAside(options)
    options.warn({ aside, err: error }, 'The journal is damaged. It was kept aside; what can be read is sent')
    const database = await openSound(options.path)
    const { saved, lost } = await salvage(aside, database)
    options.warn({ aside, saved, lost }, 'Entries were salvaged from the damaged journal')
    return { database, lost }
  }
}

export async function openSound(path: string): Promise<Database> {
  const database = await openDatabase(path, {
    pageSize: PAGE_BYTES,
    busyTimeoutMs: BUSY_MS,
    cacheKiB: CACHE_KIB,
  })
  try {
    const [first] = await database.all('PRAGMA quick_check(1)', [], CHECK)
    if (first?.quick_check !== 'ok') {
      throw new Failure(
        'DATABASE_DAMAGED',
        `The journal ${path} is damaged: ${first?.quick_check ?? 'no answer'}`,
      )
    }
    await migrate(database, MIGRATIONS)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The write-ahead log belongs to the file: it may hold the newest entries, and moves with it. */
async function moveAside({ path, clock }: Options): Promise<string> {
  const aside = `${path}.damaged-${clock.now()}`
  for (const part of ['', '-wal', '-shm']) {
    await rename(`${path}${part}`, `${aside}${part}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
  return aside
}
