import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import { ClockFinding } from '@spaarzuil/shared/contract/messages.js'
import { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { Empty, IdParams, Uuid } from '../api/fields.js'
import { answers } from '../api/problem.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import { notFound } from '../catalogue/writing.js'
import type { ClockNews } from './clock-news.js'
import type { PillarRecord } from './ports.js'
import type { Rescue } from './rescue.js'

export interface RescueRouteParts {
  readonly catalogue: Pick<Catalogue, 'pillar'>
  readonly rescue: Pick<Rescue, 'deliver'>
  readonly clockNews: Pick<ClockNews, 'take'>
}

const CheckIns = Type.Array(CheckIn, { minItems: 1, maxItems: LIMITS.checkInsPerMessage })
/** As many boots as a journal tells of. */
const Findings = Type.Array(Type.Pick(ClockFinding, ['boot', 'start', 'finding']), {
  minItems: 1,
  maxItems: 50,
})
const RescuedAnswer = Type.Object({
  receipts: Type.Array(Receipt, { description: 'the first of each, for those that were known too' }),
  known: Type.Array(Uuid, { description: 'action ids that had been decided before' }),
  rejected: Type.Array(Type.Object({ actionId: Uuid, code: Type.String() }), {
    description: 'these can never be taken as they are',
  }),
  unanswered: Type.Array(Uuid, { description: 'not decided in time: see the alarms; deliver them again' }),
})

/**
 * How a technician brings the journal of a pillar that cannot send it: first what it knew of its clocks, then its
 * check-ins. Each may be repeated without harm. A full server answers 503 with Retry-After.
 */
export const rescueRoutes =
  ({ catalogue, rescue, clockNews }: RescueRouteParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const pillarOf = (uuid: string): PillarRecord => {
      const pillar = catalogue.pillar(uuid)
      if (pillar === undefined) throw notFound('pillar', uuid)
      return pillar
    }
    app.post(
      '/pillars/:id/rescue/clocks',
      {
        schema: {
          summary: 'Bring what a journal knows of the clocks of its pillar',
          params: IdParams,
          body: Findings,
          response: answers({ 204: Empty }),
        },
      },
      async ({ params, body }, reply) => {
        const pillar = pillarOf(params.id)
        for (const finding of body) await clockNews.take(pillar, { v: 1, kind: 'clock', ...finding })
        return reply.code(204).send(null)
      },
    )
    app.post(
      '/pillars/:id/rescue',
      {
        bodyLimit: LIMITS.checkInsBytes,
        schema: {
          summary: 'Bring check-ins from the journal of a pillar',
          params: IdParams,
          body: CheckIns,
          response: answers({ 200: RescuedAnswer }),
        },
      },
      async ({ params, body }, reply) => {
        try {
          const { receipts, known, rejected, unanswered } = await rescue.deliver(pillarOf(params.id), body)
          return {
            receipts: [...receipts],
            known: [...known],
            rejected: [...rejected],
            unanswered: [...unanswered],
          }
        } catch (error) {
          if (isFailure(error, 'SERVER_BUSY')) {
            reply.header('retry-after', Math.ceil(Number(error.details['retryAfterMs']) / 1_000))
          }
          throw error
        }
      },
    )
  }
