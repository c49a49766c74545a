import { Type } from 'typebox'
import { rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'

/** What is wrong with the books; all zero when they are right. */
export interface LedgerFaults {
  /** Passholders whose cached balance is not the sum of their ledger. */
  readonly balances: number
  /** Check-ins whose movements do not add up to what their verdict says. */
  readonly checkIns: number
  /** Check-ins with more than one movement that no correction explains. */
  readonly doubled: number
  /** Uses of a limit that are kept by a check-in without points, or not kept by one with points. */
  readonly limits: number
}

const countRow = rowParser('ledger', Type.Object({ faults: Type.Integer() }))

const BALANCES = `
  SELECT COUNT(*) AS faults FROM passholders AS p
  LEFT JOIN (SELECT passholder_id, SUM(points) AS points FROM ledger WHERE account = 'points' GROUP BY passholder_id) AS l
    ON l.passholder_id = p.id
  WHERE p.balance <> COALESCE(l.points, 0)`

const REVERSED = `EXISTS (SELECT 1 FROM corrections AS r WHERE r.check_in_id = c.id AND r.kind = 'reversed')`

const CHECK_INS = `
  SELECT COUNT(*) AS faults FROM check_ins AS c
  LEFT JOIN (SELECT check_in_id, SUM(points) AS points FROM ledger GROUP BY check_in_id) AS l ON l.check_in_id = c.id
  WHERE COALESCE(l.points, 0) <> CASE WHEN c.verdict = 'granted' AND NOT ${REVERSED} THEN c.points ELSE 0 END`

const DOUBLED = `
  SELECT COUNT(*) AS faults FROM (
    SELECT check_in_id FROM ledger WHERE check_in_id IS NOT NULL AND correction_id IS NULL
    GROUP BY check_in_id HAVING COUNT(*) > 1) AS twice`

const KEPT_LIMITS = `
  SELECT COUNT(*) AS faults FROM check_ins AS c
  WHERE (c.limit_key IS NOT NULL) <> (c.verdict = 'granted' AND NOT ${REVERSED})`

/** Adds up everything, for a test, a restore, or a person who wants to be sure. Reads every row: some seconds per million. */
export async function checkLedger(queries: Queries): Promise<LedgerFaults> {
  const count = async (sql: string): Promise<number> => (await queries.get(sql, [], countRow))?.faults ?? 0
  return {
    balances: await count(BALANCES),
    checkIns: await count(CHECK_INS),
    doubled: await count(DOUBLED),
    limits: await count(KEPT_LIMITS),
  }
}
