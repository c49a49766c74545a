import { randomBytes } from 'node:crypto'
import type { Clock, Instant } from '@spaarzuil/shared/time.js'
import type { CardReader, Reading } from '../ports.js'

/** A hand with cards, in a browser or in a test. */
export type SimulatedHand = {
  /** A card is held against the pillar: upper-case hex, as a reader would give it. */
  cardOn(uid: string): void
  /** Whatever lies on the reader is taken off. Nothing happens when nothing does. */
  cardOff(): void
  /** Two cards at once. */
  twoCardsOn(): void
  /** A card that was gone before it was read. */
  movedTooSoon(): void
  /** A phone: a number that is another one at every touch, as ISO 14443-3 marks it with a first byte 08. */
  phoneOn(): void
}

const NAME = 'simulated reader'

/** A hand is slow; whoever clicks faster than the kiosk listens has no need of more. */
const WAITING_MAX = 16

/** A reader without hardware, for the try-out on a laptop and for tests. */
export function openSimulatedReader(parts: { readonly clock: Clock }): CardReader & SimulatedHand {
  const since: Instant = parts.clock.now()
  const waiting: Reading[] = []
  let wake = (): void => undefined
  let closed = false
  let onReader = false

  const notice = (reading: Reading): void => {
    if (waiting.length < WAITING_MAX) waiting.push(reading)
    wake()
  }
  const cardOn = (uid: string): void => {
    onReader = true
    notice({ kind: 'card', uid, reader: NAME })
  }
  const cardOff = (): void => {
    if (!onReader) return
    onReader = false
    notice({ kind: 'removed', reader: NAME })
  }
  async function* readings(signal: AbortSignal): AsyncIterable<Reading> {
    const ended = (): boolean => closed || signal.aborted
    const stop = (): void => {
      wake()
    }
    signal.addEventListener('abort', stop, { once: true })
    while (!ended()) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
    signal.removeEventListener('abort', stop)
  }

  return {
    readings,
    health: () => [{ kind: 'reader', name: NAME, state: 'ready', sinceMs: since, recoveries: 0 }],
    cardOn,
    cardOff,
    twoCardsOn: () => {
      notice({ kind: 'several', reader: NAME })
    },
    movedTooSoon: () => {
      notice({ kind: 'unreadable', reader: NAME })
    },
    phoneOn: () => {
      cardOn(`08${randomBytes(3).toString('hex').toUpperCase()}`)
    },
    [Symbol.asyncDispose]: async () => {
      closed = true
      wake()
    },
  }
}
