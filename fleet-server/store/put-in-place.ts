import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { flush } from './flush.js'

export const DATABASE_FILE = 'fleet.db'
export const KEYS_FOLDER = 'keys'
/** Where a restore gathers the new state. Worth nothing until it is called ready. */
export const PREPARING = 'restore-preparing'
const READY = 'restore-ready-'
const ASIDE = 'before-restore-'

export type SwapStep = 'old-aside' | 'new-in-place'

/**
 * What the state is made of. The write-ahead log belongs to the database before it: left behind, SQLite would replay it
 * into the one that comes.
 */
const STATE = [
  { name: KEYS_FOLDER, before: [] },
  { name: DATABASE_FILE, before: [`${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`] },
] as const

/**
 * The one step in which a restore happens: until the prepared folder has its new name, the old state stands; from then on
 * whoever takes the state folder next finishes what is left. `name` becomes part of the folder that keeps the old state.
 */
export async function callReady(folder: string, name: string): Promise<void> {
  await flush(join(folder, PREPARING))
  await rename(join(folder, PREPARING), join(folder, `${READY}${name}`))
  await flush(folder)
}

/** Where the state that stood before the restore of this name is kept. */
export const asideOf = (folder: string, name: string): string => join(folder, `${ASIDE}${name}`)

/**
 * Puts a restored state that is ready in the place of the old one, which is kept aside; may be interrupted and begun again
 * at any point. Only for the holder of the state folder.
 */
export async function finishRestore(folder: string, onStep: (step: SwapStep) => void): Promise<void> {
  await rm(join(folder, PREPARING), { recursive: true, force: true })
  const names = await readdir(folder)
  for (const ready of names.filter((name) => name.startsWith(READY))) {
    const aside = asideOf(folder, ready.slice(READY.length))
    for (const { name, before } of STATE) {
      // Not there any more: it was put in place before the interruption.
      if (!existsSync(join(folder, ready, name))) continue
      await keepAside([...before, name], { folder, aside })
      onStep('old-aside')
      await rename(join(folder, ready, name), join(folder, name))
      await flush(folder)
      onStep('new-in-place')
    }
    await rmdir(join(folder, ready))
    await flush(folder)
  }
}

async function keepAside(
  names: readonly string[],
  { folder, aside }: { readonly folder: string; readonly aside: string },
): Promise<void> {
  for (const name of names) {
    if (!existsSync(join(folder, name))) continue
    await mkdir(aside, { recursive: true, mode: 0o700 })
    await rename(join(folder, name), join(aside, name))
  }
  if (existsSync(aside)) await flush(aside)
  await flush(folder)
}
