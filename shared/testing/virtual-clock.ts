import { instant, uptime, type Clock, type Duration, type Instant, type Uptime } from '../time.js'

/** A clock that stands still until the test moves it. The wall clock can be set wrong; uptime cannot. */
export interface VirtualClock extends Clock {
  /** Moves time on, waking every sleeper at its moment. */
  advance(length: Duration): Promise<void>
  /** Sets the wall clock, as a person or a time server would. */
  setWall(to: Instant): void
  /** Awaited between two moments: for a disk or socket that must have answered before time goes on. */
  waitFor(answer: () => Promise<unknown>): void
}

/** Turns of the event loop between two moments: enough for chains of awaits, and for real sockets and disks to answer. */
const TURNS = 2
/** What was answered may ask again: so often within one moment. */
const ROUNDS = 3

export function virtualClock(start: Instant = instant(Date.UTC(2026, 4, 2, 18))): VirtualClock {
  let up = 1_000_000
  let offset = start - up
  let sleepers: readonly { readonly at: number; readonly wake: () => void }[] = []

  let answered = async (): Promise<unknown> => undefined
  const settle = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await answered()
      for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return {
    now: () => instant(up + offset),
    uptime: (): Uptime => uptime(up),
    sleep: async (length, signal) => {
      if (signal?.aborted === true) return
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { at: up + length, wake }
        sleepers = [...sleepers, sleeper]
        signal?.addEventListener('abort', wake, { once: true })
      })
    },
    advance: async (length) => {
      const end = up + length
      for (;;) {
        await settle()
        const next = sleepers.toSorted((one, other) => one.at - other.at)[0]
        if (next === undefined || next.at > end) break
        up = Math.max(up, next.at)
        next.wake()
      }
      up = end
      await settle()
    },
    setWall: (to) => {
      offset = to - up
    },
    waitFor: (answer) => {
      answered = answer
    },
  }
}
