import type { Clock, Duration } from '@spaarzuil/shared/time.js'

/** How waiting for the receipts of a batch ended, and which of them are still missing. */
export type Ended = {
  readonly why: 'answered' | 'late' | 'busy' | 'offline'
  readonly left: ReadonlySet<string>
}

/** The batch of one lane that is in flight. */
export interface Awaiting {
  /** Resolves when every id has its answer, when time is up, or when it is given up. */
  wait(actionIds: readonly string[], patience: Duration): Promise<Ended>
  answered(actionIds: readonly string[]): void
  hasAny(actionIds: readonly string[]): boolean
  giveUp(why: 'busy' | 'offline'): void
}

export function openAwaiting(clock: Clock): Awaiting {
  let left = new Set<string>()
  let end: ((why: Ended['why']) => void) | undefined

  return {
    wait: async (actionIds, patience) => {
      left = new Set(actionIds)
      const over = new AbortController()
      const why = await new Promise<Ended['why']>((resolve) => {
        end = resolve
        void lateAfter(clock, patience, { signal: over.signal, end: resolve })
      })
      end = undefined
      over.abort()
      const missing = left
      left = new Set()
      return { why, left: missing }
    },
    answered: (actionIds) => {
      for (const actionId of actionIds) left.delete(actionId)
      if (left.size === 0) end?.('answered')
    },
    hasAny: (actionIds) => actionIds.some((actionId) => left.has(actionId)),
    giveUp: (why) => {
      end?.(why)
    },
  }
}

async function lateAfter(
  clock: Clock,
  patience: Duration,
  { signal, end }: { readonly signal: AbortSignal; readonly end: (why: Ended['why']) => void },
): Promise<void> {
  await clock.sleep(patience, signal)
  end('late')
}
