import { setTimeout as delay } from 'node:timers/promises'
import type { Disk } from '../disk/disks.js'
import { whyNoDisks } from '../disk/disks.js'
import type { Dice } from '../dice.js'
import { atWork } from './at-work.js'
import { perhapsInTheDark } from './dark.js'
import type { Kind } from './kind.js'

const FULL_MS = [500, 3_000] as const

async function fullFor(disk: Disk, dice: Dice): Promise<void> {
  await disk.fill()
  await delay(dice.between(...FULL_MS))
  await disk.free()
}

export const pillarDiskFull: Kind = {
  name: 'pillar-disk-full',
  whyNot: whyNoDisks,
  target: 'pillar',
  strike: async (pillar, dice) =>
    perhapsInTheDark(pillar, dice, async () => {
      await fullFor(pillar.disk, dice)
      await pillar.start()
    }),
}

export const serverDiskFull: Kind = {
  name: 'server-disk-full',
  whyNot: whyNoDisks,
  target: 'server',
  strike: async (world, dice) => {
    const { server } = world
    await atWork(world)
    await fullFor(server.disk, dice)
    await server.start()
  },
}
