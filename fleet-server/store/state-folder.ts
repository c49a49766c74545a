import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, isFailure } from '@spaarzuil/shared/errors.js'
import { openConnection } from '@spaarzuil/shared/runtime/sqlite-connection.js'
import { finishRestore, type SwapStep } from './put-in-place.js'

/** Held by the one process that may change what is in the folder: a server, or a restore. */
export interface StateFolder extends AsyncDisposable {
  readonly path: string
}

const LOCK_FILE = 'in-use.lock'

/**
 * Makes the folder where it is missing, takes it, and finishes a restore that was interrupted: before this, nothing in it
 * is to be read. Rejects with STATE_FOLDER_IN_USE when another process has it.
 *
 * The lock is SQLite's own on an empty file: the kernel lets go of it when its holder dies, however it dies. A file with
 * a process id would outlive a power cut and then name a stranger.
 */
export async function takeStateFolder(
  path: string,
  onStep: (step: SwapStep) => void = () => undefined,
): Promise<StateFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const lock = await openConnection(join(path, LOCK_FILE), { readonly: false, busyTimeoutMs: 0 })
  try {
    await lock.exec('BEGIN EXCLUSIVE')
    await finishRestore(path, onStep)
  } catch (error) {
    await lock.close()
    if (!isFailure(error, 'DATABASE_BUSY')) throw error
    throw new Failure(
      'STATE_FOLDER_IN_USE',
      `Another process uses the state folder ${path}: a fleet server, or a restore. Stop it first.`,
      { cause: error },
    )
  }
  return { path, [Symbol.asyncDispose]: async () => lock.close() }
}
