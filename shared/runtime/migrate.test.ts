import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { anyRow, openDatabase, type Database } from './database.js'
import { migrate } from './migrate.js'

type Test = {
  testdir: (files: Record<string, Record<string, string>>) => string
  teardown: (job: () => Promise<void>) => void
}

const FIRST = 'CREATE TABLE taps (id INTEGER PRIMARY KEY, card TEXT) STRICT;'
const SECOND = 'ALTER TABLE taps ADD COLUMN points INTEGER;\n-- all taps so far\nUPDATE taps SET points = 1;'

async function withFiles(t: Test, files: Record<string, string>) {
  const root = t.testdir({ migrations: files })
  const database = await openDatabase(join(root, 'test.db'), { busyTimeoutMs: 50 })
  t.teardown(async () => database.close())
  return { database, folder: pathToFileURL(join(root, 'migrations/')) }
}

const version = async (database: Database): Promise<unknown> =>
  (await database.get('PRAGMA user_version', [], anyRow))?.['user_version']
const tables = async (database: Database): Promise<readonly unknown[]> =>
  database.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", [], (row) => row['name'])

t.test('a new database gets every migration once', async (t) => {
  const { database, folder } = await withFiles(t, {
    '0002-points.sql': SECOND,
    '0001-taps.sql': FIRST,
    'read.me': '',
  })
  const beforeMigrating = async (): Promise<void> => Promise.reject(new Error('nothing to back up'))
  t.strictSame(await migrate(database, folder, { beforeMigrating }), { from: 0, to: 2 })
  t.strictSame(await migrate(database, folder, { beforeMigrating }), { from: 2, to: 2 })
  t.equal(await version(database), 2)
})

t.test('a database that holds something is backed up first, and keeps what it holds', async (t) => {
  const { database, folder } = await withFiles(t, { '0001-taps.sql': FIRST, '0002-points.sql': SECOND })
  await database.exec(`${FIRST} INSERT INTO taps (card) VALUES ('a'); PRAGMA user_version = 1`)
  await t.rejects(
    migrate(database, folder, { beforeMigrating: async () => Promise.reject(new Error('no room')) }),
    /no room/,
  )
  t.equal(await version(database), 1)
  const told: unknown[] = []
  await migrate(database, folder, {
    beforeMigrating: async (versions) => {
      told.push(versions, await version(database))
    },
  })
  t.strictSame(told, [{ from: 1, to: 2 }, 1])
  t.strictSame(await database.all('SELECT card, points FROM taps', [], (row) => ({ ...row })), [
    { card: 'a', points: 1 },
  ])
})

t.test('a migration that fails half-way leaves the database as it was', async (t) => {
  const { database, folder } = await withFiles(t, {
    '0001-taps.sql': FIRST,
    '0002-bad.sql':
      "CREATE TABLE half (x TEXT); INSERT INTO half VALUES ('a'); INSERT INTO nowhere VALUES (1);",
  })
  await t.rejects(migrate(database, folder), /no such table: nowhere/)
  t.equal(await version(database), 1)
  t.strictSame(await tables(database), ['taps'])
})

t.test('a migration may rebuild a table that others refer to, and nothing is lost', async (t) => {
  const parents = `${FIRST} CREATE TABLE points (tap INTEGER NOT NULL REFERENCES taps (id)) STRICT;
    INSERT INTO taps VALUES (1, 'a'); INSERT INTO points VALUES (1);`
  const rebuilt = `CREATE TABLE taps_new (id INTEGER PRIMARY KEY, card TEXT NOT NULL) STRICT;
    INSERT INTO taps_new SELECT id, card FROM taps; DROP TABLE taps; ALTER TABLE taps_new RENAME TO taps;`
  const good = await withFiles(t, { '0001-taps.sql': parents, '0002-rebuild.sql': rebuilt })
  t.strictSame(await migrate(good.database, good.folder), { from: 0, to: 2 })
  t.strictSame(await good.database.all('PRAGMA foreign_key_check', [], anyRow), [])
  t.strictSame(await good.database.all('SELECT card FROM taps', [], (row) => row['card']), ['a'])
  await t.rejects(good.database.run('DELETE FROM taps'), /FOREIGN KEY/, 'references are kept again')
})

t.test('a broken reference is not committed', async (t) => {
  const parents = `${FIRST} CREATE TABLE points (tap INTEGER NOT NULL REFERENCES taps (id)) STRICT;
    INSERT INTO taps VALUES (1, 'a'); INSERT INTO points VALUES (1);`
  const { database, folder } = await withFiles(t, {
    '0001-taps.sql': parents,
    '0002-lose.sql': 'DELETE FROM taps;',
  })
  await t.rejects(
    migrate(database, folder),
    /migration 2 keeps every reference \(a row of points lost its taps\)/,
  )
  await t.rejects(database.run('DELETE FROM taps'), /FOREIGN KEY/)
  t.equal(await version(database), 1)
})

t.test('a database that is newer than the program is not touched', async (t) => {
  const { database, folder } = await withFiles(t, { '0001-taps.sql': FIRST })
  await database.exec('PRAGMA user_version = 2')
  await t.rejects(migrate(database, folder), {
    code: 'DATABASE_NEWER_THAN_PROGRAM',
    message: /is of version 2, this program knows 1/,
  })
  t.strictSame(await tables(database), [])
})

t.test('a gap or a double in the numbers is a bug of ours', async (t) => {
  const gap = await withFiles(t, { '0001-taps.sql': FIRST, '0003-points.sql': SECOND })
  await t.rejects(migrate(gap.database, gap.folder), /0003-points\.sql is number 0002/)
})

t.test('two migrations of one number are a bug of ours', async (t) => {
  const double = await withFiles(t, { '0001-a.sql': FIRST, '0001-b.sql': SECOND })
  await t.rejects(migrate(double.database, double.folder), /0001-b\.sql is number 0002/)
  t.strictSame(await tables(double.database), [])
})
