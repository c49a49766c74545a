import { Type, type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Failure, invariant } from '../errors.js'
import {
  openConnection,
  StatementError,
  type Changes,
  type Connection,
  type Params,
  type Row,
} from './sqlite-connection.js'
import { takeTurns, type Turns } from './turns.js'

/** What one can ask of a database, and of a transaction. Statements are prepared once and used again. */
export interface Queries {
  /** For statements that give no rows; with RETURNING, or a PRAGMA that answers, use `all`. */
  run(sql: string, params?: Params): Promise<Changes>
  all<T>(sql: string, params: Params, parse: (row: Row) => T): Promise<readonly T[]>
  /** The only row, or `undefined`. A second row is a bug of the query. */
  get<T>(sql: string, params: Params, parse: (row: Row) => T): Promise<T | undefined>
  /** Any number of statements, without parameters. */
  exec(sql: string): Promise<void>
}

/**
 * One connection to a SQLite file. Everything on it takes turns, so two transactions never mix and no statement from
 * outside slips into one. Numbers that are not 32-bit integers are bound as REAL by node-sqlite3: a column of type
 * INTEGER turns whole ones back, but `? / 1000` does not round; write CAST(? AS INTEGER) there.
 */
export interface Database extends Queries {
  readonly path: string
  /**
   * BEGIN IMMEDIATE … COMMIT around `work`. Resolves when the commit is on storage; when `work` rejects, everything is
   * rolled back and its own error comes out. Inside, use the queries handed to `work`: the database's own wait for the
   * end of this very transaction.
   */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>
  /** After what was asked before has ended; nothing may be asked from now on. A second call waits for the first. */
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly readonly?: boolean
  /** Bytes; only for a file that is made now. Small pages write less per commit, large ones read faster. */
  readonly pageSize?: 512 | 1024 | 2048 | 4096 | 8192 | 16_384
  /** How long to wait for another connection's lock, in milliseconds. */
  readonly busyTimeoutMs: number
  readonly cacheKiB?: number
}

/** A caller that asks ten thousand things at once without waiting has lost control of its own queue. */
const WAITING_MAX = 10_000
/** What the write-ahead log shrinks back to after a large transaction, in bytes. */
const LOG_KEPT_BYTES = 64 * 1024 * 1024

/**
 * Opens or makes the file, in WAL mode with `synchronous=FULL`: a transaction that has committed survives a power cut.
 * Rejects with NOT_FOUND, DATABASE_DAMAGED, DATABASE_BUSY, DISK_FULL or DISK_FAILING; every later call may reject with
 * the last four.
 */
export async function openDatabase(path: string, options: DatabaseOptions): Promise<Database> {
  const readonly = options.readonly === true
  const connection = await openConnection(path, { readonly, busyTimeoutMs: options.busyTimeoutMs })
  try {
    await prepareConnection(connection, path, options)
  } catch (error) {
    await connection.close()
    throw error
  }
  let open = true
  let closing: Promise<void> | undefined
  const full = (): Failure =>
    new Failure('DATABASE_BUSY', `${WAITING_MAX} statements wait for the database ${path} already`)
  const inTurn = takeTurns(WAITING_MAX, full)
  const turns: Turns = async (job) => {
    invariant(open, `the database ${path} is used only while it is open`)
    return inTurn(job)
  }
  return {
    path,
    ...queriesOn(connection, turns),
    transaction: async (work) =>
      turns(async () => runTransaction(connection, work, readonly ? 'BEGIN' : 'BEGIN IMMEDIATE', full)),
    close: async () => {
      open = false
      closing ??= inTurn(async () => connection.close())
      return closing
    },
  }
}

async function prepareConnection(
  connection: Connection,
  path: string,
  options: DatabaseOptions,
): Promise<void> {
  await connection.exec('PRAGMA foreign_keys = ON')
  if (options.cacheKiB !== undefined) await connection.exec(`PRAGMA cache_size = ${-options.cacheKiB}`)
  if (options.readonly === true) {
    // The first read is what notices a file that is no database.
    await connection.all('PRAGMA user_version', [])
    return
  }
  if (options.pageSize !== undefined) await connection.exec(`PRAGMA page_size = ${options.pageSize}`)
  const [mode] = await connection.all('PRAGMA journal_mode = WAL', [])
  await connection.exec(`PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${LOG_KEPT_BYTES}`)
  // A statement that changes many rows keeps the old pages aside, to undo itself alone if it fails half-way. In a file
  // that is a write more for every page changed: a sixth of the time of a batch, and wear on an SD card.
  await connection.exec('PRAGMA temp_store = MEMORY')
  const [synchronous] = await connection.all('PRAGMA synchronous', [])
  const [foreignKeys] = await connection.all('PRAGMA foreign_keys', [])
  if (mode?.['journal_mode'] !== 'wal') {
    throw new Failure(
      'CONFIG_INVALID',
      `The database ${path} cannot keep a write-ahead log (it keeps "${String(mode?.['journal_mode'])}"). ` +
        'Put it on a local disk, not on a network drive.',
    )
  }
  invariant(synchronous?.['synchronous'] === 2, 'SQLite flushes at every commit (synchronous=FULL)')
  invariant(foreignKeys?.['foreign_keys'] === 1, 'SQLite keeps foreign keys')
}

function queriesOn(connection: Connection, turns: Turns): Queries {
  return {
    run: async (sql, params = []) => turns(async () => connection.run(sql, params)),
    all: async (sql, params, parse) => {
      const rows = await turns(async () => connection.all(sql, params))
      return rows.map(parse)
    },
    get: async (sql, params, parse) => {
      const rows = await turns(async () => connection.all(sql, params))
      const [row] = rows
      invariant(rows.length <= 1, `one row at most comes from: ${sql}`)
      return row === undefined ? undefined : parse(row)
    },
    exec: async (sql) => turns(async () => connection.exec(sql)),
  }
}

async function runTransaction<T>(
  connection: Connection,
  work: (queries: Queries) => Promise<T>,
  begin: string,
  full: () => Failure,
): Promise<T> {
  await connection.run(begin, [])
  const inTurn = takeTurns(WAITING_MAX, full)
  let open = true
  const turns: Turns = async (job) => {
    invariant(open, 'the queries of a transaction are used only while it lasts')
    return inTurn(job)
  }
  try {
    const result = await work(queriesOn(connection, turns))
    open = false
    await inTurn(async () => connection.run('COMMIT', []))
    return result
  } catch (error) {
    open = false
    await inTurn(async () => rollBack(connection, error))
    throw error
  }
}

/** A full disk or a failed read makes SQLite roll back by itself; then there is nothing left to undo. */
async function rollBack(connection: Connection, reason: unknown): Promise<void> {
  try {
    await connection.run('ROLLBACK', [])
  } catch (error) {
    if (error instanceof StatementError && error.message.includes('no transaction is active')) return
    throw new AggregateError([reason, error], 'A transaction failed and could not be rolled back', {
      cause: error,
    })
  }
}

/** The row as it came, for the rare place that looks at it itself. */
export const anyRow = (row: Row): Row => row

/** Checks rows against a schema. A row that does not fit is a bug of the query or of a migration, not of the world. */
export function rowParser<S extends TSchema>(name: string, schema: S): (row: Row) => Static<S> {
  const validator = Compile(schema)
  return (row) => {
    if (validator.Check(row)) return row
    const problems = validator.Errors(row).map((error) => `${error.instancePath} ${error.message}`)
    throw new Error(`Invariant broken: a row of ${name} has its columns: ${problems.join('; ')}`)
  }
}

/** A column that may be NULL, for the schema of a row. */
export const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])
