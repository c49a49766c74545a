import { setTimeout as delay } from 'node:timers/promises'
import type { Dice } from '../dice.js'
import { refusing } from '../line/behaviours.js'
import { HONEST } from '../line/line.js'
import type { Pillar } from '../world/pillar.js'

/** Time for a few visitors to be told "noted" before it strikes. */
const DARK_MS = [300, 1_500] as const

/**
 * Half of what happens to a pillar happens while its server is out of reach: what was noted then stands in its journal and
 * nowhere else in the world.
 */
export async function perhapsInTheDark(
  pillar: Pillar,
  dice: Dice,
  strike: () => Promise<void>,
): Promise<void> {
  if (dice.chance(0.5)) {
    await strike()
    return
  }
  pillar.line.behave(refusing)
  pillar.line.cut()
  await delay(dice.between(...DARK_MS))
  try {
    await strike()
  } finally {
    pillar.line.behave(HONEST)
  }
}
