import { until } from '../world/until.js'
import type { World } from '../world/world.js'

/** Longer than a pillar takes to come back after it lost its server twice. */
const AT_WORK_WITHIN_MS = 4_000

/** A server that nobody has found again since the last fault has nothing to lose: wait until it grants something. */
export async function atWork({ witness }: World): Promise<void> {
  const saved = (): number => witness.shown().findLastIndex(({ message }) => message === 'saved')
  const before = saved()
  await until(AT_WORK_WITHIN_MS, () => saved() > before)
}
