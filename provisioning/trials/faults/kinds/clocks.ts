import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import type { Dice } from '../dice.js'
import type { Pillar } from '../world/pillar.js'
import { whyNoClockJumps } from '../world/machine.js'
import type { Kind } from './kind.js'

const WRONG_MS = [1_500, 3_000] as const
const HOUR_S = 3_600
const DAY_S = 86_400

/** The clock jumps under the running program, or is found wrong by a machine that was just switched on; then it is put right. */
async function wrongFor(pillar: Pillar, dice: Dice, bySeconds: number): Promise<void> {
  if (dice.chance(0.5)) {
    await pillar.kill()
    pillar.machine.reboot()
  }
  await pillar.machine.setClock(bySeconds)
  await pillar.start()
  await delay(dice.between(...WRONG_MS))
  // Sometimes nobody puts it right before the plug is pulled, and the next boot finds the right time.
  if (dice.chance(0.3)) {
    await pillar.kill()
    pillar.machine.reboot()
  }
  await pillar.machine.setClock(undefined)
  await pillar.start()
}

const jump = (name: string, bySeconds: (dice: Dice) => number): Kind => ({
  name,
  whyNot: whyNoClockJumps,
  target: 'pillar',
  strike: async (pillar, dice) => wrongFor(pillar, dice, bySeconds(dice)),
})

export const clockForward = jump('clock-forward', (dice) =>
  dice.one([60, HOUR_S, DAY_S, 40 * DAY_S, 400 * DAY_S]),
)
export const clockBackward = jump('clock-backward', (dice) => -dice.one([60, HOUR_S, DAY_S, 40 * DAY_S]))

/** What a machine without a battery believes after a night without power. */
export const clockAt1970 = jump('clock-1970', (dice) =>
  Math.round(dice.between(1, HOUR_S) - systemClock.now() / 1_000),
)
