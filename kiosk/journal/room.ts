import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import { days, earlier, type Instant } from '@spaarzuil/shared/time.js'
import type { Parts } from './entries.js'

/** At the limit so many settled entries leave at once: making room is then one delete in a hundred taps. */
const ROOM_MADE = 100
/** Settled entries past their age leave in portions that no tap has to wait for. */
const OLD_REMOVED = 500

/** Removes settled entries past their 30 days. */
export async function removeOld(parts: Parts, now: Instant): Promise<void> {
  const before = earlier(now, days(LIMITS.settledDays))
  const removed = await removeSettled(parts, { where: 'at_ms < ?', params: [before], max: OLD_REMOVED })
  if (removed === OLD_REMOVED) await removeOld(parts, now)
}

/** At the limit the oldest settled entries make room; where there are none, JOURNAL_FULL: the visitor must be told. */
export async function makeRoom(parts: Parts, limit: number): Promise<void> {
  await parts.settling.flush()
  await removeSettled(parts, { where: 'true', params: [], max: ROOM_MADE })
  if (parts.known.total < limit) return
  throw new Failure(
    'JOURNAL_FULL',
    `The journal holds ${parts.known.total} check-ins without a receipt; at most ${limit} are kept. ` +
      'It empties when the pillar reaches its server again.',
  )
}

async function removeSettled(
  { database, known }: Parts,
  which: { readonly where: string; readonly params: readonly number[]; readonly max: number },
): Promise<number> {
  const { where, params, max } = which
  const { changes } = await database.run(
    `DELETE FROM entries WHERE seq IN
       (SELECT seq FROM outcomes WHERE state = 'settled' AND ${where} ORDER BY seq LIMIT ${max})`,
    params,
  )
  known.total -= changes
  known.settled -= changes
  return changes
}
