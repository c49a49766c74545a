import type { Verdict } from '@spaarzuil/shared/check-in/verdict.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import type { Queries } from '@spaarzuil/shared/runtime/database.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { momentCells, undecidedWhy, verdictCells } from './batch-writes.js'
import type { Outcome } from './decide-batch.js'
import type { Standing } from './standing.js'

export type CorrectionKind = 'reversed' | 'decided-again' | 'clock-corrected'

/** A correction as it stands on record: what it was, what it is now, who wanted it and why. */
export interface Correction {
  readonly checkInId: number
  readonly kind: CorrectionKind
  readonly reason: string
  readonly by: string
  readonly before: Verdict
  readonly after: Verdict | { readonly kind: 'reversed' }
  readonly at: Instant
}

export async function writeCorrection(queries: Queries, correction: Correction): Promise<number> {
  const { checkInId, kind, reason, by, before, after, at } = correction
  const { lastId } = await queries.run(
    `INSERT INTO corrections (uuid, check_in_id, kind, reason, made_by, before, after, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [newId(), checkInId, kind, reason, by, JSON.stringify(before), JSON.stringify(after), at],
  )
  return lastId
}

export interface Movement {
  readonly passholderId: number
  readonly points: number
  readonly checkInId: number
  readonly correctionId: number
  readonly at: Instant
}

/** A new line in the ledger and the cached balance with it; nothing is ever taken out. */
export async function writeMovement(queries: Queries, movement: Movement): Promise<void> {
  const { passholderId, points, checkInId, correctionId, at } = movement
  if (points === 0) return
  await queries.run(
    'INSERT INTO ledger (passholder_id, points, check_in_id, correction_id, at) VALUES (?, ?, ?, ?, ?)',
    [passholderId, points, checkInId, correctionId, at],
  )
  const { changes } = await queries.run(
    'UPDATE passholders SET balance = balance + ?, version = version + 1 WHERE id = ?',
    [points, passholderId],
  )
  invariant(changes === 1, 'who has a movement is a passholder')
}

export interface Again {
  readonly checkInId: number
  readonly standing: Standing
  readonly outcome: Outcome
  readonly kind: Exclude<CorrectionKind, 'reversed'>
  readonly at: Instant
}

const REASONS: Readonly<Record<Again['kind'], string>> = {
  'decided-again': 'card, event or key became known',
  'clock-corrected': 'the pillar found out what time it was',
}

/** Another verdict than the one on record. The first receipt stays as it was sent; the next tap tells of new points. */
export async function writeAgain(
  queries: Queries,
  { checkInId, standing, outcome, kind, at }: Again,
): Promise<void> {
  const { verdict, passholderId } = outcome
  const by = 'server'
  const correction = {
    checkInId,
    kind,
    reason: REASONS[kind],
    by,
    before: standing.verdict,
    after: verdict,
    at,
  }
  const correctionId = await writeCorrection(queries, correction)
  const before = standing.verdict.kind === 'granted' ? standing.verdict.points : 0
  const points = (verdict.kind === 'granted' ? verdict.points : 0) - before
  if (points !== 0) {
    invariant(passholderId !== undefined, 'who is granted points is a passholder')
    await writeMovement(queries, { passholderId, points, checkInId, correctionId, at })
  }
  const { event } = outcome
  await queries.run(
    `UPDATE check_ins SET verdict = ?, reason = ?, points = ?, limit_key = ?, event_id = ?, occurrence_start = ?,
       card_id = ?, passholder_id = ?, told = ? WHERE id = ?`,
    [
      ...verdictCells(verdict),
      event.kind === 'event' ? event.facts.id : null,
      event.kind === 'event' ? (event.occurrenceStart ?? null) : null,
      outcome.cardId ?? null,
      passholderId ?? null,
      points === 0 ? 1 : 0,
      checkInId,
    ],
  )
  await writeUndecided(queries, checkInId, outcome)
}

/** The moment is known better, and the verdict stands. */
export async function writeMoment(queries: Queries, checkInId: number, outcome: Outcome): Promise<void> {
  await queries.run('UPDATE check_ins SET moment = ?, moment_until = ? WHERE id = ?', [
    ...momentCells(outcome.placed.moment),
    checkInId,
  ])
}

async function writeUndecided(queries: Queries, checkInId: number, outcome: Outcome): Promise<void> {
  const why = undecidedWhy(outcome)
  if (why === undefined) {
    await queries.run('DELETE FROM undecided WHERE check_in_id = ?', [checkInId])
    return
  }
  const { event, placed } = outcome
  await queries.run('UPDATE undecided SET why = ?, event_cdbid = ?, lookup = ? WHERE check_in_id = ?', [
    why,
    event.kind === 'unknown' ? event.cdbid : null,
    placed.opened.kind === 'opened' ? (placed.opened.lookups[0] ?? null) : null,
    checkInId,
  ])
}
