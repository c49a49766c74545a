import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { milliseconds, type Clock, type Duration } from '@spaarzuil/shared/time.js'
import type { Journal } from '../journal/journal.js'
import { openAwaiting } from './awaiting.js'
import { openBacklogLane } from './backlog-lane.js'
import { openLiveLane } from './live-lane.js'

export type SendBatch = (lane: 'live' | 'backlog', checkIns: readonly CheckIn[]) => void

/**
 * Brings the journal's entries to the server: fresh taps at once in one lane, everything else oldest first in the
 * other, one batch of each in flight. Nothing leaves the journal here; what got no receipt is sent again, for ever.
 */
export interface Forwarder {
  online(send: SendBatch): void
  offline(): void
  /** A tap that was just journalled, and whose visitor waits. */
  live(checkIn: CheckIn): void
  /** These have their receipt, or were set aside. */
  answered(actionIds: readonly string[]): void
  /** The server is full: not before `retryAfter`. */
  holdBack(actionIds: readonly string[], retryAfter: Duration): void
  /** Entries became unsettled again. */
  rescan(): void
  run(signal: AbortSignal): Promise<void>
}

export type ForwarderParts = {
  readonly journal: Pick<Journal, 'unsettled' | 'setAside'>
  readonly clock: Clock
  /** In [0, 1). */
  readonly dice: () => number
}

export function openForwarder({ journal, clock, dice }: ForwarderParts): Forwarder {
  const awaiting = { live: openAwaiting(clock), backlog: openAwaiting(clock) }
  const line = { send: undefined as SendBatch | undefined, pause: milliseconds(0) }
  const live = openLiveLane({ clock, awaiting: awaiting.live, line, handOver: () => backlog.rescan() })
  const backlog = openBacklogLane({
    journal,
    clock,
    dice,
    awaiting: awaiting.backlog,
    line,
    isLive: live.has,
  })

  const giveUp = (): void => {
    awaiting.live.giveUp('offline')
    awaiting.backlog.giveUp('offline')
  }
  return {
    online: (send) => {
      line.send = send
      backlog.rescan()
      live.wake()
    },
    offline: () => {
      line.send = undefined
      live.clear()
      giveUp()
    },
    live: live.put,
    answered: (actionIds) => {
      backlog.serverAnswered()
      awaiting.live.answered(actionIds)
      awaiting.backlog.answered(actionIds)
    },
    holdBack: (actionIds, retryAfter) => {
      line.pause = retryAfter
      for (const lane of [awaiting.live, awaiting.backlog]) if (lane.hasAny(actionIds)) lane.giveUp('busy')
    },
    rescan: backlog.rescan,
    run: async (signal) => {
      signal.addEventListener('abort', giveUp, { once: true })
      await Promise.all([live.run(signal), backlog.run(signal)])
    },
  }
}
