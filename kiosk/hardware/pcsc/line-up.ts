import type { Clock } from '@spaarzuil/shared/time.js'
import { SETTLING } from './process-terms.js'

/**
 * Which readers pcscd names, and whether that can be believed. libpcsclite 1.9 misses a reader that appears within
 * milliseconds of another (as the two slots of an ACR1252U do): each wait for changes begins by counting the readers
 * anew, and @pokusew/pcsclite lists them before that (src/pcsclite.cpp:201-222). So a list is believed when two reader
 * processes in a row saw the same.
 */
export type LineUp = {
  saw(names: readonly string[]): void
  /** Whether another reader process might know more. */
  secondLookDue(): boolean
  /** The next process begins; `planned` when it was started for the second look. */
  nextProcess(planned: boolean): void
}

export function lineUp(clock: Clock): LineUp {
  let now = ''
  let before: string | undefined
  let changedAt = clock.uptime()
  return {
    saw(names) {
      now = names.toSorted().join('\n')
      changedAt = clock.uptime()
    },
    secondLookDue: () => now !== before && clock.uptime() - changedAt > SETTLING,
    nextProcess(planned) {
      before = planned ? now : undefined
    },
  }
}
