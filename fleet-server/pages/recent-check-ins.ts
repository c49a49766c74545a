import {
  HELD_REASONS,
  REFUSAL_REASONS,
  type HeldReason,
  type RefusalReason,
} from '@spaarzuil/shared/check-in/verdict.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { Nullable, rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import { Type } from 'typebox'

/** A check-in as staff see it. There is no card and no person in it, by construction of the query. */
export interface RecentCheckIn {
  readonly id: number
  readonly pillarId: number
  readonly receivedAt: Instant
  /** When the tap was; undefined while the pillar's clock is unknown. */
  readonly moment: Instant | undefined
  readonly cdbid: string | undefined
  readonly verdict: ShownVerdict
}

export type ShownVerdict =
  | { readonly kind: 'granted'; readonly points: number; readonly takenBack: boolean }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  | { readonly kind: 'held'; readonly reason: HeldReason }

const row = rowParser(
  'check_ins',
  Type.Object({
    id: Type.Integer(),
    pillar_id: Type.Integer(),
    received_at: Type.Integer(),
    moment: Nullable(Type.Integer()),
    moment_until: Nullable(Type.Integer()),
    cdbid: Nullable(Type.String()),
    verdict: Type.String(),
    reason: Nullable(Type.String()),
    points: Type.Integer(),
    reversals: Type.Integer(),
  }),
)

const COLUMNS = `SELECT c.id, c.pillar_id, c.received_at, c.moment, c.moment_until, e.cdbid, c.verdict, c.reason, c.points,
    (SELECT COUNT(*) FROM corrections AS r WHERE r.check_in_id = c.id AND r.kind = 'reversed') AS reversals
  FROM check_ins AS c LEFT JOIN events AS e ON e.id = c.event_id`

/** The newest check-ins at pillars, newest first, as they stand after all corrections. */
export async function readRecent(queries: Queries, max: number): Promise<readonly RecentCheckIn[]> {
  const rows = await queries.all(
    `${COLUMNS} WHERE c.pillar_id IS NOT NULL ORDER BY c.id DESC LIMIT ?`,
    [max],
    row,
  )
  return rows.map(checkInOf)
}

/** The last check-in that each pillar brought, by the pillar's row id. */
export async function readLasts(queries: Queries): Promise<ReadonlyMap<number, RecentCheckIn>> {
  const rows = await queries.all(
    `${COLUMNS} WHERE c.id IN
      (SELECT (SELECT max(l.id) FROM check_ins AS l WHERE l.pillar_id = p.id) FROM pillars AS p)`,
    [],
    row,
  )
  return new Map(rows.map((one) => [one.pillar_id, checkInOf(one)]))
}

const checkInOf = (found: ReturnType<typeof row>): RecentCheckIn => ({
  id: found.id,
  pillarId: found.pillar_id,
  receivedAt: instant(found.received_at),
  moment: found.moment === null || found.moment_until !== null ? undefined : instant(found.moment),
  cdbid: found.cdbid ?? undefined,
  verdict: verdictOf(found),
})

function verdictOf({ verdict, reason, points, reversals }: ReturnType<typeof row>): ShownVerdict {
  if (verdict === 'granted') return { kind: 'granted', points, takenBack: reversals > 0 }
  if (verdict === 'refused') {
    const refusal = REFUSAL_REASONS.find((one) => one === reason)
    invariant(refusal !== undefined, 'a refusal has a reason of the list')
    return { kind: 'refused', reason: refusal }
  }
  const held = HELD_REASONS.find((one) => one === reason)
  invariant(held !== undefined, 'what is held has a reason of the list')
  return { kind: 'held', reason: held }
}
