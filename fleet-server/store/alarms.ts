import type { Queries } from '@spaarzuil/shared/runtime/database.js'
import type { Instant } from '@spaarzuil/shared/time.js'

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
