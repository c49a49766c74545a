import { Failure } from '@spaarzuil/shared/errors.js'
import type { Database, Queries } from '@spaarzuil/shared/runtime/database.js'
import { takeTurns } from '@spaarzuil/shared/runtime/turns.js'
import { instant, type Clock, type Instant } from '@spaarzuil/shared/time.js'
import type { Memory } from './memory.js'

/** Staff and importers: more than this at once is a program gone wild. */
const WAITING_MAX = 200

/** What a write does: first the database in a transaction, then, once that is committed, the memory. */
export interface Written<T> {
  readonly result: T
  /** Changes the memory; gives the pillars that see something of it. */
  readonly remember: () => readonly string[]
}

export interface WriteParts {
  readonly database: Database
  readonly memory: Memory
  readonly clock: Clock
  /** Called after each write with the pillars concerned. */
  readonly changed: (pillarUuids: readonly string[]) => void
}

/** One write after the other, so that each finds in memory what the one before has done. */
export interface Writing {
  readonly memory: Memory
  readonly write: <T>(work: (queries: Queries, now: Instant) => Promise<Written<T>>) => Promise<T>
}

export function openWriting({ database, memory, clock, changed }: WriteParts): Writing {
  const full = (): Failure =>
    new Failure('DATABASE_BUSY', `${WAITING_MAX} changes wait already; try again later`)
  const turns = takeTurns(WAITING_MAX, full)
  let last = instant(0)
  return {
    memory,
    write: async (work) =>
      turns(async () => {
        // A clock set back must not let something end before it began.
        last = instant(Math.max(last, clock.now()))
        const { result, remember } = await database.transaction(async (queries) => work(queries, last))
        changed(remember())
        return result
      }),
  }
}

/** The id of the row that an INSERT made. */
export const newRow = async (
  queries: Queries,
  sql: string,
  params: readonly (string | number | null)[],
): Promise<number> => (await queries.run(sql, params)).lastId

export const notFound = (what: string, id: string): Failure =>
  new Failure('NOT_FOUND', `There is no ${what} ${id.slice(0, 64)}`)
