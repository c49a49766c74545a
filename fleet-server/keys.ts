import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createLookupKeys, openLookupKeys, type LookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import {
  createSealingKeys,
  importSealingKeys,
  type SealingPrivateKey,
} from '@spaarzuil/shared/cards/sealing-keys.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import { readSecretFile, writeSecretFile } from '@spaarzuil/shared/runtime/secret-file.js'
import { KEYS_FOLDER } from './store/put-in-place.js'
import type { Store } from './store/store.js'

/** The secrets of a fleet server: without them nobody can open a seal, and nobody can find a card. */
export interface ServerKeys {
  readonly sealing: readonly SealingPrivateKey[]
  readonly lookup: LookupKeys
}

const SEALING_FILE = 'sealing-keys.json'
const LOOKUP_FILE = 'lookup-keys.json'

/**
 * Reads `<state folder>/keys`, or makes the keys of a server that has never run. Where cards or check-ins are on record,
 * missing keys are never made anew (CONFIG_INVALID): every card would be a stranger, and every seal lost. To be called
 * with an open store, because opening it finishes a restore, which brings keys of its own.
 */
export async function openKeys(stateFolder: string, store: Store): Promise<ServerKeys> {
  const folder = join(stateFolder, KEYS_FOLDER)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const used = await store.reader.all(
    'SELECT 1 FROM cards UNION ALL SELECT 1 FROM check_ins LIMIT 1',
    [],
    (row) => row,
  )
  const contentOf = async (name: string, create: () => unknown): Promise<unknown> => {
    const path = join(folder, name)
    if (existsSync(path)) return readSecretFile(path)
    if (used.length > 0) {
      throw new Failure(
        'CONFIG_INVALID',
        `${path} is missing, and cards or check-ins were written with it. Restore it from its backup.`,
      )
    }
    await writeSecretFile(path, create())
    return readSecretFile(path)
  }
  return {
    sealing: importSealingKeys(await contentOf(SEALING_FILE, createSealingKeys)),
    lookup: openLookupKeys(await contentOf(LOOKUP_FILE, createLookupKeys)),
  }
}
