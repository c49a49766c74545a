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
import { DATABASE_FILE } from './store/store.js'

/** The secrets of a fleet server: without them nobody can open a seal, and nobody can find a card. */
export interface ServerKeys {
  readonly sealing: readonly SealingPrivateKey[]
  readonly lookup: LookupKeys
}

export const KEYS_FOLDER = 'keys'
const SEALING_FILE = 'sealing-keys.json'
const LOOKUP_FILE = 'lookup-keys.json'

/**
 * Reads `<state folder>/keys`, or makes the keys of a server that has never run. Where there is a database already, missing
 * keys are never made anew (CONFIG_INVALID): with other keys every card would be a stranger, and every seal lost.
 */
export async function openKeys(stateFolder: string): Promise<ServerKeys> {
  const folder = join(stateFolder, KEYS_FOLDER)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const isUsed = existsSync(join(stateFolder, DATABASE_FILE))
  const contentOf = async (name: string, create: () => unknown): Promise<unknown> => {
    const path = join(folder, name)
    if (existsSync(path)) return readSecretFile(path)
    if (isUsed) {
      throw new Failure(
        'CONFIG_INVALID',
        `${path} is missing, and there is a database that was written with it. Restore it from its backup.`,
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
