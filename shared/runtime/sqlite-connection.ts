import sqlite3 from 'sqlite3'
import { Failure, type FailureCode } from '../errors.js'

/** What may be bound. Not `undefined` and not bigint: node-sqlite3 writes NULL for both without a word. */
export type Value = string | number | Uint8Array | null
/** In order for `?`, by name for `$name` (keys with their `$`). */
export type Params = readonly Value[] | Readonly<Record<string, Value>>
export type Row = Readonly<Record<string, unknown>>

export interface Changes {
  readonly changes: number
  /** Row id of the last insert on this connection; means nothing after a statement that inserted none. */
  readonly lastId: number
}

/** One connection as node-sqlite3 has it, in promises; one statement at a time is the caller's affair. */
export interface Connection {
  /** Only for statements that give no rows: a row not fetched keeps the statement, and its lock, open. */
  run(sql: string, params: Params): Promise<Changes>
  all(sql: string, params: Params): Promise<readonly Row[]>
  /** Any number of statements, without parameters. */
  exec(sql: string): Promise<void>
  close(): Promise<void>
}

export interface ConnectionOptions {
  readonly readonly: boolean
  /** How long a statement waits for another connection's lock. */
  readonly busyTimeoutMs: number
}

/** More different statements than one program has; those beyond are prepared again. */
const STATEMENTS_MAX = 256

/** A statement that failed for a reason that is ours: broken constraint, wrong SQL. Never holds parameters. */
export class StatementError extends Error {
  /** SQLite's name of it, as SQLITE_CONSTRAINT. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'StatementError'
    this.code = code
  }
}

export const isConstraintError = (error: unknown): error is StatementError =>
  error instanceof StatementError && error.code === 'SQLITE_CONSTRAINT'

export async function openConnection(path: string, options: ConnectionOptions): Promise<Connection> {
  const mode = options.readonly ? sqlite3.OPEN_READONLY : sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opening: sqlite3.Database = new sqlite3.Database(path, mode, (error) => {
      if (error === null) resolve(opening)
      else reject(named(error, path, 'open'))
    })
  })
  database.configure('busyTimeout', options.busyTimeoutMs)
  const statements = new Map<string, sqlite3.Statement>()

  const prepared = async (sql: string): Promise<sqlite3.Statement> => {
    const known = statements.get(sql)
    const statement = known ?? (await prepare(database, sql, path))
    statements.delete(sql)
    statements.set(sql, statement)
    if (statements.size > STATEMENTS_MAX) await forgetOldest(statements)
    return statement
  }
  return {
    run: async (sql, params) => {
      const statement = await prepared(sql)
      return new Promise((resolve, reject) => {
        statement.run(params, function (error) {
          if (error === null) resolve({ changes: this.changes, lastId: this.lastID })
          else reject(named(error, path, sql))
        })
      })
    },
    all: async (sql, params) => {
      const statement = await prepared(sql)
      return new Promise((resolve, reject) => {
        statement.all<Row>(params, (error, rows) => {
          if (error === null) resolve(rows)
          else reject(named(error, path, sql))
        })
      })
    },
    exec: async (sql) =>
      new Promise((resolve, reject) => {
        database.exec(sql, (error) => {
          if (error === null) resolve()
          else reject(named(error, path, sql))
        })
      }),
    close: async () => {
      while (statements.size > 0) await forgetOldest(statements)
      return new Promise((resolve, reject) => {
        database.close((error) => {
          if (error === null) resolve()
          else reject(named(error, path, 'close'))
        })
      })
    },
  }
}

const prepare = async (database: sqlite3.Database, sql: string, path: string): Promise<sqlite3.Statement> =>
  new Promise((resolve, reject) => {
    const statement = database.prepare(sql, (error: Error | null) => {
      if (error === null) resolve(statement)
      else reject(named(error, path, sql))
    })
  })

async function forgetOldest(statements: Map<string, sqlite3.Statement>): Promise<void> {
  for (const [sql, statement] of statements) {
    statements.delete(sql)
    // Its callback is never given an error: what went wrong was told to who ran the statement.
    return new Promise((resolve) => {
      statement.finalize(() => {
        resolve()
      })
    })
  }
}

const FAILURES: Readonly<Record<number, readonly [code: FailureCode, what: string]>> = {
  [sqlite3.BUSY]: ['DATABASE_BUSY', 'is in use by another program, and did not become free in time'],
  [sqlite3.LOCKED]: ['DATABASE_BUSY', 'is locked by another statement'],
  [sqlite3.FULL]: ['DISK_FULL', 'cannot grow: the disk is full. Free some space'],
  // Delayed allocation: ext4 may find out at the flush that there is no room.
  [sqlite3.IOERR]: ['DISK_FAILING', 'cannot be read or written: the disk fails, or is full'],
  [sqlite3.CORRUPT]: ['DATABASE_DAMAGED', 'is damaged. Keep the file aside and restore a backup'],
  [sqlite3.NOTADB]: ['DATABASE_DAMAGED', 'is not a database, or its beginning is damaged'],
  [sqlite3.CANTOPEN]: ['NOT_FOUND', 'cannot be opened: no such folder or file, or no permission'],
}

/** SQLite's messages name tables and columns, never values; parameters are left out, because they may be personal. */
function named(error: Error, path: string, sql: string): Error {
  const errno = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0
  // The low byte is the primary code; the rest tells variants apart (SQLite result code documentation).
  const known = FAILURES[errno & 0xff]
  if (known !== undefined) {
    const [failure, what] = known
    return new Failure(failure, `The database ${path} ${what}. (${error.message})`)
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'SQLITE_ERROR'
  return new StatementError(code, `${error.message}, in: ${sql.trim().replaceAll(/\s+/g, ' ')}`)
}
