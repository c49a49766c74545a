import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { Failure, isFailure } from '@spaarzuil/shared/errors.js'
import { openDatabase, rowParser } from '@spaarzuil/shared/runtime/database.js'

export const MANIFEST_FILE = 'manifest.json'
const FORMAT = 1
const BUSY_TIMEOUT_MS = 10_000

const Total = Type.Integer({ minimum: 0 })

/** What a backup holds, beside it in `manifest.json`. */
export const Manifest = Type.Object({
  kind: Type.Literal('spaarzuil-backup'),
  format: Type.Literal(FORMAT),
  madeAt: Type.String({ maxLength: 40, description: 'RFC 3339' }),
  storeEpoch: Type.String({ description: 'of the database at that time; a restore gives another' }),
  schemaVersion: Type.Integer({ minimum: 1 }),
  counts: Type.Object({ checkIns: Total, ledgerLines: Total }),
  files: Type.Array(
    Type.Object({
      // No way out of the folder.
      path: Type.String({ pattern: '^(?:fleet\\.db|keys/[A-Za-z0-9_-]{1,64}\\.json)$' }),
      bytes: Total,
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
    { minItems: 2, maxItems: 100 },
  ),
})
export type Manifest = Static<typeof Manifest>

/** What the database itself says of what stands in the manifest. */
export type DatabaseFacts = Pick<Manifest, 'storeEpoch' | 'schemaVersion' | 'counts'>

export const newManifest = (content: Omit<Manifest, 'kind' | 'format'>): Manifest => ({
  kind: 'spaarzuil-backup',
  format: FORMAT,
  ...content,
})

/** Rejects with BACKUP_INVALID: without a whole manifest, a folder is no backup. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST_FILE)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Failure('BACKUP_INVALID', `${folder} is no backup: ${MANIFEST_FILE} cannot be read in it`, {
      cause,
    })
  })
  const content = parsed(text)
  const validator = Compile(Manifest)
  if (validator.Check(content)) return content
  const problems = [...validator.Errors(content)].map(
    ({ instancePath, message }) => `${instancePath} ${message}`,
  )
  throw new Failure(
    'BACKUP_INVALID',
    `${path} is damaged, or of a newer program: ${problems.slice(0, 5).join('; ')}. Use another backup.`,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function entryOf(folder: string, path: string): Promise<Manifest['files'][number]> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(join(folder, path)), hash)
  const { size } = await stat(join(folder, path))
  return { path, bytes: size, sha256: hash.digest('hex') }
}

const FACTS = rowParser(
  'the facts of a database',
  Type.Object({ epoch: Type.String(), check_ins: Total, ledger_lines: Total, version: Total }),
)

/** Rejects with BACKUP_INVALID where the database lacks what every fleet has. */
export async function factsOf(path: string): Promise<DatabaseFacts> {
  const database = await openDatabase(path, { readonly: true, busyTimeoutMs: BUSY_TIMEOUT_MS })
  try {
    const row = await database.get(
      `SELECT epoch, (SELECT COUNT(*) FROM check_ins) AS check_ins, (SELECT COUNT(*) FROM ledger) AS ledger_lines,
              (SELECT user_version FROM pragma_user_version) AS version
         FROM store`,
      [],
      FACTS,
    )
    if (row === undefined) throw new Failure('BACKUP_INVALID', `The database ${path} has no store epoch`)
    return {
      storeEpoch: row.epoch,
      schemaVersion: row.version,
      counts: { checkIns: row.check_ins, ledgerLines: row.ledger_lines },
    }
  } finally {
    await database.close()
  }
}

/** Turns what the disk says when it is full into a Failure that names the place; anything else stays as it is. */
export function withDiskFull(error: unknown, place: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && !isFailure(error, 'DISK_FULL')) return error
  return new Failure('DISK_FULL', `There is no room for ${place}. Nothing was changed; free some space.`, {
    cause: error,
  })
}
