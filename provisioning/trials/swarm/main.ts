import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { loadChip, seededDice } from './cards.js'
import { percentiles } from './percentiles.js'
import { openSwarmPillar, type Credentials, type SwarmPillar } from './swarm-pillar.js'

/**
 * A load of check-ins, bounded in time: `main.js JOB` with the job as JSON. Prints one line of JSON with what was
 * answered within the measured time.
 */
type Job = {
  readonly port: number
  readonly pillars: readonly Credentials[]
  readonly inFlight: number
  readonly warmupMs: number
  readonly measureMs: number
  readonly cards: number
  readonly seed: number
  /** Check-ins per second over all pillars; absent: as many as are answered. */
  readonly perSecond?: number
}

const isJob = (value: unknown): value is Job =>
  typeof value === 'object' && value !== null && 'pillars' in value
const job: unknown = JSON.parse(process.argv[2] ?? '{}')
if (!isJob(job)) throw new Error('usage: main.js JOB')
const { pillars, inFlight, warmupMs, measureMs, cards, perSecond } = job

const dice = seededDice(job.seed)
const sentAt = new Map<string, number>()
const latencies: number[] = []
let granted = 0
let busy = 0
const stop = new AbortController()
let measuring = false

const sendOne = (pillar: SwarmPillar): void => {
  if (stop.signal.aborted) return
  const checkIn = pillar.checkIn(loadChip(Math.floor(dice() * cards)))
  sentAt.set(checkIn.actionId, performance.now())
  pillar.send([checkIn], 'live')
}

const open: SwarmPillar[] = []
for (const credentials of pillars) {
  let pillar: SwarmPillar | undefined
  pillar = await openSwarmPillar(credentials, job.port, {
    onReceipts: (receipts) => {
      for (const receipt of receipts) {
        const at = sentAt.get(receipt.actionId)
        if (at === undefined) continue
        sentAt.delete(receipt.actionId)
        if (measuring) {
          latencies.push(performance.now() - at)
          if (receipt.verdict === 'granted') granted += 1
        }
        if (perSecond === undefined && pillar !== undefined) sendOne(pillar)
      }
    },
    onBusy: (actionIds, retryAfterMs) => {
      busy += actionIds.length
      for (const id of actionIds) sentAt.delete(id)
      setTimeout(() => actionIds.forEach(() => pillar !== undefined && sendOne(pillar)), retryAfterMs).unref()
    },
  })
  open.push(pillar)
}

if (perSecond === undefined) {
  for (const pillar of open) for (let n = 0; n < inFlight; n += 1) sendOne(pillar)
} else {
  void trickle(perSecond)
}
// A load behind something else ends when that has ended.
const enough = new AbortController()
process.once('SIGTERM', () => enough.abort())
if (process.send !== undefined) process.send('running')
await delay(warmupMs)
measuring = true
const from = performance.now()
await delay(measureMs, undefined, { signal: enough.signal }).catch(() => undefined)
measuring = false
const tookMs = performance.now() - from
stop.abort()
await delay(1_000)
console.log(
  JSON.stringify({
    perSecond: Math.round((latencies.length / tookMs) * 1000),
    grantedShare: latencies.length === 0 ? 0 : granted / latencies.length,
    unanswered: sentAt.size,
    busy,
    latencyMs: percentiles(latencies),
  }),
)
for (const pillar of open) pillar.close()
process.exit(0)

/** Spreads the load over time in ticks of 10 ms, round robin over the pillars. */
async function trickle(rate: number): Promise<void> {
  const started = performance.now()
  let sent = 0
  while (!stop.signal.aborted) {
    const due = Math.floor(((performance.now() - started) / 1000) * rate)
    for (; sent < due; sent += 1) {
      const pillar = open[sent % open.length]
      if (pillar !== undefined) sendOne(pillar)
    }
    await delay(10)
  }
}
