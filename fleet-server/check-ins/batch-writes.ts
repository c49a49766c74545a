import { invariant } from '@spaarzuil/shared/errors.js'
import type { Moment } from '@spaarzuil/shared/check-in/facts.js'
import type { Verdict } from '@spaarzuil/shared/check-in/verdict.js'
import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import type { Queries } from '@spaarzuil/shared/runtime/database.js'
import { days, later } from '@spaarzuil/shared/time.js'
import type { Store } from '../store/store.js'
import type { Account, Decisions, Outcome } from './decide-batch.js'

/** What a decided batch writes: one statement per table, rows as JSON. */

type Cell = string | number | null

const CHECK_IN_COLUMNS = [
  'id',
  'action_id',
  'card_system_id',
  'pillar_id',
  'channel',
  'content_hash',
  'received_at',
  'moment',
  'moment_until',
  'event_id',
  'occurrence_start',
  'why',
  'card_id',
  'passholder_id',
  'verdict',
  'reason',
  'points',
  'limit_key',
  'told',
  'receipt',
]

const inserting = (
  table: string,
  columns: readonly string[],
  rowsOf: Store['rowsOf'] = 'json_each',
): string =>
  `INSERT INTO ${table} (${columns.join(', ')})
   SELECT ${columns.map((_, place) => `row.value ->> ${place}`).join(', ')} FROM ${rowsOf}(?) AS row`

const INSERT_CHECK_INS = {
  json_each: inserting('check_ins', CHECK_IN_COLUMNS, 'json_each'),
  jsonb_each: inserting('check_ins', CHECK_IN_COLUMNS, 'jsonb_each'),
}
const INSERT_LEDGER = inserting('ledger', ['passholder_id', 'points', 'check_in_id', 'at'])
const INSERT_UNDECIDED = inserting('undecided', [
  'check_in_id',
  'why',
  'lookup',
  'event_cdbid',
  'boot',
  'content',
  'until',
])

export interface WriteOptions {
  readonly accounts: ReadonlyMap<number, Account>
  readonly nextId: number
  readonly rowsOf: Store['rowsOf']
}

/** Writes what was decided. The ids of the check-ins come back in the order of the outcomes. */
export async function writeDecisions(
  queries: Queries,
  decisions: Decisions,
  { accounts, nextId, rowsOf }: WriteOptions,
): Promise<readonly number[]> {
  const numbered = decisions.outcomes.map((outcome, place) => ({ id: nextId + place, outcome }))
  const rows = numbered.map(({ id, outcome }) => checkInRow(id, outcome, decisions.untold.has(outcome)))
  await queries.run(INSERT_CHECK_INS[rowsOf], [JSON.stringify(rows)])
  await insertRows(queries, INSERT_LEDGER, numbered.flatMap(ledgerRow))
  await insertRows(queries, INSERT_UNDECIDED, numbered.flatMap(undecidedRow))
  await writeBalances(queries, decisions.balances, accounts)
  await markTold(queries, decisions.told)
  return numbered.map(({ id }) => id)
}

async function insertRows(queries: Queries, sql: string, rows: readonly (readonly Cell[])[]): Promise<void> {
  if (rows.length > 0) await queries.run(sql, [JSON.stringify(rows)])
}

type Numbered = { readonly id: number; readonly outcome: Outcome }

/** In the order of CHECK_IN_COLUMNS. */
function checkInRow(id: number, outcome: Outcome, untold: boolean): readonly Cell[] {
  const { placed, verdict, event } = outcome
  const { checkIn, pillar, moment } = placed
  return [
    id,
    checkIn.actionId,
    pillar.cardSystemId,
    pillar.id,
    checkIn.channel,
    placed.contentHash,
    placed.receivedAt,
    ...momentCells(moment),
    event.kind === 'event' ? event.facts.id : null,
    event.kind === 'event' ? (event.occurrenceStart ?? null) : null,
    checkIn.why,
    outcome.cardId ?? null,
    outcome.passholderId ?? null,
    ...verdictCells(verdict),
    untold ? 0 : 1,
    outcome.receipt,
  ]
}

/** Columns `moment` and `moment_until`. */
export function momentCells(moment: Moment): readonly [Cell, Cell] {
  switch (moment.kind) {
    case 'at':
      return [moment.at, null]
    case 'span':
      return [moment.from, moment.until]
    case 'unknown':
      return [null, null]
  }
}

/** Columns `verdict`, `reason`, `points` and `limit_key`. */
export const verdictCells = (verdict: Verdict): readonly [Cell, Cell, Cell, Cell] =>
  verdict.kind === 'granted'
    ? [verdict.kind, null, verdict.points, verdict.limitKey]
    : [verdict.kind, verdict.reason, 0, null]

function ledgerRow({ id, outcome }: Numbered): readonly (readonly Cell[])[] {
  const { verdict, passholderId, placed } = outcome
  if (verdict.kind !== 'granted') return []
  invariant(passholderId !== undefined, 'who is granted points is a passholder')
  return [[passholderId, verdict.points, id, placed.receivedAt]]
}

/** What may be decided again: held ones, unknown cards, and every tap whose clock may yet be corrected. */
function undecidedRow({ id, outcome }: Numbered): readonly (readonly Cell[])[] {
  const { placed, event } = outcome
  const why = undecidedWhy(outcome)
  if (why === undefined) return []
  const { checkIn, opened } = placed
  return [
    [
      id,
      why,
      opened.kind === 'opened' ? (opened.lookups[0] ?? null) : null,
      event.kind === 'unknown' ? event.cdbid : null,
      checkIn.time.boot,
      JSON.stringify(checkIn),
      later(placed.receivedAt, days(LIMITS.redecideDays)),
    ],
  ]
}

export function undecidedWhy({ verdict, placed }: Outcome): string | undefined {
  if (verdict.kind === 'held') return verdict.reason
  if (verdict.kind === 'refused' && verdict.reason === 'card-unknown') return verdict.reason
  return placed.checkIn.time.quality === 'synced' ? undefined : 'clock'
}

/**
 * Compare and set, in order of id: a passholder whose version moved on was decided by somebody else meanwhile, and this
 * batch must be decided again. Throws `Overtaken` then.
 */
export async function writeBalances(
  queries: Queries,
  balances: ReadonlyMap<number, number>,
  accounts: ReadonlyMap<number, Account>,
): Promise<void> {
  if (balances.size === 0) return
  const rows = [...balances]
    .map(([id, balance]) => [id, balance, accounts.get(id)?.version ?? null])
    .toSorted(([a], [b]) => (a ?? 0) - (b ?? 0))
  const { changes } = await queries.run(
    `UPDATE passholders SET balance = new.balance, version = passholders.version + 1
     FROM (SELECT value ->> 0 AS id, value ->> 1 AS balance, value ->> 2 AS version FROM json_each(?)) AS new
     WHERE passholders.id = new.id AND passholders.version = new.version`,
    [JSON.stringify(rows)],
  )
  if (changes !== balances.size) throw new Overtaken()
}

/** Somebody else decided for the same passholder in between; decide again. */
export class Overtaken extends Error {
  constructor() {
    super('A passholder of this batch was decided elsewhere meanwhile')
    this.name = 'Overtaken'
  }
}

async function markTold(queries: Queries, checkInIds: readonly number[]): Promise<void> {
  if (checkInIds.length === 0) return
  await queries.run('UPDATE check_ins SET told = 1 WHERE id IN (SELECT value FROM json_each(?))', [
    JSON.stringify(checkInIds),
  ])
}
