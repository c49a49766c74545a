import { setTimeout as delay } from 'node:timers/promises'
import { whyNoDisks } from '../disk/disks.js'
import { until } from '../world/until.js'
import { atWork } from './at-work.js'
import { perhapsInTheDark } from './dark.js'
import { always, type Kind } from './kind.js'

/** How long a program stays dead, at most. */
const DEAD_MS = 600
/** Effects of the start itself, and of some dozens of taps. */
const EFFECTS_MAX = 400
/** Visitors bring that many effects about within this time. */
const CRASH_WITHIN_MS = 12_000

export const pillarKilled: Kind = {
  name: 'pillar-kill',
  whyNot: always,
  target: 'pillar',
  strike: async (pillar, dice) =>
    perhapsInTheDark(pillar, dice, async () => {
      await pillar.kill()
      await delay(dice.between(0, DEAD_MS))
      await pillar.start()
    }),
}

/** The pillar ends itself between two effects: what was shown just before counts, what comes after never happens. */
export const pillarKilledBetweenEffects: Kind = {
  name: 'pillar-kill-between-effects',
  whyNot: always,
  target: 'pillar',
  strike: async (pillar, dice) =>
    perhapsInTheDark(pillar, dice, async () => {
      await pillar.kill()
      const ended = pillar.endedByItself()
      pillar.orderCrash(dice.between(1, EFFECTS_MAX))
      await pillar.start()
      await until(CRASH_WITHIN_MS, () => pillar.endedByItself() > ended)
      await pillar.start()
    }),
}

export const serverKilled: Kind = {
  name: 'server-kill',
  whyNot: always,
  target: 'server',
  strike: async (world, dice) => {
    const { server } = world
    await atWork(world)
    await server.kill()
    await delay(dice.between(0, DEAD_MS))
    await server.start()
  },
}

export const pillarPowerCut: Kind = {
  name: 'pillar-power-cut',
  whyNot: whyNoDisks,
  target: 'pillar',
  strike: async (pillar, dice) =>
    perhapsInTheDark(pillar, dice, async () => {
      await pillar.disk.cutPower(pillar)
      pillar.machine.reboot()
      await delay(dice.between(0, DEAD_MS))
      await pillar.start()
    }),
}

export const serverPowerCut: Kind = {
  name: 'server-power-cut',
  whyNot: whyNoDisks,
  target: 'server',
  strike: async (world, dice) => {
    const { server } = world
    await atWork(world)
    await server.disk.cutPower(server)
    await delay(dice.between(0, DEAD_MS))
    await server.start()
  },
}
