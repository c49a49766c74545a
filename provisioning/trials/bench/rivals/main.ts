import type { Client } from 'aedes'
import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { parseUp } from '@spaarzuil/shared/contract/codec.js'
import type { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import { openDatabase, type Database } from '@spaarzuil/shared/runtime/database.js'
import { NAIVE_TABLES } from '../fill/fill-naive.js'
import { openRival } from './broker.js'
import { naiveCard } from './naive-card.js'

/**
 * What the fleet server is measured against, in the same run on the same machine:
 * `main.js echo` answers check-ins at once and stores nothing; `main.js naive DATABASE` opens the seal, inserts check-in
 * and ledger line in batches, reads the balance, and answers after the commit: the same pipe without a single rule.
 */
const [mode, path] = process.argv.slice(2)
const BATCH_MAX = 1_000
const ACTION_ID = /"actionId":"([0-9a-f-]{36})"/

if (mode === 'echo') await echo()
else if (mode === 'naive' && path !== undefined) await naive(path)
else throw new Error('usage: main.js echo | naive DATABASE')

function ready(port: number): void {
  console.log(JSON.stringify({ port }))
}

async function echo(): Promise<void> {
  const rival = await openRival((client, pillarId, payload) => {
    const actionId = ACTION_ID.exec(payload.toString('utf8'))?.[1] ?? ''
    const receipts: Receipt[] = [{ actionId, verdict: 'granted', points: 1, balance: 1 }]
    rival.send(client, pillarId, { v: 1, kind: 'receipts', storeEpoch: rival.epoch, receipts })
  })
  ready(rival.port)
}

type Waiting = {
  readonly client: Client
  readonly pillarId: string
  readonly checkIn: CheckIn
  readonly card: string
}

async function naive(file: string): Promise<void> {
  const database = await openDatabase(file, { busyTimeoutMs: 1_000, cacheKiB: 64 * 1024 })
  await database.exec(NAIVE_TABLES)
  const queue: Waiting[] = []
  let working = false
  const rival = await openRival((client, pillarId, payload) => {
    void take(client, pillarId, payload)
  })
  const take = async (client: Client, pillarId: string, payload: Buffer): Promise<void> => {
    const message = parseUp('check-ins', payload)
    if (message?.kind !== 'check-ins') return
    for (const checkIn of message.checkIns) {
      const { seal, actionId, time, occurrence } = checkIn
      const opens =
        rival.unsealer.remembered(seal, pillarId) ?? (await rival.unsealer.prepare(seal, pillarId))
      const number = opens(seal, { purpose: 'check-in', actionId, time, occurrence })
      const chip = number.kind === 'chip' ? number.chip : number.passNumber
      queue.push({
        client,
        pillarId,
        checkIn,
        card: naiveCard(chip),
      })
    }
    if (!working) void work()
  }
  const work = async (): Promise<void> => {
    working = true
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH_MAX)
      const balances = await store(database, batch)
      batch.forEach(({ client, pillarId, checkIn }, index) => {
        const balance = balances[index] ?? 1
        const receipts: Receipt[] = [{ actionId: checkIn.actionId, verdict: 'granted', points: 1, balance }]
        rival.send(client, pillarId, { v: 1, kind: 'receipts', storeEpoch: rival.epoch, receipts })
      })
    }
    working = false
  }
  ready(rival.port)
}

async function store(database: Database, batch: readonly Waiting[]): Promise<readonly number[]> {
  const rows = JSON.stringify(
    batch.map(({ pillarId, checkIn, card }) => [
      checkIn.actionId,
      pillarId,
      card,
      checkIn.occurrence?.eventId ?? null,
      checkIn.time.wallMs,
    ]),
  )
  return database.transaction(async (queries) => {
    await queries.run(
      `INSERT INTO check_ins (action_id, pillar, card, event, at)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)`,
      [rows],
    )
    await queries.run(
      `INSERT INTO ledger (card, points, at) SELECT value ->> 2, 1, value ->> 4 FROM json_each(?)`,
      [rows],
    )
    await queries.run(
      `INSERT INTO balances (card, points) SELECT value ->> 2, 1 FROM json_each(?) WHERE true
       ON CONFLICT (card) DO UPDATE SET points = balances.points + 1`,
      [rows],
    )
    return queries.all(
      `SELECT coalesce(b.points, 0) AS points FROM json_each(?) j LEFT JOIN balances b ON b.card = j.value ->> 2 ORDER BY j.key`,
      [rows],
      (row) => Number(row['points']),
    )
  })
}
