import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import { Type } from 'typebox'
import { IdParams, isoOrNone, iso, Name, parseTimeOrNone, present, Time, Uuid } from '../api/fields.js'
import { answers } from '../api/problem.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import { notFound } from '../catalogue/writing.js'
import { readSkipped, SkippedAnswer } from '../events/skipped.js'
import { pillarByUuid } from './routes.js'
import { EventNow, eventNow, occurrenceAnswer } from './view.js'

/** Skipped events told with an explanation, newest first: whose they are is not known, so no more than a look. */
const SKIPPED_SHOWN = 100

const Occurrence = EventNow.properties.event.properties
const ExplanationAnswer = Type.Object({
  pillarId: Uuid,
  name: Name,
  at: Time,
  strict: Type.Boolean(),
  counters: Type.Array(Name),
  chosen: EventNow,
  candidates: Type.Array(Type.Object({ ...Occurrence, own: Type.Boolean() })),
  rejected: Type.Array(
    Type.Object({
      eventId: Uuid,
      title: Type.Optional(Type.String()),
      reason: Type.String(),
      opens: Type.Optional(Time),
      closes: Type.Optional(Time),
    }),
  ),
  moreRejected: Type.Integer(),
  elsewhere: Type.Integer({ description: 'events not organised by, and not located at, the counters' }),
  skippedAtImport: Type.Array(SkippedAnswer),
})

/** Why a pillar counts for an event at a moment, with all that was considered. */
export const explainRoutes =
  (parts: {
    readonly catalogue: Catalogue
    readonly reader: Database
    readonly clock: Clock
  }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { catalogue, reader, clock } = parts
    app.get(
      '/pillars/:id/explain',
      {
        schema: {
          summary: 'The chosen event and why, every candidate, every rejected event and why',
          params: IdParams,
          querystring: Type.Object({ at: Type.Optional(Time) }, { additionalProperties: false }),
          response: answers({ 200: ExplanationAnswer }),
        },
      },
      async ({ params, query }) => {
        const pillar = pillarByUuid(catalogue, params.id)
        const explanation = catalogue.explainAt(pillar.uuid, parseTimeOrNone(query.at) ?? clock.now())
        if (explanation === undefined) throw notFound('pillar', params.id)
        return {
          pillarId: pillar.uuid,
          name: pillar.name,
          at: iso(explanation.at),
          strict: explanation.strict,
          counters: [...explanation.counters],
          chosen: eventNow(explanation, 'nl'),
          candidates: explanation.candidates.map((one) => ({ ...occurrenceAnswer(one), own: one.own })),
          rejected: explanation.rejected.map(({ eventId, title, reason, window }) =>
            present({
              eventId,
              title,
              reason,
              opens: isoOrNone(window?.from),
              closes: isoOrNone(window?.until),
            }),
          ),
          moreRejected: explanation.moreRejected,
          elsewhere: explanation.elsewhere,
          skippedAtImport: await readSkipped(reader, pillar.cardSystemId, SKIPPED_SHOWN),
        }
      },
    )
  }
