import { LIMITS, WAITS } from '@spaarzuil/shared/contract/limits.js'
import { milliseconds, type Clock, type Duration } from '@spaarzuil/shared/time.js'
import type { Journal } from '../journal/journal.js'
import type { Awaiting, Ended } from './awaiting.js'
import { openBacklogQueue, type Turn } from './backlog-queue.js'
import { openBell } from './bell.js'
import type { SendBatch } from './forwarder.js'
import type { LaneLine } from './live-lane.js'

/** Sends of a whole batch before its entries are tried one by one: one of them may be what the server chokes on. */
const WHOLE_TRIES = 2
/** Sends of a single entry that got no answer, while others did. */
const SINGLE_TRIES = 5

/** How long to wait for the receipts of a batch, after so many batches that got none. `dice` in [0, 1). */
export function resendDelay(failures: number, dice: number): Duration {
  const doubled = Math.min(WAITS.resendMs * 2 ** Math.min(failures, 20), WAITS.resendMaxMs)
  return milliseconds(Math.round(doubled * (1 + dice / 4)))
}

export type BacklogLane = {
  /** Looks at the journal from the beginning. */
  readonly rescan: () => void
  readonly serverAnswered: () => void
  run(signal: AbortSignal): Promise<void>
}

type Parts = {
  readonly journal: Pick<Journal, 'unsettled' | 'setAside'>
  readonly clock: Clock
  readonly dice: () => number
  readonly awaiting: Awaiting
  readonly line: LaneLine
  readonly isLive: (actionId: string) => boolean
}

/** Everything that has no receipt, oldest first, at most 50 at a time, the next as soon as the receipts are in. */
export function openBacklogLane({ journal, clock, dice, awaiting, line, isLive }: Parts): BacklogLane {
  const bell = openBell()
  const queue = openBacklogQueue({ journal, isLive, batchMax: LIMITS.checkInsPerMessage })
  let failures = 0
  /** Counts answers of the server to anything, to tell a server that is silent from one that is silent about this. */
  let answers = 0

  async function takeTurn(send: SendBatch, turn: Turn): Promise<Ended> {
    const checkIns = turn.entries.map(({ checkIn }) => checkIn)
    const ending = awaiting.wait(
      checkIns.map(({ actionId }) => actionId),
      resendDelay(failures, dice()),
    )
    send('backlog', checkIns)
    return ending
  }
  async function afterTurn(turn: Turn, { left, why }: Ended, signal: AbortSignal): Promise<void> {
    const entries = turn.entries.filter(({ checkIn }) => left.has(checkIn.actionId))
    switch (why) {
      case 'answered':
      case 'offline':
        failures = 0
        return
      case 'busy':
        queue.again({ ...turn, entries })
        await clock.sleep(line.pause, signal)
        return
      case 'late':
        failures = entries.length < turn.entries.length ? 0 : failures + 1
        await judge(turn, entries)
    }
  }
  async function judge(turn: Turn, entries: Turn['entries']): Promise<void> {
    const { alone, answersBefore = answers } = turn
    if (alone) {
      // Silence towards one entry counts only while the server answers others.
      const tries = answers > answersBefore ? turn.tries + 1 : turn.tries
      if (tries < SINGLE_TRIES) queue.putAlone(entries, { tries, answersBefore: answers })
      else
        await journal.setAside(
          entries.map(({ checkIn }) => checkIn.actionId),
          'NO_ANSWER',
        )
    } else if (turn.tries + 1 < WHOLE_TRIES) queue.again({ ...turn, entries, tries: turn.tries + 1 })
    else queue.putAlone(entries, { tries: 0, answersBefore: answers })
  }
  return {
    rescan: () => {
      queue.rescan()
      bell.ring()
    },
    serverAnswered: () => {
      answers += 1
    },
    run: async (signal) => {
      while (!signal.aborted) {
        const turn = line.send === undefined ? undefined : await queue.next()
        // The line may have gone while the journal was read: the turn is found again at the next scan.
        if (turn === undefined || line.send === undefined) await bell.rung(signal)
        else await afterTurn(turn, await takeTurn(line.send, turn), signal)
      }
    },
  }
}
