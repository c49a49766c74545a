import { open } from 'node:fs/promises'

/** Resolves when the file's content, or the names in the folder, are on storage. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
