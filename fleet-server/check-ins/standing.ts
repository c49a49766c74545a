import { Type } from 'typebox'
import type { Moment } from '@spaarzuil/shared/check-in/facts.js'
import { HELD_REASONS, REFUSAL_REASONS, type Verdict } from '@spaarzuil/shared/check-in/verdict.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { Nullable, rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { instant } from '@spaarzuil/shared/time.js'

/** What is on record of a check-in: the verdict that stands, after all corrections. */
export interface Standing {
  readonly verdict: Verdict
  readonly moment: Moment
  readonly passholderId: number | undefined
  readonly eventId: number | undefined
  /** A person has taken the points back. */
  readonly reversed: boolean
}

const standingRow = rowParser(
  'check_ins',
  Type.Object({
    verdict: Type.Union([Type.Literal('granted'), Type.Literal('refused'), Type.Literal('held')]),
    reason: Nullable(Type.String()),
    points: Type.Integer(),
    limit_key: Nullable(Type.String()),
    passholder_id: Nullable(Type.Integer()),
    event_id: Nullable(Type.Integer()),
    moment: Nullable(Type.Integer()),
    moment_until: Nullable(Type.Integer()),
    reversals: Type.Integer(),
  }),
)
type StandingRow = ReturnType<typeof standingRow>

export async function readStanding(queries: Queries, checkInId: number): Promise<Standing | undefined> {
  const row = await queries.get(
    `SELECT verdict, reason, points, limit_key, passholder_id, event_id, moment, moment_until,
       (SELECT COUNT(*) FROM corrections AS r WHERE r.check_in_id = c.id AND r.kind = 'reversed') AS reversals
     FROM check_ins AS c WHERE c.id = ?`,
    [checkInId],
    standingRow,
  )
  if (row === undefined) return undefined
  return {
    verdict: verdictOf(row),
    moment: momentOf(row),
    passholderId: row.passholder_id ?? undefined,
    eventId: row.event_id ?? undefined,
    reversed: row.reversals > 0,
  }
}

function verdictOf({ verdict, reason, points, limit_key: limitKey }: StandingRow): Verdict {
  if (verdict === 'granted') return { kind: 'granted', points, limitKey: limitKey ?? '' }
  if (verdict === 'refused') {
    const known = REFUSAL_REASONS.find((one) => one === reason)
    invariant(known !== undefined, 'a refusal has a reason of the list')
    return { kind: 'refused', reason: known }
  }
  const known = HELD_REASONS.find((one) => one === reason)
  invariant(known !== undefined, 'what is held has a reason of the list')
  return { kind: 'held', reason: known }
}

function momentOf({ moment, moment_until: until }: StandingRow): Moment {
  if (moment === null) return { kind: 'unknown' }
  return until === null
    ? { kind: 'at', at: instant(moment) }
    : { kind: 'span', from: instant(moment), until: instant(until) }
}
