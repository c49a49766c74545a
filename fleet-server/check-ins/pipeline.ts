import { setImmediate as nextTurn } from 'node:timers/promises'
import { Failure } from '@spaarzuil/shared/errors.js'
import { milliseconds, seconds } from '@spaarzuil/shared/time.js'
import { raiseAlarm } from '../store/alarms.js'
import { sendAnswers, sendBusy } from './answers.js'
import { commitBatch, type CommitParts } from './commit-batch.js'
import { openIntake, type Waiting } from './intake.js'
import type { SealOpener } from './open-seals.js'
import type { PillarRecord } from './ports.js'
import { openFairQueue } from './queue.js'
import type { CheckInBatch } from './source.js'

export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface PipelineLimits {
  /** Check-ins in one transaction: more would save little, and make the last one wait. */
  readonly batch: number
  /** Check-ins that wait, of all pillars: two seconds of work, some 20 MB. */
  readonly waiting: number
  /** Of one pillar: more than it has in flight (two lanes of 50), and little enough that it cannot fill the queue. */
  readonly waitingPerPillar: number
}
export const PIPELINE_LIMITS: PipelineLimits = { batch: 1_000, waiting: 20_000, waitingPerPillar: 500 }

export interface PipelineParts extends CommitParts {
  readonly seals: SealOpener
  readonly log: Log
  readonly limits?: PipelineLimits | undefined
}

/** Check-ins in, receipts back. What was answered is committed; what is not answered will be sent again. */
export interface Pipeline extends AsyncDisposable {
  take(batch: CheckInBatch): void
  /** Check-ins that wait for their decision. */
  waiting(): number
}

/** While disk or database fail, trying more often only fills the log. */
const PAUSE_AFTER_FAILURE = seconds(1)
const RETRY_AFTER_FAILURE_MS = 5_000
const RETRY_MIN_MS = 1_000
const RETRY_SPREAD_MS = 2_000
/** How often a stopping pipeline looks whether the last seals are open. */
const STOP_POLL = milliseconds(10)

export function openPipeline(parts: PipelineParts): Pipeline {
  const { clock, tally, log } = parts
  const { catalogue } = parts.deciding
  const limits = parts.limits ?? PIPELINE_LIMITS
  const queue = openFairQueue<Waiting>()
  const intake = openIntake({ seals: parts.seals, catalogue, clock })
  const stopping = new AbortController()
  const bell = openBell()
  let opening = 0

  const put = ({ lane, pillarUuid }: CheckInBatch, items: readonly Waiting[]): void => {
    queue.put({ lane, pillarId: pillarUuid, items })
    bell.ring()
  }
  const putLater = async (batch: CheckInBatch, pillar: PillarRecord): Promise<void> => {
    opening += batch.checkIns.length
    try {
      put(batch, await intake.openLater(batch, pillar))
    } catch (error) {
      await reportBug(error, pillar, parts)
    } finally {
      opening -= batch.checkIns.length
    }
  }
  const isFull = ({ pillarUuid, checkIns }: CheckInBatch): boolean =>
    queue.size() + opening + checkIns.length > limits.waiting ||
    queue.sizeOf(pillarUuid) + checkIns.length > limits.waitingPerPillar

  const take = (batch: CheckInBatch): void => {
    const { pillarUuid, checkIns, back } = batch
    const pillar = catalogue.pillar(pillarUuid)
    if (pillar?.status !== 'active') {
      tally.count('check-ins-of-inactive-pillar', checkIns.length)
      return
    }
    if (stopping.signal.aborted || isFull(batch)) {
      tally.count('busy', checkIns.length)
      // The fuller, the later. The pillar adds its own jitter.
      const fullness = Math.min(1, (queue.size() + opening) / limits.waiting)
      back.busy(
        Math.round(RETRY_MIN_MS + RETRY_SPREAD_MS * fullness),
        checkIns.map(({ actionId }) => actionId),
      )
      return
    }
    const items = intake.openNow(batch, pillar)
    if (items === undefined) void putLater(batch, pillar)
    else put(batch, items)
  }

  const run = async (): Promise<void> => {
    for (;;) {
      const items = queue.take(limits.batch).flatMap((message) => message.items)
      if (items.length > 0) await decideAll(items, parts, stopping.signal)
      else if (!stopping.signal.aborted) await bell.wait()
      else if (opening === 0) return
      else await clock.sleep(STOP_POLL)
    }
  }
  const running = run().catch((error: unknown) => {
    // The decider is the heart of the server: without it the process must end and be started again.
    log.error({ err: error }, 'Deciding stopped')
    throw error
  })
  return {
    take,
    waiting: () => queue.size() + opening,
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      bell.ring()
      await running
      // The last answers were put off by one turn.
      await nextTurn()
    },
  }
}

/** Wakes the one who waits; a ring that nobody heard is heard by the next who waits. */
function openBell(): { ring(): void; wait(): Promise<void> } {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring: () => {
      rung = true
      wake?.()
    },
    wait: async () => {
      if (!rung) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      rung = false
      wake = undefined
    },
  }
}

/** One check-in that cannot be decided must not be in the way of the others: halving finds it in ten steps. */
async function decideAll(items: readonly Waiting[], parts: PipelineParts, stop: AbortSignal): Promise<void> {
  try {
    const answers = await commitBatch(
      items.map(({ arrived }) => arrived),
      parts,
    )
    // Behind the first statements of the next transaction, so that the database does not wait for the sending.
    setImmediate(() => {
      sendAnswers(items, answers)
    })
  } catch (error) {
    const [only] = items
    if (error instanceof Failure) await putOff(items, error, { ...parts, stop })
    else if (items.length === 1 && only !== undefined) await reportBug(error, only.arrived.pillar, parts)
    else {
      const half = Math.ceil(items.length / 2)
      await decideAll(items.slice(0, half), parts, stop)
      await decideAll(items.slice(half), parts, stop)
    }
  }
}

async function putOff(
  items: readonly Waiting[],
  failure: Failure,
  { tally, log, clock, stop }: PipelineParts & { readonly stop: AbortSignal },
): Promise<void> {
  tally.count(failure.code)
  log.error({ err: failure }, 'Check-ins cannot be stored; the pillars keep them')
  sendBusy(items, RETRY_AFTER_FAILURE_MS)
  await clock.sleep(PAUSE_AFTER_FAILURE, stop)
}

/** Its pillar gets no answer and keeps it: a person must look, and nothing is lost meanwhile. */
async function reportBug(error: unknown, pillar: PillarRecord, parts: PipelineParts): Promise<void> {
  const { tally, log, store, clock } = parts
  tally.count('bug')
  log.error({ err: error, pillar: pillar.uuid }, 'A check-in could not be decided because of a bug')
  const alarm = { kind: 'bug', pillarId: pillar.id, detail: 'a check-in cannot be decided' } as const
  try {
    await raiseAlarm(store.writer, alarm, clock.now())
  } catch (cause) {
    log.error({ err: cause }, 'An alarm could not be written')
  }
}
