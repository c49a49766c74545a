import { milliseconds, type Duration } from '@spaarzuil/shared/time.js'

/** How long to wait between attempts: `first` after the first failure, doubling, never more than `longest`. */
export type Backoff = { readonly first: Duration; readonly longest: Duration }

/**
 * The pause before the next attempt. Between half and the whole of the doubled time, so that many pillars that lost
 * the same server do not come back in one beat, and one pillar never comes back at once.
 *
 * @param failures attempts that failed in a row, 1 or more
 * @param dice in [0, 1); thrown by the caller
 */
export function backoffDelay(backoff: Backoff, failures: number, dice: number): Duration {
  const doubled = backoff.first * 2 ** Math.max(0, failures - 1)
  const whole = Math.min(doubled, backoff.longest)
  return milliseconds(Math.round(whole / 2 + (whole / 2) * dice))
}
