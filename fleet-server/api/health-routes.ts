import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import { Type } from 'typebox'
import type { Vitals } from './ports.js'
import { answers } from './problem.js'

const Readiness = Type.Object({
  ready: Type.Boolean(),
  databaseWritable: Type.Boolean(),
  brokerListening: Type.Boolean(),
  waitingCheckIns: Type.Integer(),
  counts: Type.Record(Type.String(), Type.Integer(), {
    description: 'how often since the start, refused messages among them',
  }),
})

/** Health says that the process answers; readiness that it can do its work. */
export const healthRoutes =
  ({ writer, vitals }: { readonly writer: Database; readonly vitals: Vitals }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/health',
      {
        schema: {
          summary: 'Whether the process answers',
          response: answers({ 200: Type.Object({ status: Type.Literal('ok') }) }),
        },
      },
      () => ({ status: 'ok' }) as const,
    )
    app.get(
      '/readiness',
      {
        schema: {
          summary: 'Whether check-ins can be taken: database writable, broker listening',
          response: answers({ 200: Readiness, 503: Readiness }),
        },
      },
      async (_, reply) => {
        const databaseWritable = await isWritable(writer)
        const brokerListening = vitals.brokerListening()
        const ready = databaseWritable && brokerListening
        return reply.code(ready ? 200 : 503).send({
          ready,
          databaseWritable,
          brokerListening,
          waitingCheckIns: vitals.waiting(),
          counts: vitals.counts(),
        })
      },
    )
  }

/** Writes for real: a full disk shows only then. The answer is the answer, so the error is not passed on. */
async function isWritable(writer: Database): Promise<boolean> {
  try {
    await writer.run('UPDATE store SET created_at = created_at', [])
    return true
  } catch {
    return false
  }
}
