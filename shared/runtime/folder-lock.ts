import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, isFailure } from '../errors.js'
import { openConnection } from './sqlite-connection.js'

/** Held by the one process that may change what is in a folder. */
export interface FolderLock extends AsyncDisposable {
  readonly path: string
}

const LOCK_FILE = 'in-use.lock'

/**
 * Makes the folder where it is missing, for its owner alone, and takes it. Rejects with STATE_FOLDER_IN_USE when another
 * process has it (`holders` says in words who that may be), and with CONFIG_INVALID when it cannot be made.
 *
 * The lock is SQLite's own on an empty file: the kernel lets go of it when its holder dies, however it dies. A file with
 * a process id would outlive a power cut and then name a stranger.
 */
export async function lockFolder(path: string, holders: string): Promise<FolderLock> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Failure('CONFIG_INVALID', `The state folder ${path} cannot be made: ${why}`, { cause })
  })
  const lock = await openConnection(join(path, LOCK_FILE), { readonly: false, busyTimeoutMs: 0 })
  try {
    await lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    await lock.close()
    if (!isFailure(error, 'DATABASE_BUSY')) throw error
    throw new Failure(
      'STATE_FOLDER_IN_USE',
      `Another process uses the state folder ${path}: ${holders}. Stop it first.`,
      { cause: error },
    )
  }
  return { path, [Symbol.asyncDispose]: async () => lock.close() }
}
