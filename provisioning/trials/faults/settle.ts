import { readJournalState } from './check/read-evidence.js'
import { HONEST } from './line/line.js'
import type { World } from './world/world.js'
import { until } from './world/until.js'

/** Twice the time in which a pillar resends three times. */
const DRAIN_WITHIN_MS = 120_000

/** Everything is made whole, and the pillars have their time to send what they still hold. */
export async function settle(world: World): Promise<void> {
  await world.server.disk.free()
  await world.server.start()
  for (const pillar of world.pillars) {
    pillar.line.behave(HONEST)
    await pillar.disk.free()
    await pillar.machine.setClock(undefined)
    // A new start sends at once what would otherwise wait its turn for minutes.
    await pillar.stop()
    await pillar.start()
  }
  await until(DRAIN_WITHIN_MS, async () => {
    for (const { name, journal } of world.pillars) {
      if ((await readJournalState(name, journal)).unsettled > 0) return false
    }
    return true
  })
  for (const pillar of world.pillars) await pillar.stop()
  await world.server.stop()
}
