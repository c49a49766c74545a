import { execFile } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect, promisify } from 'node:util'
import t from 'tap'
import { Type } from 'typebox'
import { anyRow, Nullable, openDatabase, rowParser, type Database, type DatabaseOptions } from './database.js'
import { isConstraintError } from './sqlite-connection.js'

type Test = { testdir: () => string; teardown: (job: () => Promise<void>) => void }

async function withTable(t: Test, options: Partial<DatabaseOptions> = {}): Promise<Database> {
  const database = await openDatabase(join(t.testdir(), 'test.db'), { busyTimeoutMs: 50, ...options })
  t.teardown(async () => database.close())
  await database.exec('CREATE TABLE points (id INTEGER PRIMARY KEY, card TEXT UNIQUE, points INTEGER) STRICT')
  return database
}

const Point = rowParser(
  'points',
  Type.Object({ id: Type.Integer(), card: Type.String(), points: Nullable(Type.Integer()) }),
)
const cardsIn = async (database: Database): Promise<readonly unknown[]> =>
  database.all('SELECT card FROM points ORDER BY id', [], (row) => row['card'])

t.test('what is written is read back, checked against its schema', async (t) => {
  const database = await withTable(t)
  const added = await database.run('INSERT INTO points (card, points) VALUES (?, ?)', ['a', 5])
  t.strictSame(added, { changes: 1, lastId: 1 })
  await database.run('INSERT INTO points (card, points) VALUES ($card, $points)', {
    $card: 'b',
    $points: null,
  })
  t.strictSame(await database.all('SELECT * FROM points ORDER BY id', [], Point), [
    { id: 1, card: 'a', points: 5 },
    { id: 2, card: 'b', points: null },
  ])
  t.strictSame(await database.get('SELECT * FROM points WHERE card = ?', ['b'], Point), {
    id: 2,
    card: 'b',
    points: null,
  })
  t.equal(await database.get('SELECT * FROM points WHERE card = ?', ['c'], Point), undefined)
  const changed = await database.run('UPDATE points SET points = 1', [])
  t.equal(changed.changes, 2)
})

t.test('a row that does not fit, or a second row, is a bug and not passed on', async (t) => {
  const database = await withTable(t)
  await database.exec("INSERT INTO points (card, points) VALUES ('a', 1), ('b', 1)")
  await t.rejects(database.all('SELECT id FROM points', [], Point), /row of points has its columns/)
  await t.rejects(database.get('SELECT * FROM points', [], Point), /one row at most/)
})

t.test('times, bytes and large numbers survive', async (t) => {
  const database = await withTable(t)
  await database.exec('CREATE TABLE kept (at INTEGER, bytes BLOB, text TEXT) STRICT')
  const at = 1_795_181_192_925
  await database.run('INSERT INTO kept VALUES (?, ?, ?)', [at, new Uint8Array([0, 1, 255]), 'é\u0000x'])
  const row = await database.get(
    'SELECT at, typeof(at) AS kind, hex(bytes) AS hex, text FROM kept',
    [],
    anyRow,
  )
  t.strictSame({ ...row }, { at, kind: 'integer', hex: '0001FF', text: 'é\u0000x' })
})

t.test('every commit is flushed, foreign keys are kept, pages have the size asked for', async (t) => {
  const database = await withTable(t, { pageSize: 1024, cacheKiB: 512 })
  const pragma = async (name: string): Promise<unknown> =>
    (await database.get(`PRAGMA ${name}`, [], anyRow))?.[name]
  t.equal(await pragma('journal_mode'), 'wal')
  t.equal(await pragma('synchronous'), 2)
  t.equal(await pragma('foreign_keys'), 1)
  t.equal(await pragma('page_size'), 1024)
  t.equal(await pragma('cache_size'), -512)
})

t.test('transactions started together run one after the other', async (t) => {
  const database = await withTable(t)
  const order: string[] = []
  const transfer = async (name: string): Promise<void> =>
    database.transaction(async (queries) => {
      order.push(`${name} begins`)
      await queries.run('INSERT INTO points (card) VALUES (?)', [name])
      await new Promise((resolve) => setImmediate(resolve))
      const seen = await queries.get('SELECT count(*) AS n FROM points', [], anyRow)
      order.push(`${name} sees ${String(seen?.['n'])}`)
    })
  await Promise.all([transfer('a'), transfer('b'), database.run("INSERT INTO points (card) VALUES ('c')")])
  t.strictSame(order, ['a begins', 'a sees 1', 'b begins', 'b sees 2'])
  t.strictSame(await cardsIn(database), ['a', 'b', 'c'])
})

