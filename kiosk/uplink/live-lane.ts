import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { LIMITS, WAITS } from '@spaarzuil/shared/contract/limits.js'
import { milliseconds, type Clock, type Duration } from '@spaarzuil/shared/time.js'
import type { Awaiting, Ended } from './awaiting.js'
import { openBell } from './bell.js'
import type { SendBatch } from './forwarder.js'

/** Visitors who stand waiting are few; what goes beyond is taken from the journal. */
const WAITING_MAX = 200
/** A batch without a receipt by then no longer holds up the taps behind it; the backlog brings it again. */
const PATIENCE = milliseconds(1_000)

/** What both lanes know of the line: nothing is sent while `send` is undefined. */
export type LaneLine = { send: SendBatch | undefined; pause: Duration }

export type LiveLane = {
  readonly put: (checkIn: CheckIn) => void
  /** Whether it is with this lane: the backlog then leaves it alone. */
  readonly has: (actionId: string) => boolean
  readonly wake: () => void
  /** The line is gone: what waits is left to the backlog. */
  readonly clear: () => void
  run(signal: AbortSignal): Promise<void>
}

type Parts = {
  readonly clock: Clock
  readonly awaiting: Awaiting
  readonly line: LaneLine
  /** The backlog is to look again. */
  readonly handOver: () => void
}

/** Fresh taps, sent at once: all that wait go in the next batch. */
export function openLiveLane({ clock, awaiting, line, handOver }: Parts): LiveLane {
  const bell = openBell()
  const held = new Set<string>()
  let waiting: readonly CheckIn[] = []

  function letGo(actionIds: Iterable<string>): void {
    for (const actionId of actionIds) held.delete(actionId)
    handOver()
  }
  /** Not before the time at which it would be sent again anyway. */
  async function giveToBacklog({ left, why }: Ended, signal: AbortSignal): Promise<void> {
    if (why === 'late') await clock.sleep(milliseconds(WAITS.resendMs - PATIENCE), signal)
    if (why === 'busy') await clock.sleep(line.pause, signal)
    letGo(left)
  }
  async function sendBatch(send: SendBatch, signal: AbortSignal): Promise<void> {
    const batch = waiting.slice(0, LIMITS.checkInsPerMessage)
    waiting = waiting.slice(batch.length)
    const actionIds = batch.map(({ actionId }) => actionId)
    const ending = awaiting.wait(actionIds, PATIENCE)
    send('live', batch)
    const ended = await ending
    for (const actionId of actionIds) if (!ended.left.has(actionId)) held.delete(actionId)
    if (ended.left.size > 0) void giveToBacklog(ended, signal)
  }
  return {
    put: (checkIn) => {
      if (line.send === undefined || waiting.length >= WAITING_MAX) {
        handOver()
        return
      }
      held.add(checkIn.actionId)
      waiting = [...waiting, checkIn]
      bell.ring()
    },
    has: (actionId) => held.has(actionId),
    wake: () => {
      bell.ring()
    },
    clear: () => {
      const left = waiting.map(({ actionId }) => actionId)
      waiting = []
      letGo(left)
    },
    run: async (signal) => {
      while (!signal.aborted) {
        if (line.send === undefined || waiting.length === 0) await bell.rung(signal)
        else await sendBatch(line.send, signal)
      }
    },
  }
}
