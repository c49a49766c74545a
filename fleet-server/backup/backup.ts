import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { Failure } from '@spaarzuil/shared/errors.js'
import { openDatabase } from '@spaarzuil/shared/runtime/database.js'
import { writeSecretFile } from '@spaarzuil/shared/runtime/secret-file.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import { flush } from '../store/flush.js'
import { DATABASE_FILE, KEYS_FOLDER } from '../store/put-in-place.js'
import { mergeKeys, readKeys, writeKeys } from './keys.js'
import { entryOf, factsOf, MANIFEST_FILE, newManifest, withDiskFull, type Manifest } from './manifest.js'

export type BackupStep = 'copying-database' | 'copying-keys' | 'checking' | 'done'

export interface BackupParts {
  /** Of the server whose state is copied. It may go on working. */
  readonly stateFolder: string
  readonly clock: Clock
  readonly onStep?: (step: BackupStep) => void
}

/** The writer holds the database for a batch at most; longer than this is another trouble. */
const BUSY_TIMEOUT_MS = 10_000

/**
 * A copy of database and keys in a new folder, made while check-ins go on, as they were at one moment. Resolves when it is
 * on storage; until then the folder does not exist under its name, so half a backup never looks whole. Whoever has the
 * backup can open every seal and find every card in it: keep it as safe as the server.
 *
 * Rejects with REQUEST_INVALID (no absolute path), ALREADY_EXISTS, NOT_FOUND (no folder to make it in, or no state),
 * DISK_FULL, DATABASE_DAMAGED, DATABASE_BUSY, CONFIG_INVALID (damaged keys).
 */
export async function backupTo(folder: string, parts: BackupParts): Promise<Manifest> {
  if (!isAbsolute(folder)) {
    throw new Failure(
      'REQUEST_INVALID',
      `${folder} is no absolute path: a backup needs one, as /srv/backup/monday`,
    )
  }
  if (existsSync(folder)) {
    throw new Failure('ALREADY_EXISTS', `${folder} exists already. A backup goes into a folder of its own.`)
  }
  const unfinished = await mkdtemp(`${folder}.unfinished-`).catch((cause: unknown) => {
    throw new Failure(
      'NOT_FOUND',
      `No folder can be made in ${dirname(folder)}. Does it exist, and may we write?`,
      {
        cause,
      },
    )
  })
  try {
    const manifest = await fill(unfinished, parts)
    await flush(unfinished)
    await rename(unfinished, folder)
    await flush(dirname(folder))
    parts.onStep?.('done')
    return manifest
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw withDiskFull(error, `the backup ${folder}`)
  }
}

async function fill(folder: string, { stateFolder, clock, onStep }: BackupParts): Promise<Manifest> {
  const madeAt = new Date(clock.now()).toISOString()
  // On both sides of the database: a key made before the copy is in the second reading, one removed since in the first.
  const keysFolder = join(stateFolder, KEYS_FOLDER)
  const before = await readKeys(keysFolder)
  onStep?.('copying-database')
  await copyDatabase(join(stateFolder, DATABASE_FILE), join(folder, DATABASE_FILE))
  onStep?.('copying-keys')
  const keys = mergeKeys(await readKeys(keysFolder), before)
  if (keys.size === 0) {
    throw new Failure(
      'NOT_FOUND',
      `There are no keys in ${keysFolder}, and a backup without them opens nothing`,
    )
  }
  await writeKeys(join(folder, KEYS_FOLDER), keys)
  onStep?.('checking')
  const facts = await factsOf(join(folder, DATABASE_FILE))
  const paths = [DATABASE_FILE, ...[...keys.keys()].map((name) => `${KEYS_FOLDER}/${name}`)]
  const files: Manifest['files'] = []
  for (const path of paths) files.push(await entryOf(folder, path))
  const manifest = newManifest({ madeAt, ...facts, files })
  await writeSecretFile(join(folder, MANIFEST_FILE), manifest)
  return manifest
}

/**
 * Through a connection of its own: readers do not wait for the writer nor the writer for them (WAL). Every row is read and
 * every index built anew, so damage in the original shows here, and the copy is sound. SQLite does not flush it.
 */
async function copyDatabase(from: string, to: string): Promise<void> {
  const database = await openDatabase(from, { readonly: true, busyTimeoutMs: BUSY_TIMEOUT_MS })
  try {
    await database.run('VACUUM INTO ?', [to])
  } finally {
    await database.close()
  }
  await chmod(to, 0o600)
  await flush(to)
}