t.test('a statement from outside never slips into a transaction that is rolled back', async (t) => {
  const database = await withTable(t)
  let outside: Promise<unknown> = Promise.resolve()
  await t.rejects(
    database.transaction(async (queries) => {
      await queries.run("INSERT INTO points (card) VALUES ('inside')")
      outside = database.run("INSERT INTO points (card) VALUES ('outside')")
      await queries.run("INSERT INTO points (card) VALUES ('inside too')")
      throw new Error('changed its mind')
    }),
    /^changed its mind$/,
  )
  await outside
  t.strictSame(await cardsIn(database), ['outside'])
})

t.test('what failed inside comes out unchanged, and the next transaction starts clean', async (t) => {
  const database = await withTable(t)
  const reason = new Error('reason')
  const failed: unknown = await database
    .transaction(async () => Promise.reject(reason))
    .catch((error: unknown) => error)
  t.equal(failed, reason)
  t.equal(await database.transaction(async () => Promise.resolve('done')), 'done')
})

t.test('queries of a transaction are dead after it', async (t) => {
  const database = await withTable(t)
  const kept = await database.transaction(async (queries) => Promise.resolve({ queries }))
  await t.rejects(kept.queries.run('DELETE FROM points'), /only while it lasts/)
})

t.test('statements inside a transaction run in the order in which they were asked', async (t) => {
  const database = await withTable(t)
  const cards = Array.from({ length: 50 }, (_, n) => `card ${n}`)
  await database.transaction(async (queries) => {
    await Promise.all(
      cards.map(async (card, n) =>
        queries.run(`INSERT INTO points (card, points) VALUES (?, ${n % 7})`, [card]),
      ),
    )
  })
  t.strictSame(await cardsIn(database), cards)
})

t.test('a broken constraint names table and column, never the values', async (t) => {
  const database = await withTable(t)
  const insert = 'INSERT INTO points (card) VALUES (?)'
  await database.run(insert, ['SECRET'])
  const error: unknown = await database.run(insert, ['SECRET']).catch((e: unknown) => e)
  t.ok(isConstraintError(error))
  t.match(error, { message: /UNIQUE constraint failed: points\.card, in: INSERT INTO points/ })
  t.notOk(inspect(error, { depth: 9, showHidden: true }).includes('SECRET'))
  await t.rejects(database.run('INSERT INTO nowhere VALUES (?)', ['SECRET']), {
    name: 'StatementError',
    message: /no such table: nowhere/,
  })
  t.strictSame(await cardsIn(database), ['SECRET'], 'the same statement works after it failed')
})

t.test('references between tables are kept', async (t) => {
  const database = await withTable(t)
  await database.exec('CREATE TABLE taps (point INTEGER NOT NULL REFERENCES points (id)) STRICT')
  await t.rejects(database.run('INSERT INTO taps VALUES (1)'), /FOREIGN KEY/)
})

t.test('more different statements than are kept ready still work', async (t) => {
  const database = await withTable(t)
  for (let n = 0; n < 300; n += 1) {
    const row = await database.get(`SELECT ${n} AS n`, [], anyRow)
    if (row?.['n'] !== n) t.fail(`statement ${n} answered ${String(row?.['n'])}`)
  }
  t.equal((await database.get('SELECT 0 AS n', [], anyRow))?.['n'], 0)
})

t.test('a full disk is DISK_FULL, what was committed stands, and smaller work goes on', async (t) => {
  const database = await withTable(t)
  await database.run('INSERT INTO points (card) VALUES (?)', ['kept'])
  await database.all('PRAGMA max_page_count = 20', [], anyRow)
  const filling = database.transaction(async (queries) => {
    await queries.run('INSERT INTO points (card) VALUES (?)', ['lost'])
    await queries.run('INSERT INTO points (card) VALUES (?)', ['x'.repeat(200_000)])
  })
  await t.rejects(filling, { code: 'DISK_FULL', message: /disk is full/ })
  await database.run('INSERT INTO points (card) VALUES (?)', ['after'])
  t.strictSame(await cardsIn(database), ['kept', 'after'])
})

