import { lockFolder, type FolderLock } from '@spaarzuil/shared/runtime/folder-lock.js'
import { finishRestore, type SwapStep } from './put-in-place.js'

/** Held by the one process that may change what is in the folder: a server, or a restore. */
export type StateFolder = FolderLock

/**
 * Makes the folder where it is missing, takes it, and finishes a restore that was interrupted: before this, nothing in it
 * is to be read. Rejects with STATE_FOLDER_IN_USE when another process has it.
 */
export async function takeStateFolder(
  path: string,
  onStep: (step: SwapStep) => void = () => undefined,
): Promise<StateFolder> {
  const folder = await lockFolder(path, 'a fleet server, or a restore')
  try {
    await finishRestore(path, onStep)
  } catch (error) {
    await folder[Symbol.asyncDispose]()
    throw error
  }
  return folder
}
