import type { Queries } from '@spaarzuil/shared/runtime/database.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import { raiseAlarm } from '../store/alarms.js'
import type { Store } from '../store/store.js'
import type { Tally } from '../tally.js'
import type { Arrived } from './arrived.js'
import { readTaken, type Repeated } from './batch-reads.js'
import { Overtaken, writeDecisions } from './batch-writes.js'
import { decideBatch, type Outcome } from './decide-batch.js'
import { know, place, type Deciding } from './decide-stored.js'
import type { Live } from './live.js'

/** What a pillar is told of one check-in. */
export type Answer =
  | { readonly kind: 'receipt'; readonly receipt: string }
  /** The same id came before, with other content. */
  | { readonly kind: 'rejected' }

export interface CommitParts {
  readonly store: Store
  readonly deciding: Deciding
  readonly clock: Clock
  readonly tally: Tally
  readonly live: Live
}

/** Several servers on one database step on each other's passholders rarely; more often than this it is a bug. */
const ATTEMPTS_MAX = 5

/**
 * Decides a batch in one transaction. Answers come in the order of the batch, when the commit is on storage. Rejects, with
 * nothing written, when the database fails or a check-in cannot be decided.
 */
export async function commitBatch(batch: readonly Arrived[], parts: CommitParts): Promise<readonly Answer[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const done = await parts.store.writer.transaction(async (queries) => decideIn(queries, batch, parts))
      report(done, parts)
      return done.answers
    } catch (error) {
      if (!(error instanceof Overtaken) || attempt >= ATTEMPTS_MAX) throw error
      parts.tally.count('overtaken')
    }
  }
}

type Done = {
  readonly answers: readonly Answer[]
  readonly outcomes: readonly Outcome[]
  readonly ids: readonly number[]
}

async function decideIn(queries: Queries, batch: readonly Arrived[], parts: CommitParts): Promise<Done> {
  const { repeated, nextId } = await readTaken(
    queries,
    batch.map(({ checkIn }) => checkIn.actionId),
  )
  const taken = new Map(repeated)
  const fresh = firstOfEach(batch, taken)
  if (fresh.length === 0)
    return { answers: await answersOf(queries, batch, taken, parts), outcomes: [], ids: [] }
  const placed = await place(queries, fresh, parts.deciding)
  const known = await know(queries, placed, parts.deciding.catalogue)
  const decisions = decideBatch(placed, known, parts.deciding.catalogue)
  const ids = await writeDecisions(queries, decisions, {
    accounts: known.accounts,
    nextId,
    rowsOf: parts.store.rowsOf,
  })
  for (const { placed: one, receipt } of decisions.outcomes) {
    taken.set(one.checkIn.actionId, { contentHash: one.contentHash, receipt })
  }
  return { answers: await answersOf(queries, batch, taken, parts), outcomes: decisions.outcomes, ids }
}

/** The same id may stand in a batch twice, when a pillar sends again what still waits here. */
function firstOfEach(batch: readonly Arrived[], taken: ReadonlyMap<string, Repeated>): readonly Arrived[] {
  const seen = new Set<string>()
  return batch.filter(({ checkIn: { actionId } }) => {
    if (taken.has(actionId) || seen.has(actionId)) return false
    seen.add(actionId)
    return true
  })
}

async function answersOf(
  queries: Queries,
  batch: readonly Arrived[],
  taken: ReadonlyMap<string, Repeated>,
  { clock, tally }: CommitParts,
): Promise<readonly Answer[]> {
  const reused = new Map<number, number>()
  const answers = batch.map(({ checkIn, contentHash, pillar }): Answer => {
    const first = taken.get(checkIn.actionId)
    if (first?.contentHash === contentHash) return { kind: 'receipt', receipt: first.receipt }
    reused.set(pillar.id, (reused.get(pillar.id) ?? 0) + 1)
    return { kind: 'rejected' }
  })
  for (const [pillarId, count] of reused) {
    tally.count('action-id-reused', count)
    const detail = 'an action id came again with other content'
    await raiseAlarm(queries, { kind: 'action-id-reused', pillarId, detail }, clock.now(), count)
  }
  return answers
}

function report({ outcomes, ids, answers }: Done, { tally, live }: CommitParts): void {
  tally.count('batches')
  tally.count('repeated', answers.length - outcomes.length)
  for (const { verdict } of outcomes) {
    tally.count(verdict.kind)
    if (verdict.kind !== 'granted') tally.count(`${verdict.kind}: ${verdict.reason}`)
  }
  if (!live.watched()) return
  live.decided(
    outcomes.flatMap((outcome, index) => {
      const checkInId = ids[index]
      return checkInId === undefined ? [] : [{ checkInId, outcome }]
    }),
  )
}
