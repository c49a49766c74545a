import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { openDatabase, rowParser } from '@spaarzuil/shared/runtime/database.js'
import { writeSecretFile } from '@spaarzuil/shared/runtime/secret-file.js'
import type { Store } from '../store/store.js'
import { LOOKUP_KEYS, SEALING_KEYS } from './test-keys.js'

/** Writes the keys of the test run where a server has them. */
export async function putKeys(
  stateFolder: string,
  keys: Readonly<Record<string, unknown>> = { sealing: SEALING_KEYS, lookup: LOOKUP_KEYS },
): Promise<void> {
  await mkdir(join(stateFolder, 'keys'), { recursive: true, mode: 0o700 })
  for (const [name, content] of Object.entries(keys)) {
    await writeSecretFile(join(stateFolder, 'keys', `${name}.json`), content)
  }
}

/** So many refused check-ins, as bare rows. */
export async function putCheckIns(store: Store, name: string, count: number): Promise<void> {
  await store.writer.transaction(async (queries) => {
    for (let n = 0; n < count; n += 1) {
      await queries.run(
        `INSERT INTO check_ins (action_id, card_system_id, channel, content_hash, received_at, why, verdict, reason, receipt)
         VALUES (?, 1, 'pillar', '', 0, 'no-clock', 'refused', 'card-unknown', '{}')`,
        [`${name}-${n}`],
      )
    }
  })
}

const STATE = rowParser('state', Type.Object({ epoch: Type.String(), check_ins: Type.Integer() }))

/** What a database holds, its write-ahead log included. */
export async function stateOf(path: string): Promise<{ readonly epoch: string; readonly checkIns: number }> {
  const database = await openDatabase(path, { busyTimeoutMs: 1_000 })
  const row = await database.get(
    'SELECT epoch, (SELECT COUNT(*) FROM check_ins) AS check_ins FROM store',
    [],
    STATE,
  )
  await database.close()
  return { epoch: row?.epoch ?? 'none', checkIns: row?.check_ins ?? -1 }
}

/** Every file below a folder with the hash of its content: two of these differ where anything was touched. */
export async function contentsOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hashed: Record<string, string> = {}
  for (const file of files.toSorted()) {
    hashed[file] = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
  }
  return hashed
}
