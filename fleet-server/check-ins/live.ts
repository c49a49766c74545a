import type { Outcome } from './decide-batch.js'

/** A decision as it is made: for the page on which staff watch. Holds no card and no person. */
export interface Decided {
  readonly checkInId: number
  readonly outcome: Outcome
}

export interface Live {
  /** Returns how to stop listening. Listeners must be quick: the next batch waits for them. */
  onDecided(listener: (decided: readonly Decided[]) => void): () => void
  decided(decided: readonly Decided[]): void
  /** False while nobody watches: then nothing needs to be gathered. */
  watched(): boolean
}

export function openLive(): Live {
  const listeners = new Set<(decided: readonly Decided[]) => void>()
  return {
    onDecided: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    decided: (decided) => {
      for (const listener of listeners) listener(decided)
    },
    watched: () => listeners.size > 0,
  }
}
