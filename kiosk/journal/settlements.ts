import { isFailure } from '@spaarzuil/shared/errors.js'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import { milliseconds, type Clock, type Instant } from '@spaarzuil/shared/time.js'

/**
 * Receipts on their way to storage. Written together, because losing them costs a resend and nothing else: the server
 * knows the check-ins and answers with the same receipts.
 */
export interface Settlements {
  add(actionIds: readonly string[], storeEpoch: string): void
  /** Whether a receipt for it waits to be written. */
  has(actionId: string): boolean
  waiting(): number
  flush(): Promise<void>
  /** Writes what waits, and ends. */
  stop(): Promise<void>
}

/** A quarter of a second of receipts in one commit: on an SD card that is one flush instead of hundreds. */
const WAIT = milliseconds(250)
/** Enough for the quickest server; more would hold up the journal entry of a tap for too long. */
const BATCH_MAX = 500

type Parts = {
  readonly database: Database
  readonly clock: Clock
  readonly now: () => Instant
  readonly onWritten: (settled: number, unaside: number) => void
  /** How many entries are set aside: mostly none, and then nobody need look. */
  readonly setAside: () => number
  readonly warn: (details: Readonly<Record<string, unknown>>, message: string) => void
}

export function settlements({ database, clock, now, onWritten, setAside, warn }: Parts): Settlements {
  const waiting = new Map<string, string>()
  const stop = new AbortController()
  let writing: Promise<void> = Promise.resolve()
  let timed = false

  async function writeBatch(): Promise<void> {
    const batch = [...waiting].slice(0, BATCH_MAX)
    if (batch.length === 0) return
    const unaside = await takeBackFromAside(batch.map(([actionId]) => actionId))
    const { changes } = await database.run(
      `INSERT INTO outcomes (seq, state, note, at_ms)
         SELECT entries.seq, 'settled', json_extract(receipts.value, '$[1]'), CAST(? AS INTEGER)
           FROM json_each(?) AS receipts JOIN entries ON entries.action_id = json_extract(receipts.value, '$[0]')
          WHERE true
         ON CONFLICT (seq) DO NOTHING`,
      [now(), JSON.stringify(batch)],
    )
    for (const [actionId] of batch) waiting.delete(actionId)
    onWritten(changes, unaside)
    if (waiting.size > 0) await writeBatch()
  }
  /** A receipt is a better word than "set aside". */
  async function takeBackFromAside(actionIds: readonly string[]): Promise<number> {
    if (setAside() === 0) return 0
    const { changes } = await database.run(
      `DELETE FROM outcomes WHERE state = 'set-aside' AND seq IN
         (SELECT entries.seq FROM json_each(?) AS ids JOIN entries ON entries.action_id = ids.value)`,
      [JSON.stringify(actionIds)],
    )
    return changes
  }
  async function flush(): Promise<void> {
    writing = writing.then(writeBatch)
    await writing
  }
  async function writeLater(): Promise<void> {
    await clock.sleep(WAIT, stop.signal)
    timed = false
    await flushOrWarn()
  }
  /** What could not be written is sent again after the next start: no harm, but somebody should know of the disk. */
  async function flushOrWarn(): Promise<void> {
    try {
      await flush()
    } catch (error) {
      writing = Promise.resolve()
      waiting.clear()
      warn({ err: error }, 'Receipts could not be written; their check-ins will be sent once more')
      if (!isFailure(error)) throw error
    }
  }
  return {
    add: (actionIds, storeEpoch) => {
      for (const actionId of actionIds) waiting.set(actionId, storeEpoch)
      if (waiting.size >= BATCH_MAX) void flushOrWarn()
      else if (!timed && !stop.signal.aborted) {
        timed = true
        void writeLater()
      }
    },
    has: (actionId) => waiting.has(actionId),
    waiting: () => waiting.size,
    flush,
    stop: async () => {
      stop.abort()
      await flushOrWarn()
    },
  }
}
