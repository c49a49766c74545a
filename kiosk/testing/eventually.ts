import { milliseconds } from '@spaarzuil/shared/time.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'

/** Long enough for a machine that does ten other things; a test that needs it all has failed. */
const PATIENCE_MS = 15_000

/** Resolves with what `look` finds as soon as it finds something; rejects with `what` when it never does. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const until = systemClock.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (systemClock.now() > until) throw new Error(`This never happened: ${what}`)
    await systemClock.sleep(milliseconds(5))
  }
}
