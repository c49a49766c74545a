import { Health, Hello } from '@spaarzuil/shared/contract/messages.js'
import { rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import { Type, type Static } from 'typebox'
import { Int, jsonColumn, MaybeInt, MaybeText } from '../catalogue/columns.js'

/** The last that is known of a pillar. */
export interface PillarStatusNow {
  readonly online: boolean
  readonly since: Instant | undefined
  readonly heardAt: Instant | undefined
  readonly version: string | undefined
  readonly health: Health | undefined
  readonly lastCheckIn: LastCheckIn | undefined
}
export interface LastCheckIn {
  readonly actionId: string
  readonly receivedAt: Instant
  readonly moment: Instant | undefined
  readonly verdict: string
}

export const NEVER_HEARD: PillarStatusNow = {
  online: false,
  since: undefined,
  heardAt: undefined,
  version: undefined,
  health: undefined,
  lastCheckIn: undefined,
}

const StatusRow = Type.Object({
  pillar_id: Int,
  online: MaybeInt,
  since: MaybeInt,
  heard_at: MaybeInt,
  hello: MaybeText,
  health: MaybeText,
  action_id: MaybeText,
  received_at: MaybeInt,
  moment: MaybeInt,
  verdict: MaybeText,
})
const statusRow = rowParser('pillars', StatusRow)
const helloOf = jsonColumn('pillar_presence.hello', Type.Object({ version: Hello.properties.version }))
/** Of the last health only what is shown: an older pillar may have said less. */
const healthOf = jsonColumn('pillar_presence.health', Health)

/** Presence, health and last check-in of all pillars, or of one, by row id. */
export async function readStatuses(
  queries: Queries,
  pillarId?: number,
): Promise<ReadonlyMap<number, PillarStatusNow>> {
  const rows = await queries.all(
    `SELECT p.id AS pillar_id, s.online, s.since, s.heard_at, s.hello, s.health,
       c.action_id, c.received_at, c.moment, c.verdict
     FROM pillars AS p
     LEFT JOIN pillar_presence AS s ON s.pillar_id = p.id
     LEFT JOIN check_ins AS c ON c.id = (SELECT max(l.id) FROM check_ins AS l WHERE l.pillar_id = p.id)
     WHERE ?1 IS NULL OR p.id = ?1`,
    [pillarId ?? null],
    statusRow,
  )
  return new Map(rows.map((row) => [row.pillar_id, statusOf(row)]))
}

const statusOf = (row: Static<typeof StatusRow>): PillarStatusNow => ({
  online: row.online === 1,
  since: at(row.since),
  heardAt: at(row.heard_at),
  version: row.hello === null ? undefined : helloOf(row.hello).version,
  health: row.health === null ? undefined : healthOf(row.health),
  lastCheckIn:
    row.action_id === null || row.received_at === null
      ? undefined
      : {
          actionId: row.action_id,
          receivedAt: instant(row.received_at),
          moment: at(row.moment),
          verdict: row.verdict ?? '',
        },
})

const at = (ms: number | null): Instant | undefined => (ms === null ? undefined : instant(ms))
