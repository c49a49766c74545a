import { chmod, copyFile, mkdir, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Failure, isFailure } from '@spaarzuil/shared/errors.js'
import { anyRow, openDatabase, type Database } from '@spaarzuil/shared/runtime/database.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { migrate } from '@spaarzuil/shared/runtime/migrate.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import { flush } from '../store/flush.js'
import {
  asideOf,
  callReady,
  DATABASE_FILE,
  finishRestore,
  KEYS_FOLDER,
  PREPARING,
  type SwapStep,
} from '../store/put-in-place.js'
import { takeStateFolder } from '../store/state-folder.js'
import { countMissing, mergeKeys, readKeys, readKeysAsTheyAre, writeKeys } from './keys.js'
import {
  entryOf,
  factsOf,
  readManifest,
  withDiskFull,
  type DatabaseFacts,
  type Manifest,
} from './manifest.js'

export type RestoreStep =
  | 'copied'
  | 'verified'
  | 'brought-forward'
  | 'keys-merged'
  | 'ready'
  | SwapStep
  | 'done'

export interface RestoreParts {
  readonly clock: Clock
  readonly onStep?: (step: RestoreStep) => void
}

export interface Restored {
  readonly madeAt: string
  readonly counts: Manifest['counts']
  /** The new one: pillars that see it send again what they had settled under another. */
  readonly storeEpoch: string
  /** Where the state that stood before is kept; undefined where there was none. */
  readonly keptIn?: string
  /** Keys that were made after the backup and stay in use. */
  readonly keysKept: number
  /** Key files that could not be read; they are kept with the old state. */
  readonly keyFilesDamaged: readonly string[]
}

const MIGRATIONS = new URL('../store/migrations/', import.meta.url)
const BUSY_TIMEOUT_MS = 10_000

/**
 * Puts a backup in the place of the state folder's database and keys, while no server runs on it. The backup is copied and
 * checked first; then old becomes new in one step, and a power cut leaves either. Nothing is deleted: the old state is kept
 * in `before-restore-<time>`, and keys that the backup does not know stay in use, because pillars may have sealed for them.
 *
 * Rejects, with the old state untouched, with STATE_FOLDER_IN_USE, BACKUP_INVALID, DATABASE_NEWER_THAN_PROGRAM, DISK_FULL,
 * or CONFIG_INVALID (more keys together than a file may hold).
 */
export async function restoreFrom(
  folder: string,
  stateFolder: string,
  parts: RestoreParts,
): Promise<Restored> {
  const step = parts.onStep ?? (() => undefined)
  await using state = await takeStateFolder(stateFolder)
  const preparing = join(state.path, PREPARING)
  const name = new Date(parts.clock.now()).toISOString().replaceAll(':', '-')
  try {
    const manifest = await readManifest(folder)
    await copyChecked(folder, preparing, manifest)
    step('copied')
    await verifyDatabase(join(preparing, DATABASE_FILE), manifest)
    step('verified')
    const storeEpoch = await bringForward(join(preparing, DATABASE_FILE), parts.clock)
    step('brought-forward')
    const keys = await mergeWithPresent(preparing, join(state.path, KEYS_FOLDER))
    step('keys-merged')
    await callReady(state.path, name)
    step('ready')
    await finishRestore(state.path, step)
    step('done')
    const keptIn = asideOf(state.path, name)
    return {
      madeAt: manifest.madeAt,
      counts: manifest.counts,
      storeEpoch,
      ...(existsSync(keptIn) ? { keptIn } : {}),
      ...keys,
    }
  } catch (error) {
    await rm(preparing, { recursive: true, force: true })
    throw withDiskFull(error, `the restored state in ${stateFolder}`)
  }
}

/** What is checked is the copy, so that what is used is what was checked. */
async function copyChecked(folder: string, preparing: string, { files }: Manifest): Promise<void> {
  if (!files.some(({ path }) => path === DATABASE_FILE)) {
    throw new Failure('BACKUP_INVALID', `The manifest of ${folder} names no database`)
  }
  await mkdir(join(preparing, KEYS_FOLDER), { recursive: true, mode: 0o700 })
  for (const file of files) {
    const to = join(preparing, file.path)
    await copyFile(join(folder, file.path), to).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause
      throw new Failure('BACKUP_INVALID', `The backup ${folder} lacks ${file.path}. Use another backup.`, {
        cause,
      })
    })
    await chmod(to, 0o600)
    const copied = await entryOf(preparing, file.path)
    if (copied.bytes === file.bytes && copied.sha256 === file.sha256) continue
    throw new Failure(
      'BACKUP_INVALID',
      `${join(folder, file.path)} is not as it was when the backup was made (${copied.bytes} bytes, ` +
        `${file.bytes} expected, or another checksum). Use another backup.`,
    )
  }
}

async function verifyDatabase(path: string, manifest: Manifest): Promise<void> {
  const facts = await soundFacts(path).catch((error: unknown) => {
    if (!isFailure(error, 'DATABASE_DAMAGED')) throw error
    throw new Failure('BACKUP_INVALID', 'The database of the backup is damaged. Use another backup.', {
      cause: error,
    })
  })
  const same =
    facts.storeEpoch === manifest.storeEpoch &&
    facts.schemaVersion === manifest.schemaVersion &&
    facts.counts.checkIns === manifest.counts.checkIns &&
    facts.counts.ledgerLines === manifest.counts.ledgerLines
  if (same) return
  throw new Failure(
    'BACKUP_INVALID',
    'The manifest of the backup tells of another database. Use another backup.',
  )
}

async function soundFacts(path: string): Promise<DatabaseFacts> {
  const database = await openDatabase(path, { readonly: true, busyTimeoutMs: BUSY_TIMEOUT_MS })
  try {
    const [first] = await database.all('PRAGMA integrity_check(1)', [], anyRow)
    if (first?.['integrity_check'] !== 'ok') {
      throw new Failure('DATABASE_DAMAGED', `${path} is damaged: ${String(first?.['integrity_check'])}`)
    }
  } finally {
    await database.close()
  }
  return factsOf(path)
}

/** To the schema of this program, which shows before the swap whether it can; and under a new store epoch. */
async function bringForward(path: string, clock: Clock): Promise<string> {
  const database = await openDatabase(path, { busyTimeoutMs: BUSY_TIMEOUT_MS })
  try {
    await migrate(database, MIGRATIONS)
    return await renewEpoch(database, clock)
  } finally {
    // Closing moves the write-ahead log into the file.
    await database.close()
    await flush(path)
    await flush(dirname(path))
  }
}

async function renewEpoch(database: Database, clock: Clock): Promise<string> {
  const epoch = newId()
  await database.run('UPDATE store SET epoch = ?, created_at = CAST(? AS INTEGER)', [epoch, clock.now()])
  return epoch
}

async function mergeWithPresent(
  preparing: string,
  presentFolder: string,
): Promise<Pick<Restored, 'keysKept' | 'keyFilesDamaged'>> {
  const folder = join(preparing, KEYS_FOLDER)
  const backup = await readKeys(folder)
  const { keys: present, damaged } = await readKeysAsTheyAre(presentFolder)
  const merged = mergeKeys(present, backup)
  await rm(folder, { recursive: true })
  await writeKeys(folder, merged)
  return { keysKept: countMissing(merged, backup), keyFilesDamaged: damaged }
}
