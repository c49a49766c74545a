import type { Clock } from '@spaarzuil/shared/time.js'
import type { Lights, LightSign } from '../ports.js'

/** Lights that are drawn by whoever listens, for the try-out on a laptop. */
export function openSimulatedLights(parts: {
  readonly clock: Clock
  readonly onSign: (sign: LightSign) => void
}): Lights {
  const since = parts.clock.now()
  return {
    show: parts.onSign,
    health: () => [
      { kind: 'lights', name: 'simulated lights', state: 'ready', sinceMs: since, recoveries: 0 },
    ],
    [Symbol.asyncDispose]: async () => {
      parts.onSign('off')
    },
  }
}
