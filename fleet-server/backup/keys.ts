import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { LookupKeysFile, mergeLookupKeys, openLookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { importSealingKeys, mergeSealingKeys, SealingKeysFile } from '@spaarzuil/shared/cards/sealing-keys.js'
import { Failure, isFailure } from '@spaarzuil/shared/errors.js'
import { writeSecretFile } from '@spaarzuil/shared/runtime/secret-file.js'
import { flush } from '../store/flush.js'

/** The contents of a folder of keys, by file name. */
export type Keys = ReadonlyMap<string, unknown>

const sealing = Compile(SealingKeysFile)
const lookup = Compile(LookupKeysFile)

/** Every key file in the folder, whole and checked. Rejects with CONFIG_INVALID, naming the file and showing no key. */
export async function readKeys(folder: string): Promise<Keys> {
  const { keys, damaged } = await readKeysAsTheyAre(folder)
  const [first] = damaged
  if (first === undefined) return keys
  throw new Failure(
    'CONFIG_INVALID',
    `The key file ${join(folder, first)} is damaged. Restore it from its backup: without it, cards are not found.`,
  )
}

/** For a folder that may have suffered: what is whole, and the names of the files that are not. No folder, no keys. */
export async function readKeysAsTheyAre(
  folder: string,
): Promise<{ readonly keys: Keys; readonly damaged: readonly string[] }> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const keys = new Map<string, unknown>()
  const damaged: string[] = []
  for (const name of names.filter((each) => each.endsWith('.json')).toSorted()) {
    const content = wholeKeys(await readFile(join(folder, name), 'utf8'))
    if (content === undefined) damaged.push(name)
    else keys.set(name, content)
  }
  return { keys, damaged }
}

/** What is no file of ours, by its kind, is carried along as it is. */
function wholeKeys(text: string): unknown {
  try {
    const content: unknown = JSON.parse(text)
    if (kindOf(content) === 'spaarzuil-sealing-keys') importSealingKeys(content)
    if (kindOf(content) === 'spaarzuil-lookup-keys') openLookupKeys(content)
    return content
  } catch (error) {
    if (error instanceof SyntaxError || isFailure(error, 'CONFIG_INVALID')) return undefined
    throw error
  }
}

const kindOf = (content: unknown): unknown =>
  typeof content === 'object' && content !== null && 'kind' in content ? content.kind : undefined

/** Every key of both, those of `newer` first. Throws CONFIG_INVALID where more come together than a file may hold. */
export function mergeKeys(newer: Keys, older: Keys): Keys {
  const names = [...new Set([...newer.keys(), ...older.keys()])].toSorted()
  return new Map(names.map((name) => [name, mergeFiles(newer.get(name), older.get(name))]))
}

function mergeFiles(newer: unknown, older: unknown): unknown {
  if (sealing.Check(newer) && sealing.Check(older)) return mergeSealingKeys(newer, older)
  if (lookup.Check(newer) && lookup.Check(older)) return mergeLookupKeys(newer, older)
  return isOurs(newer) || !isOurs(older) ? (newer ?? older) : older
}

const isOurs = (content: unknown): boolean => sealing.Check(content) || lookup.Check(content)

/** Into a new folder, each file for its owner alone; resolves when all is on storage. */
export async function writeKeys(folder: string, keys: Keys): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  for (const [name, content] of keys) await writeSecretFile(join(folder, name), content)
  await flush(folder)
}

/** How many keys of `keys` are not in `others`. */
export function countMissing(keys: Keys, others: Keys): number {
  const ids = (all: Keys): readonly string[] =>
    [...all].flatMap(([name, content]) =>
      sealing.Check(content) || lookup.Check(content)
        ? content.keys.map(({ keyId }) => `${name} ${keyId}`)
        : [],
    )
  const known = new Set(ids(others))
  return ids(keys).filter((id) => !known.has(id)).length
}
