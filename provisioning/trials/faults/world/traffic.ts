import { setTimeout as delay } from 'node:timers/promises'
import type { Dice } from '../dice.js'
import type { Pillar } from './pillar.js'

/** Visitors: they come to every pillar all the time, whatever happens to it. */
export type Traffic = {
  /** Cards held against readers so far; a number that is not read for want of a kiosk counts, for it may have been. */
  readonly taps: () => number
  readonly tapsAt: (pillar: Pillar) => number
  readonly stop: () => Promise<void>
}

const PAUSE_MS = [40, 240] as const
const NOBODY_THERE_MS = 100
const BURST_MAX = 6
/** Those who come again and again, until a limit is reached. */
const REGULARS = 12

export function startTraffic(
  pillars: readonly Pillar[],
  { dice, cards }: { readonly dice: Dice; readonly cards: number },
): Traffic {
  const counts = new Map<Pillar, number>()
  const closing = new AbortController()
  const tap = async (pillar: Pillar, card: number): Promise<void> => {
    counts.set(pillar, (counts.get(pillar) ?? 0) + 1)
    if (!(await pillar.tap(card))) await delay(NOBODY_THERE_MS)
  }
  const visit = async (pillar: Pillar): Promise<void> => {
    if (dice.chance(0.1)) {
      // A group that queues: card after card without a pause.
      for (let left = dice.between(2, BURST_MAX); left > 0; left -= 1) await tap(pillar, dice.below(cards))
      return
    }
    const card = dice.below(dice.chance(0.4) ? REGULARS : cards)
    await tap(pillar, card)
    // Somebody who is not sure that it worked.
    if (dice.chance(0.1)) await tap(pillar, card)
  }
  const visitors = pillars.map(async (pillar) => {
    while (!closing.signal.aborted) {
      await visit(pillar)
      await delay(dice.between(...PAUSE_MS))
    }
  })
  return {
    taps: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
    tapsAt: (pillar) => counts.get(pillar) ?? 0,
    stop: async () => {
      closing.abort()
      await Promise.all(visitors)
    },
  }
}
