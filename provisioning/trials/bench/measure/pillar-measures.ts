import { setTimeout as delay } from 'node:timers/promises'
import { memoryUse, SCRIPTS, startForEnd, writtenBytes, type MemoryUse } from '../child.js'
import { swarmPillars, type Fleet } from '../fleet.js'
import { startPillar, type Pillar } from '../pillar/pillar.js'
import type { Scale } from '../scale.js'
import { measureBareCommit, measureBareEcho } from './bare.js'
import { measureDrain, type Drain } from './drain.js'
import { loadIn, type Latency, type Load } from './load.js'
import { openTapping, type Tapping, type TapTimes } from './taps.js'

/** What one real pillar in front of the real server shows, from the first tap to the drained backlog. */
export type PillarMeasures = {
  readonly alone: TapTimes
  readonly underLoad: TapTimes
  readonly behind: Load
  readonly offline: TapTimes
  readonly bareCommit: Latency
  readonly bareEcho: Latency
  /** Written by the kiosk for a tap, online, back to back. */
  readonly bytesPerTap: number
  readonly taps: number
  readonly kioskMemory: MemoryUse
  readonly serverMemory: MemoryUse
  readonly drain: Drain
}

export type PillarParts = {
  readonly folder: string
  readonly scale: Scale
  readonly fleet: Fleet
  readonly say: (line: string) => void
}

/** A pillar warms up like any program: its first taps are not what the thousandth visitor meets. */
const WARM_TAPS = 50
/** Receipts of the last taps are settled in batches by then. */
const SETTLED_MS = 3_000
/** A closed connection is noticed at once; this is for the message that says so. */
const SEEN_OFFLINE_MS = 1_000

export async function measurePillar(parts: PillarParts): Promise<PillarMeasures> {
  const { scale, fleet, say } = parts
  const tapping = openTapping()
  const server = await fleet.start()
  const pillar = await startPillar(fleet)
  await tapping.untilOnline(pillar)
  const online = await measureOnline(parts, pillar, tapping)

  say('taps without a line')
  const serverMemory = await memoryUse(server.pid)
  await server.stop()
  await delay(SEEN_OFFLINE_MS)
  const before = await writtenBytes(pillar.program.pid)
  const offline = await tapping.brisk(pillar, scale.taps)
  say(`${scale.manyTaps} taps for a backlog`)
  await tapping.backToBack(pillar, scale.manyTaps - scale.taps)
  const kioskMemory = await memoryUse(pillar.program.pid)
  const notedBytes = (await writtenBytes(pillar.program.pid)) - before
  await pillar.stop()

  const drain = await measureDrain({ ...parts, tapping, notedBytes })
  return { ...online, offline, taps: scale.manyTaps, kioskMemory, serverMemory, drain }
}

async function measureOnline({ folder, scale, fleet, say }: PillarParts, pillar: Pillar, tapping: Tapping) {
  say('taps alone')
  await tapping.brisk(pillar, WARM_TAPS)
  const alone = await tapping.brisk(pillar, scale.taps)
  say('a bare commit and a bare echo')
  const bareCommit = await measureBareCommit(folder, scale.taps)
  const bareEcho = await measureBareEcho(scale.taps)

  say(`taps with ${scale.behindPerSecond} check-ins per second behind`)
  const load = await startForEnd(SCRIPTS.swarm, [JSON.stringify(behindJob(fleet, scale))])
  await delay(scale.warmupMs)
  const underLoad = await tapping.brisk(pillar, scale.taps)
  const behind = loadIn(await load.end())

  say('taps back to back')
  const before = await writtenBytes(pillar.program.pid)
  await tapping.backToBack(pillar, scale.taps)
  await delay(SETTLED_MS)
  const written = (await writtenBytes(pillar.program.pid)) - before
  return { alone, underLoad, behind, bareCommit, bareEcho, bytesPerTap: Math.round(written / scale.taps) }
}

/** Ends when the taps in front of it have ended. */
const BEHIND_MAX_MS = 120_000

const behindJob = (fleet: Fleet, { inFlight, behindPerSecond, cards }: Scale) => ({
  port: fleet.brokerPort,
  pillars: swarmPillars(fleet),
  inFlight,
  warmupMs: 1_000,
  measureMs: BEHIND_MAX_MS,
  cards,
  seed: 99,
  perSecond: behindPerSecond,
})
