import type { Clock } from '@spaarzuil/shared/time.js'
import type { Sound, ToneSign } from '../ports.js'

/** Tones that are played by whoever listens, for the try-out on a laptop. */
export function openSimulatedSound(parts: {
  readonly clock: Clock
  readonly onTone: (sign: ToneSign) => void
}): Sound {
  const since = parts.clock.now()
  return {
    play: parts.onTone,
    health: () => [{ kind: 'sound', name: 'simulated sound', state: 'ready', sinceMs: since, recoveries: 0 }],
    [Symbol.asyncDispose]: async () => undefined,
  }
}
