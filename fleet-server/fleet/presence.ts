import { Type } from 'typebox'
import { Hello, Health } from '@spaarzuil/shared/contract/messages.js'
import { WAITS } from '@spaarzuil/shared/contract/limits.js'
import { Nullable, rowParser, type Database } from '@spaarzuil/shared/runtime/database.js'
import { instant, milliseconds, seconds, type Clock, type Instant } from '@spaarzuil/shared/time.js'
import { Compile } from 'typebox/compile'
import type { PillarRecord } from '../check-ins/ports.js'

/** What is known of a pillar's presence. */
export interface PillarPresence {
  readonly online: boolean
  /** Since when it is online, or not. */
  readonly since: Instant
  readonly heardAt: Instant
  readonly connection: string | undefined
  readonly hello: Hello | undefined
  readonly health: Health | undefined
}

/**
 * Who is there. A broker's word alone is not enough (a last will may come late or never), so a pillar that is not heard of
 * for 45 s is offline whatever the broker believes.
 */
export interface Presence {
  presenceOf(pillarUuid: string): PillarPresence | undefined
  hello(pillar: PillarRecord, hello: Hello): void
  health(pillar: PillarRecord, health: Health): void
  heard(pillar: PillarRecord): void
  /** Goes offline; with a connection id only if that is the one it is online with (a will may outlive its connection). */
  gone(pillar: PillarRecord, connection?: string): void
  /** Marks the silent ones, and writes down what changed. To be called every few seconds. */
  settle(): Promise<void>
  onChange(listener: (pillarUuid: string, presence: PillarPresence) => void): () => void
}

export interface PresenceParts {
  readonly database: Database
  readonly clock: Clock
}

/** How exact the last sign of life is known. */
const HEARD_AGAIN = seconds(1)
const SILENT_AFTER = milliseconds(WAITS.presenceMs)

const presenceRow = rowParser(
  'pillar_presence',
  Type.Object({
    uuid: Type.String(),
    pillar_id: Type.Integer(),
    since: Type.Integer(),
    heard_at: Type.Integer(),
    online: Type.Integer(),
    hello: Nullable(Type.String()),
    health: Nullable(Type.String()),
  }),
)
const helloText = Compile(Hello)
const healthText = Compile(Health)

type Entry = { readonly pillarId: number; readonly presence: PillarPresence }

export async function openPresence({ database, clock }: PresenceParts): Promise<Presence> {
  const entries = new Map<string, Entry>()
  const changed = new Set<string>()
  const listeners = new Set<(pillarUuid: string, presence: PillarPresence) => void>()
  for (const [uuid, entry] of await readEntries(database, clock)) entries.set(uuid, entry)

  const change = ({ id, uuid }: PillarRecord, news: Partial<PillarPresence>): void => {
    const now = clock.now()
    const before = entries.get(uuid)?.presence ?? nobody(now)
    const online = news.online ?? before.online
    const since = online === before.online ? before.since : now
    const presence = { ...before, ...news, online, since }
    entries.set(uuid, { pillarId: id, presence })
    changed.add(uuid)
    const isNews = online !== before.online || news.health !== undefined || news.hello !== undefined
    if (isNews) for (const listener of listeners) listener(uuid, presence)
  }
  /** Called for every message, so what is nearly always true is asked first. */
  const heard = (pillar: PillarRecord): void => {
    const now = clock.now()
    const known = entries.get(pillar.uuid)?.presence
    if (known?.online === true && Math.abs(now - known.heardAt) < HEARD_AGAIN) return
    change(pillar, { heardAt: now, online: true })
  }
  return {
    presenceOf: (uuid) => entries.get(uuid)?.presence,
    hello: (pillar, hello) => {
      change(pillar, { hello, connection: hello.connection, heardAt: clock.now(), online: true })
    },
    health: (pillar, health) => {
      change(pillar, { health, heardAt: clock.now(), online: true })
    },
    heard,
    gone: (pillar, connection) => {
      const current = entries.get(pillar.uuid)?.presence
      if (current?.online !== true) return
      if (connection !== undefined && connection !== current.connection) return
      change(pillar, { online: false })
    },
    settle: async () => {
      const now = clock.now()
      for (const [uuid, { pillarId, presence }] of entries) {
        // A clock that was set back makes nobody silent, and nobody immortal.
        if (presence.online && Math.abs(now - presence.heardAt) > SILENT_AFTER) {
          change({ id: pillarId, uuid, cardSystemId: 0, status: 'active', secretHash: '' }, { online: false })
        }
      }
      await writeEntries(database, entries, changed)
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const nobody = (now: Instant): PillarPresence => ({
  online: false,
  since: now,
  heardAt: now,
  connection: undefined,
  hello: undefined,
  health: undefined,
})

/** After a start nobody is online until heard of. */
async function readEntries(database: Database, clock: Clock): Promise<ReadonlyMap<string, Entry>> {
  const rows = await database.all(
    `SELECT p.uuid, s.pillar_id, s.since, s.heard_at, s.online, s.hello, s.health
     FROM pillar_presence AS s JOIN pillars AS p ON p.id = s.pillar_id`,
    [],
    presenceRow,
  )
  const now = clock.now()
  return new Map(
    rows.map((row) => {
      const hello: unknown = JSON.parse(row.hello ?? 'null')
      const health: unknown = JSON.parse(row.health ?? 'null')
      const presence = {
        online: false,
        since: row.online === 0 ? instant(row.since) : now,
        heardAt: instant(row.heard_at),
        connection: undefined,
        hello: helloText.Check(hello) ? hello : undefined,
        health: healthText.Check(health) ? health : undefined,
      }
      return [row.uuid, { pillarId: row.pillar_id, presence }]
    }),
  )
}

async function writeEntries(
  database: Database,
  entries: ReadonlyMap<string, Entry>,
  changed: Set<string>,
): Promise<void> {
  const rows = [...changed].flatMap((uuid) => {
    const entry = entries.get(uuid)
    if (entry === undefined) return []
    const { online, connection, since, heardAt, hello, health } = entry.presence
    const texts = [
      hello === undefined ? null : JSON.stringify(hello),
      health === undefined ? null : JSON.stringify(health),
    ]
    return [[entry.pillarId, online ? 1 : 0, connection ?? null, since, heardAt, ...texts]]
  })
  const written = [...changed]
  changed.clear()
  if (rows.length === 0) return
  try {
    await writeRows(database, rows)
  } catch (error) {
    // A full disk: what is not written now is written the next time.
    for (const uuid of written) changed.add(uuid)
    throw error
  }
}

async function writeRows(database: Database, rows: readonly unknown[]): Promise<void> {
  await database.run(
    `INSERT INTO pillar_presence (pillar_id, online, connection, since, heard_at, hello, health)
     SELECT row.value ->> 0, row.value ->> 1, row.value ->> 2, row.value ->> 3, row.value ->> 4, row.value ->> 5,
       row.value ->> 6
     FROM json_each(?) AS row WHERE true
     ON CONFLICT (pillar_id) DO UPDATE SET online = excluded.online, connection = excluded.connection,
       since = excluded.since, heard_at = excluded.heard_at, hello = excluded.hello, health = excluded.health`,
    [JSON.stringify(rows)],
  )
}