t.test('a disk that gives an error is DISK_FAILING, and no bug', async (t) => {
  // A file may not grow beyond the limit of its process: the write fails, as on a disk that fails (setrlimit(2)).
  const work = `
    import { openDatabase } from ${JSON.stringify(new URL('./database.js', import.meta.url).href)}
    process.on('SIGXFSZ', () => undefined)
    const database = await openDatabase(process.argv[1], { busyTimeoutMs: 10 })
    await database.exec('CREATE TABLE points (card TEXT)')
    const filling = database.run('INSERT INTO points (card) VALUES (?)', ['x'.repeat(2_000_000)])
    console.log(await filling.then(() => 'written', (error) => error.code))`
  const limited = `ulimit -f 1024; exec "$0" --input-type=module -e "$1" "$2"`
  const path = join(t.testdir(), 'limited.db')
  const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, work, path], {
    env: {},
  })
  t.equal(stdout.trim(), 'DISK_FAILING')
})

t.test('a database that another program holds is DATABASE_BUSY', async (t) => {
  const database = await withTable(t)
  const other = await openDatabase(database.path, { busyTimeoutMs: 10 })
  t.teardown(async () => other.close())
  await database.transaction(async () => {
    await t.rejects(
      other.transaction(async () => Promise.resolve()),
      { code: 'DATABASE_BUSY' },
    )
  })
  await other.transaction(async () => Promise.resolve())
})

t.test('a reader of its own sees what is committed, and cannot write', async (t) => {
  const database = await withTable(t)
  const reader = await openDatabase(database.path, { readonly: true, busyTimeoutMs: 50 })
  t.teardown(async () => reader.close())
  await database.transaction(async (queries) => {
    await queries.run("INSERT INTO points (card) VALUES ('a')")
    t.strictSame(await cardsIn(reader), [])
  })
  t.strictSame(await cardsIn(reader), ['a'])
  await reader.transaction(async (queries) => {
    const count = 'SELECT count(*) AS n FROM points'
    const before = await queries.get(count, [], anyRow)
    await database.run("INSERT INTO points (card) VALUES ('b')")
    t.strictSame(await queries.get(count, [], anyRow), before, 'one point in time')
  })
  await t.rejects(reader.run('DELETE FROM points'), { code: 'SQLITE_READONLY' })
})

t.test('what is no database, is damaged, or is nowhere, is said so', async (t) => {
  const folder = t.testdir({ 'letter.db': 'Dear reader, '.repeat(100) })
  const options = { busyTimeoutMs: 0 }
  const letter = join(folder, 'letter.db')
  await t.rejects(openDatabase(letter, options), { code: 'DATABASE_DAMAGED', message: /letter\.db/ })
  await t.rejects(openDatabase(letter, { ...options, readonly: true }), { code: 'DATABASE_DAMAGED' })
  await t.rejects(openDatabase(join(folder, 'none', 'a.db'), options), { code: 'NOT_FOUND' })
  await t.rejects(openDatabase(join(folder, 'none.db'), { ...options, readonly: true }), {
    code: 'NOT_FOUND',
  })

  const path = join(folder, 'torn.db')
  const whole = await openDatabase(path, options)
  await whole.exec('CREATE TABLE t (x TEXT); INSERT INTO t VALUES (hex(randomblob(40000)))')
  await whole.close()
  const { size } = statSync(path)
  writeFileSync(path, Buffer.alloc(size - 4096, 0xa5), { flag: 'r+' })
  await t.rejects(
    openDatabase(path, options).then(async (database) => database.all('SELECT * FROM t', [], anyRow)),
    { code: 'DATABASE_DAMAGED' },
  )
})

t.test('a closed database finishes what was asked, then takes nothing more', async (t) => {
  const database = await withTable(t)
  const asked = database.run("INSERT INTO points (card) VALUES ('a')")
  const closed = database.close()
  await t.rejects(database.run('DELETE FROM points'), /only while it is open/)
  t.equal((await asked).changes, 1)
  await closed
  await database.close()
})

t.test('what waits is limited', async (t) => {
  const database = await withTable(t)
  const asked = Array.from({ length: 10_001 }, async () => database.run('SELECT 1 WHERE 0'))
  const results = await Promise.allSettled(asked)
  const refused = results.filter((result) => result.status === 'rejected')
  t.equal(refused.length, 1)
  t.match(refused[0], { reason: { code: 'DATABASE_BUSY', message: /10000 statements wait/ } })
})
