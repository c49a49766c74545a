import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'

/** Asks again and again. False when it did not come true within the time. */
export async function until(withinMs: number, isSo: () => Promise<boolean> | boolean): Promise<boolean> {
  const end = performance.now() + withinMs
  for (;;) {
    if (await isSo()) return true
    if (performance.now() > end) return false
    await delay(25)
  }
}
