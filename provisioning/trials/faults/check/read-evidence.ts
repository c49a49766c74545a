import { Type } from 'typebox'
import { Nullable, openDatabase, rowParser, type Database } from '@spaarzuil/shared/runtime/database.js'
import type { InboxRow, JournalState, LedgerRow } from './check.js'

const INBOX = rowParser(
  'check_ins',
  Type.Object({
    action_id: Type.String(),
    verdict: Type.String(),
    reason: Nullable(Type.String()),
    passholder_id: Nullable(Type.Integer()),
    cdbid: Nullable(Type.String()),
    limit_key: Nullable(Type.String()),
    points: Type.Integer(),
  }),
)
const LEDGER = rowParser(
  'ledger',
  Type.Object({
    action_id: Nullable(Type.String()),
    passholder_id: Type.Integer(),
    points: Type.Integer(),
  }),
)
const BALANCE = rowParser('passholders', Type.Object({ id: Type.Integer(), balance: Type.Integer() }))
const ALARM = rowParser(
  'alarms',
  Type.Object({ kind: Type.String(), detail: Type.String(), count: Type.Integer() }),
)
const COUNT = rowParser('count', Type.Object({ count: Type.Integer() }))
const NOTED = rowParser('outcomes', Type.Object({ note: Type.String(), count: Type.Integer() }))
const KEPT = rowParser('kept', Type.Object({ value: Type.String() }))

const BUSY_TIMEOUT_MS = 10_000

async function reading<T>(path: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(path, { readonly: true, busyTimeoutMs: BUSY_TIMEOUT_MS })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

export type ServerBooks = {
  readonly inbox: readonly InboxRow[]
  readonly ledger: readonly LedgerRow[]
  readonly balances: ReadonlyMap<number, number>
  readonly alarms: readonly string[]
}

/** What the server has on record, read from its file and not from its own word. */
export const readServerBooks = async (path: string): Promise<ServerBooks> =>
  reading(path, async (database) => {
    const inbox = await database.all(
      `SELECT c.action_id, c.verdict, c.reason, c.passholder_id, e.cdbid, c.limit_key, c.points
         FROM check_ins c LEFT JOIN events e ON e.id = c.event_id`,
      [],
      INBOX,
    )
    const ledger = await database.all(
      `SELECT c.action_id, l.passholder_id, l.points FROM ledger l LEFT JOIN check_ins c ON c.id = l.check_in_id`,
      [],
      LEDGER,
    )
    const balances = await database.all('SELECT id, balance FROM passholders', [], BALANCE)
    const alarms = await database.all(
      // Honest here: a pillar that is killed again and again looks like two with one identity, and a disk was full.
      "SELECT kind, detail, count FROM alarms WHERE kind <> 'identity-shared' AND detail <> 'DISK_FULL'",
      [],
      ALARM,
    )
    return {
      inbox: inbox.map((row) => ({
        actionId: row.action_id,
        verdict: row.verdict,
        reason: row.reason ?? undefined,
        passholder: row.passholder_id ?? undefined,
        event: row.cdbid ?? undefined,
        limitKey: row.limit_key ?? undefined,
        points: row.points,
      })),
      ledger: ledger.map((row) => ({
        actionId: row.action_id ?? undefined,
        passholder: row.passholder_id,
        points: row.points,
      })),
      balances: new Map(balances.map(({ id, balance }) => [id, balance])),
      alarms: alarms.map(({ kind, detail, count }) => `alarm ${kind}, ${count} times: ${detail}`),
    }
  })

/** What a pillar's journal says about itself. */
export const readJournalState = async (pillar: string, path: string): Promise<JournalState> =>
  reading(path, async (database) => {
    const [open] = await database.all(
      'SELECT count(*) AS count FROM entries WHERE seq NOT IN (SELECT seq FROM outcomes)',
      [],
      COUNT,
    )
    const aside = await database.all(
      "SELECT note, count(*) AS count FROM outcomes WHERE state = 'set-aside' GROUP BY note",
      [],
      NOTED,
    )
    const lost = await database.get("SELECT value FROM kept WHERE name = 'lost'", [], KEPT)
    return {
      pillar,
      unsettled: open?.count ?? 0,
      setAside: Object.fromEntries(aside.map(({ note, count }) => [note, count])),
      damaged: Number(lost?.value ?? 0),
    }
  })
