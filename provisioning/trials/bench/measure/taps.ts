import { setTimeout as delay } from 'node:timers/promises'
import { percentiles } from '../../swarm/percentiles.js'
import { SAMPLE_CARDS, type Pillar } from '../pillar/pillar.js'
import type { Seen } from '../pillar/screen-watch.js'
import type { Latency } from './load.js'

/** From the tap leaving the hand until the screen says so. */
export type TapTimes = {
  readonly read: Latency
  readonly message: Latency
  /** How often each message was shown. */
  readonly states: Readonly<Record<string, number>>
}

/** Visitors in a brisk row: each a moment after the one before has seen the message. */
const PAUSE_MS = 15
/** A card that comes back sooner repeats its last message and makes no check-in (hold-off 3 s); with some room. */
const ROUND_MIN_MS = 3_500

/** Taps with one card after the other, waiting for each message. */
export type Tapping = {
  one(pillar: Pillar): Promise<Seen>
  brisk(pillar: Pillar, count: number): Promise<TapTimes>
  /** As fast as messages come. */
  backToBack(pillar: Pillar, count: number): Promise<TapTimes>
  /** Until a tap is answered by the server: the pillar has its line and program. */
  untilOnline(pillar: Pillar): Promise<void>
}

const ONLINE_WITHIN_TAPS = 60
const BETWEEN_TRIES_MS = 500

export function openTapping(): Tapping {
  const lastTapAt = new Map<number, number>()
  let next = 0

  const tapNext = async (pillar: Pillar): Promise<Seen> => {
    const sample = next % SAMPLE_CARDS
    next += 1
    const wait = (lastTapAt.get(sample) ?? -ROUND_MIN_MS) + ROUND_MIN_MS - performance.now()
    if (wait > 0) await delay(wait)
    const seen = await pillar.screen.tap(sample)
    lastTapAt.set(sample, performance.now())
    return seen
  }
  const series = async (pillar: Pillar, count: number, pauseMs: number): Promise<TapTimes> => {
    const reads: number[] = []
    const messages: number[] = []
    const states: Record<string, number> = {}
    for (let n = 0; n < count; n += 1) {
      const { readMs, messageMs, state } = await tapNext(pillar)
      reads.push(readMs)
      messages.push(messageMs)
      states[state] = (states[state] ?? 0) + 1
      if (pauseMs > 0) await delay(pauseMs)
    }
    return { read: percentiles(reads), message: percentiles(messages), states }
  }
  return {
    one: tapNext,
    brisk: async (pillar, count) => series(pillar, count, PAUSE_MS),
    backToBack: async (pillar, count) => series(pillar, count, 0),
    untilOnline: async (pillar) => {
      await pillar.screen.ready()
      for (let tries = 0; tries < ONLINE_WITHIN_TAPS; tries += 1) {
        const { state } = await tapNext(pillar)
        if (state === 'saved' || state === 'already') return
        await delay(BETWEEN_TRIES_MS)
      }
      throw new Error('No tap was granted: the pillar has no line, or nothing is on')
    },
  }
}
