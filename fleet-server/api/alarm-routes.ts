import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { rowParser, type Database } from '@spaarzuil/shared/runtime/database.js'
import { instant } from '@spaarzuil/shared/time.js'
import { Type } from 'typebox'
import { Int, MaybeText, Text } from '../catalogue/columns.js'
import { iso, present, Time, Uuid } from './fields.js'
import { answers } from './problem.js'

/** More than a person looks through at once. */
const ALARMS_MAX = 500

const AlarmAnswer = Type.Object({
  kind: Type.String(),
  pillarId: Type.Optional(Uuid),
  pillarName: Type.Optional(Type.String()),
  detail: Type.String(),
  count: Type.Integer(),
  firstAt: Time,
  lastAt: Time,
})
const alarmRow = rowParser(
  'alarms',
  Type.Object({
    kind: Text,
    pillar_uuid: MaybeText,
    pillar_name: MaybeText,
    detail: Text,
    count: Int,
    first_at: Int,
    last_at: Int,
  }),
)

/** What a person must look at. */
export const alarmRoutes =
  ({ reader }: { readonly reader: Database }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/alarms',
      {
        schema: {
          summary: 'What a person must look at, newest first',
          response: answers({ 200: Type.Object({ items: Type.Array(AlarmAnswer) }) }),
        },
      },
      async () => {
        const rows = await reader.all(
          `SELECT a.kind, p.uuid AS pillar_uuid, p.name AS pillar_name, a.detail, a.count, a.first_at, a.last_at
           FROM alarms AS a LEFT JOIN pillars AS p ON p.id = a.pillar_id ORDER BY a.last_at DESC LIMIT ?`,
          [ALARMS_MAX],
          alarmRow,
        )
        return {
          items: rows.map((row) =>
            present({
              kind: row.kind,
              pillarId: row.pillar_uuid ?? undefined,
              pillarName: row.pillar_name ?? undefined,
              detail: row.detail,
              count: row.count,
              firstAt: iso(instant(row.first_at)),
              lastAt: iso(instant(row.last_at)),
            }),
          ),
        }
      },
    )
  }
