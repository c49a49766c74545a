import { readdir, readFile } from 'node:fs/promises'
import { Failure, invariant } from '../errors.js'
import { anyRow, type Database } from './database.js'

export interface Migrated {
  /** 0 when the database was new. */
  readonly from: number
  readonly to: number
}

export interface MigrateOptions {
  /** Called before a database that holds something is changed: the place for a backup. When it rejects, nothing changes. */
  readonly beforeMigrating?: (versions: Migrated) => Promise<void>
}

/**
 * Brings a database forward, never back. Files in `folder` are called 0001-name.sql, 0002-…; each runs once, in a
 * transaction of its own, and the number of the last stands in `PRAGMA user_version`. Rejects with
 * DATABASE_NEWER_THAN_PROGRAM, before anything is touched, when the database knows more than this program. Nothing else
 * may use the connection meanwhile.
 */
export async function migrate(
  database: Database,
  folder: URL,
  options: MigrateOptions = {},
): Promise<Migrated> {
  const files = await migrationFiles(folder)
  const from = await versionOf(database)
  const to = files.length
  if (from > to) {
    throw new Failure(
      'DATABASE_NEWER_THAN_PROGRAM',
      `The database ${database.path} is of version ${from}, this program knows ${to}. Nothing was changed. ` +
        'Install the newer program again, or restore the backup that was made before the upgrade.',
    )
  }
  if (from === to) return { from, to }
  if (from > 0) await options.beforeMigrating?.({ from, to })
  // A table is rebuilt by dropping it, which SQLite counts as losing every reference to it even when the new one takes
  // its place (sqlite.org/lang_altertable.html, section 7). So references are checked as a whole before each commit.
  await database.exec('PRAGMA foreign_keys = OFF')
  try {
    for (const [index, name] of files.entries()) {
      if (index >= from) await apply(database, index + 1, new URL(name, folder))
    }
  } finally {
    await database.exec('PRAGMA foreign_keys = ON')
  }
  return { from, to }
}

async function apply(database: Database, version: number, file: URL): Promise<void> {
  const sql = await readFile(file, 'utf8')
  await database.transaction(async (queries) => {
    await queries.exec(sql)
    const [lost] = await queries.all('PRAGMA foreign_key_check', [], anyRow)
    invariant(
      lost === undefined,
      `migration ${version} keeps every reference (a row of ${String(lost?.['table'])} lost its ${String(lost?.['parent'])})`,
    )
    await queries.exec(`PRAGMA user_version = ${version}`)
  })
}

async function migrationFiles(folder: URL): Promise<readonly string[]> {
  invariant(folder.pathname.endsWith('/'), `the folder of migrations ${folder.href} ends in a slash`)
  const names = await readdir(folder)
  const files = names.filter((name) => name.endsWith('.sql')).toSorted()
  for (const [index, name] of files.entries()) {
    const expected = `${index + 1}`.padStart(4, '0')
    invariant(name.startsWith(`${expected}-`), `migration ${name} is number ${expected}`)
  }
  invariant(files.length > 0, `there are migrations in ${folder.href}`)
  return files
}

async function versionOf(database: Database): Promise<number> {
  const row = await database.get('PRAGMA user_version', [], anyRow)
  const version = row?.['user_version']
  invariant(typeof version === 'number', 'SQLite tells the version of a database')
  return version
}
