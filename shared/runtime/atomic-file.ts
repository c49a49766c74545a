import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from '../errors.js'

/** A file that is always whole: after a power cut it holds the old content or the new, never half of either. */
export interface AtomicFile {
  readonly path: string
  /** Resolves when the content is on storage. Writes wait for each other. Rejects with DISK_FULL when there is no room. */
  write(content: string | Uint8Array): Promise<void>
}

/**
 * Writes beside the file, flushes, renames, flushes the folder: without the last step the rename itself may be undone by
 * a power cut. The file beside has one fixed name, so that cuts leave at most one behind; open one AtomicFile per path.
 */
export function atomicFile(path: string, mode = 0o644): AtomicFile {
  let previous: Promise<unknown> = Promise.resolve()
  return {
    path,
    write: async (content) => {
      const written = previous.then(async () => replace(path, content, mode))
      previous = written.catch(() => undefined)
      return written
    },
  }
}

async function replace(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const beside = `${path}.new`
  try {
    await writeAndFlush(beside, content, mode)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    if (!isDiskFull(error)) throw error
    throw new Failure('DISK_FULL', `No room to write ${path}; its old content stands. Free some space.`, {
      cause: error,
    })
  }
  await flushFolder(dirname(path))
}

async function writeAndFlush(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants
  const file = await open(path, O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW, mode)
  try {
    // Before the content, and again though `open` was told: the umask or an earlier leftover may have decided otherwise.
    await file.chmod(mode)
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
