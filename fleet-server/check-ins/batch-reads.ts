import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { invariant } from '@spaarzuil/shared/errors.js'
import { Nullable, rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { instant } from '@spaarzuil/shared/time.js'
import type { CardHistory } from './card-history.js'
import { usesKey, type Account, type Untold } from './decide-batch.js'

/** What a batch reads, each kind in one statement: a thousand questions cost little more than one. */

export interface Repeated {
  readonly contentHash: string
  readonly receipt: string
}

/** What is on record of these action ids, and the id that the next check-in gets. */
export interface Taken {
  readonly repeated: ReadonlyMap<string, Repeated>
  readonly nextId: number
}

const takenRow = rowParser(
  'check_ins',
  Type.Object({
    next_id: Nullable(Type.Integer()),
    action_id: Nullable(Type.String()),
    content_hash: Nullable(Type.String()),
    receipt: Nullable(Type.String()),
  }),
)

/** Two questions in one, because each way to the database and back waits for everything else that goes on. */
export async function readTaken(queries: Queries, actionIds: readonly string[]): Promise<Taken> {
  const rows = await queries.all(
    `SELECT COALESCE(MAX(id), 0) + 1 AS next_id, NULL AS action_id, NULL AS content_hash, NULL AS receipt
     FROM check_ins
     UNION ALL
     SELECT NULL, c.action_id, c.content_hash, c.receipt
     FROM json_each(?) AS asked JOIN check_ins AS c ON c.action_id = asked.value`,
    [JSON.stringify(actionIds)],
    takenRow,
  )
  const repeated = new Map<string, Repeated>()
  let nextId: number | undefined
  for (const row of rows) {
    const { action_id: actionId, content_hash: contentHash, receipt } = row
    if (row.next_id !== null) nextId = row.next_id
    if (actionId !== null && contentHash !== null && receipt !== null) {
      repeated.set(actionId, { contentHash, receipt })
    }
  }
  invariant(nextId !== undefined, 'an aggregate has a row')
  return { repeated, nextId }
}

const Id = Type.Integer()
const Maybe = Nullable(Type.Integer())
const Status = Type.Union([Type.Literal('active'), Type.Literal('blocked'), Type.Literal('deleted')])
/** In the order of CARDS: lookup and card, then a status, a membership, and the account of its passholder. */
const CardCells = Type.Tuple([
  Type.String(),
  Id,
  Maybe,
  Nullable(Status),
  Maybe,
  Maybe,
  Maybe,
  Maybe,
  Maybe,
  Maybe,
  Maybe,
  Maybe,
  Id,
])
type CardCells = Static<typeof CardCells>

const found = rowParser('card_keys', Type.Object({ found: Type.String() }))
const allCells = Compile(Type.Array(CardCells))

/** One JSON text instead of an object per row: the driver takes a microsecond for every column it hands over. */
const CARDS = (card: string, source: string): string =>
  `SELECT json_group_array(json_array(asked.value, ${card},
     s.id, s.status, s.valid_from, s.valid_to,
     m.id, m.passholder_id, m.valid_from, m.valid_to,
     p.balance, p.version,
     EXISTS (SELECT 1 FROM check_ins AS u WHERE u.passholder_id = m.passholder_id AND u.told = 0))) AS found
   FROM json_each(?) AS asked
   JOIN ${source} = asked.value
   LEFT JOIN card_statuses AS s ON s.card_id = ${card}
   LEFT JOIN memberships AS m ON m.card_id = ${card}
   LEFT JOIN passholders AS p ON p.id = m.passholder_id`
const BY_CHIP = CARDS('k.card_id', 'card_keys AS k ON k.lookup')
const BY_PASS = CARDS('c.id', 'cards AS c ON c.pass_number_key')

async function readCells(
  queries: Queries,
  sql: string,
  lookups: readonly string[],
): Promise<readonly CardCells[]> {
  if (lookups.length === 0) return []
  const row = await queries.get(sql, [JSON.stringify(lookups)], found)
  const cells: unknown = JSON.parse(row?.found ?? '[]')
  invariant(allCells.Check(cells), 'the question for cards gives the cells that are read here')
  return cells
}

export interface KnownCards {
  readonly cards: ReadonlyMap<string, CardHistory>
  readonly accounts: ReadonlyMap<number, Account>
  /** Passholders who have points that they were not told of. */
  readonly untold: ReadonlySet<number>
}

/** Cards with their history and the accounts of all who ever held them. */
export async function readCards(
  queries: Queries,
  lookups: { readonly chip: readonly string[]; readonly pass: readonly string[] },
): Promise<KnownCards> {
  const cells = [
    ...(await readCells(queries, BY_CHIP, lookups.chip)),
    ...(await readCells(queries, BY_PASS, lookups.pass)),
  ]
  const accounts = new Map<number, Account>()
  const untold = new Set<number>()
  const perLookup = new Map<string, CardCells[]>()
  for (const row of cells) {
    const { 0: lookup, 7: passholderId, 10: balance, 11: version, 12: hasUntold } = row
    if (passholderId !== null && balance !== null && version !== null) {
      accounts.set(passholderId, { balance, version })
      if (hasUntold === 1) untold.add(passholderId)
    }
    const others = perLookup.get(lookup)
    if (others === undefined) perLookup.set(lookup, [row])
    else others.push(row)
  }
  const cards = new Map([...perLookup].map(([lookup, ofCard]) => [lookup, historyOf(ofCard)]))
  return { cards, accounts, untold }
}

/** The join gives every status with every membership; both are wanted once, oldest row first. */
function historyOf(rows: readonly CardCells[]): CardHistory {
  const [first] = rows
  invariant(first !== undefined, 'a card that was found has a row')
  const statuses = new Map<number, CardHistory['statuses'][number]>()
  const passholders = new Map<number, CardHistory['passholders'][number]>()
  for (const [, , statusId, status, from, to, memberId, passholderId, memberFrom, memberTo] of rows) {
    if (statusId !== null && status !== null && from !== null) {
      statuses.set(statusId, { value: status, from, to })
    }
    if (memberId !== null && passholderId !== null && memberFrom !== null) {
      passholders.set(memberId, { value: passholderId, from: memberFrom, to: memberTo })
    }
  }
  return { cardId: first[1], statuses: inOrder(statuses), passholders: inOrder(passholders) }
}

const inOrder = <T>(byId: ReadonlyMap<number, T>): readonly T[] =>
  byId.size === 1 ? [...byId.values()] : [...byId].toSorted(([a], [b]) => a - b).map(([, value]) => value)

/** A passholder's use of a limit. */
export interface UseAsk {
  readonly passholderId: number
  readonly eventId: number
  readonly limitKey: string
}

const usesRow = rowParser('check_ins', Type.Object({ place: Type.Integer(), uses: Type.Integer() }))

/** How often each was used, by `usesKey`. */
export async function readUses(
  queries: Queries,
  asked: readonly UseAsk[],
): Promise<ReadonlyMap<string, number>> {
  if (asked.length === 0) return new Map()
  const rows = await queries.all(
    `SELECT asked.key AS place, COUNT(*) AS uses
     FROM json_each(?) AS asked
     JOIN check_ins AS c
       ON c.passholder_id = asked.value ->> 0 AND c.event_id = asked.value ->> 1
       AND c.limit_key = asked.value ->> 2
     GROUP BY asked.key`,
    [JSON.stringify(asked.map(({ passholderId, eventId, limitKey }) => [passholderId, eventId, limitKey]))],
    usesRow,
  )
  return new Map(
    rows.map(({ place, uses }) => {
      const ask = asked[place]
      invariant(ask !== undefined, 'only what was asked for is counted')
      return [usesKey(ask.passholderId, ask.eventId, ask.limitKey), uses]
    }),
  )
}

const allUsesRow = rowParser(
  'check_ins',
  Type.Object({
    passholder_id: Type.Integer(),
    event_id: Type.Integer(),
    limit_key: Type.String(),
    uses: Type.Integer(),
  }),
)

/** All limits that these passholders used: for taps of which only a span is known, which may fall in several periods. */
export async function readAllUses(
  queries: Queries,
  passholderIds: readonly number[],
): Promise<ReadonlyMap<string, number>> {
  if (passholderIds.length === 0) return new Map()
  const rows = await queries.all(
    `SELECT c.passholder_id, c.event_id, c.limit_key, COUNT(*) AS uses
     FROM json_each(?) AS asked JOIN check_ins AS c ON c.passholder_id = asked.value
     WHERE c.limit_key IS NOT NULL AND c.event_id IS NOT NULL
     GROUP BY c.passholder_id, c.event_id, c.limit_key`,
    [JSON.stringify(passholderIds)],
    allUsesRow,
  )
  return new Map(rows.map((row) => [usesKey(row.passholder_id, row.event_id, row.limit_key), row.uses]))
}

const untoldRow = rowParser(
  'check_ins',
  Type.Object({
    id: Type.Integer(),
    passholder_id: Type.Integer(),
    points: Type.Integer(),
    moment: Type.Integer(),
  }),
)

/** Points that were granted late and that nobody has been told of yet. */
export async function readUntold(
  queries: Queries,
  passholderIds: readonly number[],
): Promise<ReadonlyMap<number, Untold>> {
  const untold = new Map<number, Untold>()
  if (passholderIds.length === 0) return untold
  const rows = await queries.all(
    `SELECT c.id, c.passholder_id, c.points, COALESCE(c.moment, c.received_at) AS moment
     FROM json_each(?) AS asked JOIN check_ins AS c ON c.passholder_id = asked.value AND c.told = 0`,
    [JSON.stringify(passholderIds)],
    untoldRow,
  )
  for (const row of rows) {
    const before = untold.get(row.passholder_id)
    untold.set(row.passholder_id, {
      points: (before?.points ?? 0) + row.points,
      since: instant(Math.min(before?.since ?? row.moment, row.moment)),
      checkInIds: [...(before?.checkInIds ?? []), row.id],
    })
  }
  return untold
}
