import type { Reading } from '../../ports.js'

/**
 * Nobody stands behind a queue of cards: what is older than this belongs to people who have walked on, so the oldest
 * goes and the newest, of who stands there now, stays. Nothing is lost by it that was ever shown as read.
 */
export const READINGS_MAX = 8

export type ReadingQueue = {
  put(reading: Reading): void
  /** Ends when the signal aborts. One loop at a time. */
  readings(signal: AbortSignal): AsyncIterable<Reading>
}

/** @param dropped hears how many readings had to go so far */
export function readingQueue(dropped: (count: number) => void): ReadingQueue {
  const waiting: Reading[] = []
  let droppedSoFar = 0
  let wake = (): void => undefined
  return {
    put(reading) {
      if (waiting.length >= READINGS_MAX) {
        waiting.shift()
        dropped(++droppedSoFar)
      }
      waiting.push(reading)
      wake()
    },
    async *readings(signal) {
      const stopped = (): void => wake()
      signal.addEventListener('abort', stopped, { once: true })
      try {
        while (!signal.aborted) {
          const reading = waiting.shift()
          if (reading !== undefined) yield reading
          else await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        signal.removeEventListener('abort', stopped)
      }
    },
  }
}
