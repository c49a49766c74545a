import type { Database, Queries } from '@spaarzuil/shared/runtime/database.js'
import type { Clock, Instant } from '@spaarzuil/shared/time.js'

/** What a person must look at. Each kind is counted per pillar, so that a fault that repeats stays one line. */
export const ALARM_KINDS = [
  'action-id-reused',
  'bug',
  'identity-shared',
  'message-refused',
  'topic-foreign',
] as const
export type AlarmKind = (typeof ALARM_KINDS)[number]

export interface Alarm {
  readonly kind: AlarmKind
  readonly pillarId: number
  /** One of a few fixed sentences or codes: never content of a message. */
  readonly detail: string
}

export async function raiseAlarm(queries: Queries, alarm: Alarm, at: Instant, count = 1): Promise<void> {
  await queries.run(
    `INSERT INTO alarms (kind, pillar_id, detail, count, first_at, last_at) VALUES ($kind, $pillar, $detail, $count, $at, $at)
     ON CONFLICT (kind, pillar_id, detail) DO UPDATE SET count = alarms.count + excluded.count, last_at = excluded.last_at`,
    { $kind: alarm.kind, $pillar: alarm.pillarId, $detail: alarm.detail, $count: count, $at: at },
  )
}

/** Gathers alarms, so that a pillar that sends nonsense by the thousand costs one write a second. */
export interface Alarms {
  raise(alarm: Alarm): void
  /** Writes down what was gathered; what cannot be written is kept for the next time. */
  settle(): Promise<void>
}

/** Kinds and details are few, so this is reached by thousands of pillars at once only; those beyond are counted elsewhere. */
const GATHERED_MAX = 10_000

export function openAlarms(database: Database, clock: Clock): Alarms {
  const gathered = new Map<string, { readonly alarm: Alarm; readonly count: number }>()
  const add = (alarm: Alarm, count: number): void => {
    const key = JSON.stringify([alarm.kind, alarm.pillarId, alarm.detail])
    const before = gathered.get(key)
    if (before === undefined && gathered.size >= GATHERED_MAX) return
    gathered.set(key, { alarm, count: (before?.count ?? 0) + count })
  }
  return {
    raise: (alarm) => {
      add(alarm, 1)
    },
    settle: async () => {
      if (gathered.size === 0) return
      const all = [...gathered.values()]
      gathered.clear()
      try {
        await database.transaction(async (queries) => {
          for (const { alarm, count } of all) await raiseAlarm(queries, alarm, clock.now(), count)
        })
      } catch (error) {
        for (const { alarm, count } of all) add(alarm, count)
        throw error
      }
    },
  }
}
