import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Type } from 'typebox'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { openApi } from '../../../cli/api.js'
import { shell } from '../disk/shell.js'
import { RESTORE } from '../world/built.js'
import type { World } from '../world/world.js'
import { always, type Kind } from './kind.js'

/** Older ones are removed, as a rotation of backups would. */
const BACKUPS_KEPT = 3
const TAPS_IN_BETWEEN_MS = [500, 3_000] as const

/** Back to a backup: what came in since is gone from the server, and must come again from the pillars. */
export const serverRestored: Kind = {
  name: 'server-restored',
  whyNot: always,
  target: 'server',
  strike: async (world, dice) => {
    const { server, witness } = world
    const backups = await backUp(world)
    await delay(dice.between(...TAPS_IN_BETWEEN_MS))
    if (dice.chance(0.5)) await server.kill()
    else await server.stop()
    await shell(process.execPath, RESTORE, dice.one(backups), server.stateFolder)
    await forgetStatesBefore(server.stateFolder)
    witness.restored()
    await server.start()
  },
}

async function backUp({ folder, server }: World): Promise<readonly string[]> {
  const backups = join(folder, 'backups')
  const made = join(backups, `${systemClock.now()}-${newId().slice(0, 8)}`)
  await openApi(server.url).post('/api/v1/backups', { folder: made }, Type.Object({ madeAt: Type.String() }))
  const known = (await readdir(backups)).toSorted().map((name) => join(backups, name))
  for (const old of known.slice(0, -BACKUPS_KEPT)) await rm(old, { recursive: true })
  return known.slice(-BACKUPS_KEPT)
}

/** A restore keeps the state that stood before; hundreds of them would fill the disk. */
async function forgetStatesBefore(stateFolder: string): Promise<void> {
  const kept = (await readdir(stateFolder)).filter((name) => name.startsWith('before-restore-')).toSorted()
  for (const name of kept.slice(0, -1)) await rm(join(stateFolder, name), { recursive: true })
}
