/** Wakes one loop that has nothing to do. A ring while nobody listens is heard by the next who does. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring, or when the signal aborts. */
  rung(signal: AbortSignal): Promise<void>
}

export function openBell(): Bell {
  let wake: (() => void) | undefined
  let missed = false
  return {
    ring: () => {
      if (wake === undefined) missed = true
      else wake()
    },
    rung: async (signal) => {
      if (missed || signal.aborted) {
        missed = false
        return
      }
      await new Promise<void>((resolve) => {
        const up = (): void => {
          wake = undefined
          signal.removeEventListener('abort', up)
          resolve()
        }
        wake = up
        signal.addEventListener('abort', up, { once: true })
      })
    },
  }
}
