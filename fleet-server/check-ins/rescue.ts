import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import { Failure, invariant } from '@spaarzuil/shared/errors.js'
import { rowParser, type Database } from '@spaarzuil/shared/runtime/database.js'
import { seconds, type Clock } from '@spaarzuil/shared/time.js'
import type { PillarRecord } from './ports.js'
import type { CheckInBatch, CheckInSource } from './source.js'

/** What became of a batch of rescued check-ins. */
export interface Rescued {
  /** The first receipt of each, for the known ones too. */
  readonly receipts: readonly Receipt[]
  /** Action ids that had been decided before. */
  readonly known: readonly string[]
  /** These can never be taken as they are. */
  readonly rejected: readonly { readonly actionId: string; readonly code: string }[]
  /** Not decided in time: a bug, which has raised an alarm. Nothing is lost by delivering them again. */
  readonly unanswered: readonly string[]
}

/** Check-ins that a technician brings from the journal of a pillar that cannot send them itself. */
export interface Rescue extends CheckInSource {
  /**
   * At most 50 check-ins of one pillar through the same queue and rules as over the broker; may be repeated without harm.
   * Rejects with SERVER_BUSY (`details.retryAfterMs`) when the server has no room for them now, and with PILLAR_INACTIVE
   * when the pillar is blocked or removed.
   */
  deliver(pillar: PillarRecord, checkIns: readonly CheckIn[]): Promise<Rescued>
}

export interface RescueParts {
  readonly reader: Database
  readonly clock: Clock
}

/** A full queue takes two seconds; what is not decided after this never will be. */
const ANSWER_WITHIN = seconds(30)

export function openRescue({ reader, clock }: RescueParts): Rescue {
  let deliver: ((batch: CheckInBatch) => void) | undefined
  return {
    deliverTo: (take) => {
      deliver = take
    },
    deliver: async (pillar, checkIns) => {
      invariant(deliver !== undefined, 'a rescue delivers to somebody')
      if (pillar.status !== 'active') throw inactive(pillar)
      const actionIds = checkIns.map(({ actionId }) => actionId)
      const known = await knownOf(reader, actionIds)
      const answers = await deliverAll({ pillar, checkIns, take: deliver, clock })
      return { known, ...answers }
    },
    [Symbol.asyncDispose]: async () => {
      deliver = undefined
      return Promise.resolve()
    },
  }
}

const inactive = ({ uuid, status }: PillarRecord): Failure =>
  new Failure(
    'PILLAR_INACTIVE',
    `Pillar ${uuid} is ${status}, and nothing is taken from it. If its journal is to be trusted, make it active first.`,
  )

const ROW = rowParser('check_ins', Type.Object({ action_id: Type.String() }))

async function knownOf(reader: Database, actionIds: readonly string[]): Promise<readonly string[]> {
  const places = actionIds.map(() => '?').join(', ')
  const rows = await reader.all(
    `SELECT action_id FROM check_ins WHERE action_id IN (${places})`,
    actionIds,
    ROW,
  )
  return rows.map((row) => row.action_id)
}

interface Delivery {
  readonly pillar: PillarRecord
  readonly checkIns: readonly CheckIn[]
  readonly take: (batch: CheckInBatch) => void
  readonly clock: Clock
}

async function deliverAll({ pillar, checkIns, take, clock }: Delivery): Promise<Omit<Rescued, 'known'>> {
  const waiting = new Set(checkIns.map(({ actionId }) => actionId))
  const receipts = new Map<string, Receipt>()
  const rejected: { readonly actionId: string; readonly code: string }[] = []
  const ended = new AbortController()
  let busyForMs: number | undefined
  const settled = (actionId: string): void => {
    waiting.delete(actionId)
    if (waiting.size === 0) ended.abort()
  }
  take({
    pillarUuid: pillar.uuid,
    lane: 'backlog',
    checkIns,
    back: {
      receipts: (texts) => {
        for (const text of texts) {
          const receipt = receiptIn(text)
          receipts.set(receipt.actionId, receipt)
          settled(receipt.actionId)
        }
      },
      rejected: (code, actionIds) => {
        for (const actionId of actionIds) {
          rejected.push({ actionId, code })
          settled(actionId)
        }
      },
      busy: (retryAfterMs) => {
        busyForMs = retryAfterMs
        ended.abort()
      },
    },
  })
  await clock.sleep(ANSWER_WITHIN, ended.signal)
  if (busyForMs !== undefined) {
    throw new Failure('SERVER_BUSY', 'The server has enough to do now. Deliver the same check-ins again.', {
      details: { retryAfterMs: busyForMs },
    })
  }
  return { receipts: [...receipts.values()], rejected, unanswered: [...waiting] }
}

const receipt = Compile(Receipt)

function receiptIn(text: string): Receipt {
  const value: unknown = JSON.parse(text)
  invariant(receipt.Check(value), 'a stored receipt is a receipt')
  return value
}
