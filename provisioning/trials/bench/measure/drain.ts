import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase, type Database } from '@spaarzuil/shared/runtime/database.js'
import { percentiles } from '../../swarm/percentiles.js'
import { writtenBytes } from '../child.js'
import type { Fleet } from '../fleet.js'
import { startPillar, type Pillar } from '../pillar/pillar.js'
import type { Seen } from '../pillar/screen-watch.js'
import type { Scale } from '../scale.js'
import type { Latency } from './load.js'
import type { Tapping } from './taps.js'

export type Drain = {
  readonly backlog: number
  readonly perSecond: number
  /** Tap to message of the taps that came meanwhile. */
  readonly live: Latency
  readonly liveStates: Readonly<Record<string, number>>
  /** All that was written for one tap: noted without a line, sent and settled later. */
  readonly bytesPerTap: number
}

export type DrainParts = {
  readonly scale: Scale
  readonly fleet: Fleet
  readonly tapping: Tapping
  /** Bytes that noting the backlog has cost already. */
  readonly notedBytes: number
  readonly say: (line: string) => void
}

const LOOK_EVERY_MS = 20
const PAUSE_BETWEEN_TAPS_MS = 15
/** At a tenth of the wanted speed a backlog of 10,000 still ends within this. */
const DRAINED_WITHIN_MS = 60_000
const SETTLED_MS = 3_000

/** Starts server and pillar again, the pillar with its backlog, and taps on while it drains. */
export async function measureDrain(parts: DrainParts): Promise<Drain> {
  const { fleet, scale, tapping, notedBytes, say } = parts
  say('draining the backlog, with live taps')
  const server = await fleet.start()
  const inbox = await openInbox(fleet)
  const pillar = await startPillar(fleet)
  await pillar.screen.ready()
  const stop = new AbortController()
  const tapped = tapOn(pillar, tapping, stop.signal)
  const progress = await watchDrain(inbox, { backlog: scale.manyTaps, live: () => tapped.seen.length })
  stop.abort()
  await tapped.ended
  await delay(SETTLED_MS)
  const settledBytes = await writtenBytes(pillar.program.pid)
  await inbox.close()
  await pillar.stop()
  await server.stop()

  const meanwhile = tapped.seen.filter(({ at }) => at >= progress.from && at <= progress.until)
  const liveStates: Record<string, number> = {}
  for (const { state } of meanwhile) liveStates[state] = (liveStates[state] ?? 0) + 1
  return {
    backlog: scale.manyTaps,
    perSecond: progress.perSecond,
    live: percentiles(meanwhile.map(({ messageMs }) => messageMs)),
    liveStates,
    bytesPerTap: Math.round((notedBytes + settledBytes) / (scale.manyTaps + tapped.seen.length)),
  }
}

type Live = { readonly seen: (Seen & { readonly at: number })[]; readonly ended: Promise<void> }

function tapOn(pillar: Pillar, tapping: Tapping, signal: AbortSignal): Live {
  const seen: (Seen & { readonly at: number })[] = []
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const at = performance.now()
      seen.push({ ...(await tapping.one(pillar)), at })
      await delay(PAUSE_BETWEEN_TAPS_MS)
    }
  }
  return { seen, ended: run() }
}

/** From the first check-in of the backlog in the inbox to the last. */
async function watchDrain(
  inbox: Inbox,
  { backlog, live }: { readonly backlog: number; readonly live: () => number },
): Promise<{ readonly from: number; readonly until: number; readonly perSecond: number }> {
  const giveUpAt = performance.now() + DRAINED_WITHIN_MS
  let first: { readonly at: number; readonly count: number } | undefined
  for (;;) {
    const count = await inbox.sinceStart()
    const at = performance.now()
    if (first === undefined && count > live()) first = { at, count }
    if (first !== undefined && count >= backlog + live()) {
      const perSecond = Math.round((count - first.count) / ((at - first.at) / 1_000))
      return { from: first.at, until: at, perSecond }
    }
    if (at > giveUpAt)
      throw new Error(`Of a backlog of ${backlog}, ${count} arrived in ${DRAINED_WITHIN_MS} ms`)
    await delay(LOOK_EVERY_MS)
  }
}

type Inbox = { sinceStart(): Promise<number>; close(): Promise<void> }

/** Looks at the server's database from outside, by an index alone, so that looking costs nothing. */
async function openInbox(fleet: Fleet): Promise<Inbox> {
  const house = fleet.region.houses.at(-1)
  const database: Database = await openDatabase(fleet.databaseFile, { readonly: true, busyTimeoutMs: 1_000 })
  const number = async (sql: string, params: readonly (string | number)[]): Promise<number> =>
    Number(await database.get(sql, params, (row) => row['n']))
  const pillarId = await number('SELECT id AS n FROM pillars WHERE uuid = ?', [house?.id ?? ''])
  const start = await number('SELECT MAX(id) AS n FROM check_ins', [])
  return {
    sinceStart: async () =>
      number('SELECT COUNT(*) AS n FROM check_ins WHERE pillar_id = ? AND id > ?', [pillarId, start]),
    close: async () => database.close(),
  }
}
