import { setTimeout as delay } from 'node:timers/promises'
import type { Dice } from '../dice.js'
import {
  cuttingMidMessage,
  duplicating,
  losingAnswers,
  refusing,
  reordering,
  silent,
  slow,
} from '../line/behaviours.js'
import { HONEST, type Behaviour } from '../line/line.js'
import type { Pillar } from '../world/pillar.js'
import { until } from '../world/until.js'
import { always, type Kind } from './kind.js'

const BAD_MS = [1_000, 3_000] as const
const CUT_WITHIN_MS = 5_000
/** Longer than the 450 ms after which a pillar says "noted". */
const SLOW_MAX_MS = 900
const REPLAYED_MAX = 40

const onLine = (name: string, strike: (pillar: Pillar, dice: Dice) => Promise<void>): Kind => ({
  name,
  whyNot: always,
  target: 'pillar',
  strike,
})

async function behaveFor(pillar: Pillar, behaviour: Behaviour, ms: number): Promise<void> {
  pillar.line.behave(behaviour)
  await delay(ms)
  pillar.line.behave(HONEST)
}

export const brokerUnreachable = onLine('broker-unreachable', async (pillar, dice) => {
  pillar.line.behave(refusing)
  pillar.line.cut()
  await delay(dice.between(...BAD_MS))
  pillar.line.behave(HONEST)
})

export const cutMidMessage = onLine('line-cut-mid-message', async (pillar, dice) => {
  let cut = false
  const behaviour = cuttingMidMessage(dice.one(['up', 'down']), () => {
    cut = true
  })
  pillar.line.behave(behaviour)
  await until(CUT_WITHIN_MS, () => cut)
  pillar.line.behave(HONEST)
})

/** Ends with what was held up arriving after all, or with the connection gone. */
export const lineSilent = onLine('line-silent', async (pillar, dice) => {
  const behaviour = silent()
  await behaveFor(pillar, behaviour, dice.between(...BAD_MS))
  if (dice.chance(0.5)) behaviour.resume()
  else pillar.line.cut()
})

export const lineSlow = onLine('line-slow', async (pillar, dice) =>
  behaveFor(pillar, slow(dice, SLOW_MAX_MS), dice.between(...BAD_MS)),
)

export const lineDuplicates = onLine('line-duplicates', async (pillar, dice) =>
  behaveFor(pillar, duplicating(dice), dice.between(...BAD_MS)),
)

export const lineLosesAnswers = onLine('line-loses-answers', async (pillar, dice) =>
  behaveFor(pillar, losingAnswers(dice), dice.between(...BAD_MS)),
)

export const lineReorders = onLine('line-reorders', async (pillar, dice) =>
  behaveFor(pillar, reordering(dice), dice.between(...BAD_MS)),
)

/** Messages of this and of earlier boots come again, in any order. */
export const pastReplayed: Kind = {
  name: 'past-replayed',
  whyNot: always,
  target: 'pillar',
  strike: async (pillar, dice, { past }) => {
    for (const message of past.shuffled(pillar.name, REPLAYED_MAX, dice)) {
      if (!pillar.line.inject(message)) await delay(50)
      await delay(dice.between(0, 20))
    }
  },
}
