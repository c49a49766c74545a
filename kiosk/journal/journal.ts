import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import type { Clock, Instant } from '@spaarzuil/shared/time.js'
import { boots, type Boots } from './boots.js'
import { countEntries } from './count-entries.js'
import type { Entry } from './entry.js'
import { keptValues, type KeptValues } from './kept-values.js'
import { openJournalFile } from './open-journal-file.js'
import { makeRoom, removeOld } from './room.js'
import { settlements } from './settlements.js'
import {
  append,
  oldestUnsettled,
  reopenSettledUnderOther,
  setAside,
  unsettled,
  type Parts,
} from './entries.js'

export type JournalCounts = {
  readonly unsettled: number
  readonly settled: number
  readonly setAside: number
  /** Entries that a damaged journal of this pillar no longer gave back. */
  readonly lost: number
}

/** The pillar's durable list of check-ins. */
export interface Journal {
  /**
   * Resolves when the check-in is on storage, and not before. Rejects with JOURNAL_FULL at the limit of entries, with
   * DISK_FULL when there is no room, with DATABASE_DAMAGED when the file is.
   */
  append(checkIn: CheckIn): Promise<void>
  /** Resolves when there is room for another check-in; rejects as `append` would. */
  probe(): Promise<void>
  /** Entries without a receipt, oldest first, behind `after`. */
  unsettled(after: number, max: number): Promise<readonly Entry[]>
  /** Takes note of receipts; written within a quarter of a second. A power cut before that costs a resend, no more. */
  settle(actionIds: readonly string[], storeEpoch: string): void
  /** Entries that the server cannot take, or that cannot be sent: kept, counted, and out of the way. */
  setAside(actionIds: readonly string[], code: string): Promise<void>
  /** Entries that were settled under another store epoch are sent again: that server was restored from a backup. */
  reopenSettledUnderOther(storeEpoch: string): Promise<number>
  /**
   * Removes settled entries past their 30 days. Only for a time that the server told: by a wall clock that is wrong, entries
   * would go that a server restored from a backup still needs.
   */
  removeOld(now: Instant): Promise<void>
  counts(): JournalCounts
  /** Raw wall time of the oldest entry without a receipt. */
  oldestUnsettled(): Promise<Instant | undefined>
  readonly kept: KeptValues
  readonly boots: Boots
  /** Writes what was settled, and closes the file. */
  close(): Promise<void>
}

export type JournalOptions = {
  readonly path: string
  readonly pillarId: string
  readonly clock: Clock
  /** For settled entries' age; the pillar's best estimate of the time. */
  readonly now?: (() => Instant) | undefined
  readonly limit?: number | undefined
  /** Told of everything that happens to the file without being asked for. */
  readonly warn: (details: Readonly<Record<string, unknown>>, message: string) => void
}

export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { path, clock, warn, pillarId, now = () => clock.now() } = options
  const { database, lost: lostNow } = await openJournalFile({ path, clock, warn })
  const kept = await keptValues(database)
  const lost = (kept.number('lost') ?? 0) + lostNow
  if (lostNow > 0) await kept.put('lost', lost)
  await kept.put('pillar', pillarId)
  // What got no answer may get one from a server that was mended since.
  await database.run("DELETE FROM outcomes WHERE state = 'set-aside' AND note = 'NO_ANSWER'")

  const known = { ...(await countEntries(database)), lowWater: 0, reopened: 0 }
  const settling = settlements({
    database,
    clock,
    now,
    warn,
    setAside: () => known.setAside,
    onWritten: (settled, unaside) => {
      known.settled += settled
      known.setAside -= unaside
    },
  })
  const limit = options.limit ?? LIMITS.journalEntries
  const parts: Parts = { database, known, settling, now, warn, boots: await boots(database) }
  let probes = kept.number('probe') ?? 0

  return {
    kept,
    boots: parts.boots,
    append: async (checkIn) => {
      if (known.total >= limit) await makeRoom(parts, limit)
      await append(parts, checkIn)
    },
    probe: async () => {
      if (known.total >= limit) await makeRoom(parts, limit)
      probes += 1
      await kept.put('probe', probes)
    },
    unsettled: async (after, max) => unsettled(parts, after, max),
    settle: (actionIds, storeEpoch) => {
      settling.add(actionIds, storeEpoch)
    },
    setAside: async (actionIds, code) => setAside(parts, actionIds, code),
    reopenSettledUnderOther: async (storeEpoch) => reopenSettledUnderOther(parts, storeEpoch),
    removeOld: async (at) => removeOld(parts, at),
    counts: () => ({
      unsettled: Math.max(0, known.total - known.settled - known.setAside - settling.waiting()),
      settled: known.settled + settling.waiting(),
      setAside: known.setAside,
      lost,
    }),
    oldestUnsettled: async () => oldestUnsettled(parts),
    close: async () => {
      await settling.stop()
      await database.close()
    },
  }
}
