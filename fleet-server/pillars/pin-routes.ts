import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Clock } from '@spaarzuil/shared/time.js'
import { Type, type Static } from 'typebox'
import { By, Empty, IdParams, parseTimeOrNone, Time, Uuid } from '../api/fields.js'
import { answers } from '../api/problem.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import { holdsAt } from '../catalogue/dated.js'
import { pillarByUuid } from './routes.js'
import { PinAnswer, pinAnswer } from './view.js'

const NewPin = Type.Object(
  {
    eventId: Type.String({ ...Uuid, description: 'CDBID; the event need not be known yet' }),
    by: By,
    counterId: Type.Optional(Uuid),
    from: Type.Optional(Time),
    until: Type.Optional(Time),
  },
  { additionalProperties: false },
)
const NewEntry = Type.Object(
  { ...NewPin.properties, from: Time, until: Time },
  { additionalProperties: false },
)
const Level = Type.Union([Type.Literal('administrator'), Type.Literal('counter')])
const LevelParams = Type.Object({ id: Uuid, level: Level }, { additionalProperties: false })
const EntryParams = Type.Object({ id: Uuid, entryId: Uuid }, { additionalProperties: false })
const ByQuery = Type.Object({ by: By }, { additionalProperties: false })

const wantedPin = (body: Static<typeof NewPin>) => ({
  counterUuid: body.counterId,
  eventId: body.eventId,
  chosenBy: body.by,
  startsAt: parseTimeOrNone(body.from),
  endsAt: parseTimeOrNone(body.until),
})

export interface PinParts {
  readonly catalogue: Catalogue
  readonly clock: Clock
}

/** Pins of both levels, and the roster: pins planned ahead. Each is ended and made anew, never changed. */
export const pinRoutes =
  ({ catalogue, clock }: PinParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.put(
      '/pillars/:id/pins/:level',
      {
        schema: {
          summary: 'Pin an event; it takes the place of the pin on this level',
          params: LevelParams,
          body: NewPin,
          response: answers({ 200: PinAnswer }),
        },
      },
      async ({ params, body }) =>
        pinAnswer(
          catalogue,
          await catalogue.write.pin(params.id, { level: params.level, ...wantedPin(body) }),
        ),
    )
    app.delete(
      '/pillars/:id/pins/:level',
      {
        schema: {
          summary: 'End the pin of a level: the choice is automatic again',
          params: LevelParams,
          querystring: ByQuery,
          response: answers({ 204: Empty }),
        },
      },
      async ({ params, query }, reply) => {
        await catalogue.write.endPin(params.id, { level: params.level }, query.by)
        return reply.code(204).send(null)
      },
    )
    await app.register(rosterRoutes({ catalogue, clock }))
  }

const rosterRoutes =
  ({ catalogue, clock }: PinParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/pillars/:id/roster',
      {
        schema: {
          summary: 'What is planned, from now on',
          params: IdParams,
          response: answers({ 200: Type.Object({ items: Type.Array(PinAnswer) }) }),
        },
      },
      ({ params }) => {
        const now = clock.now()
        const entries = pillarByUuid(catalogue, params.id)
          .pins.filter((pin) => pin.level === 'roster' && holdsAt(pin, now) && (pin.endsAt ?? now) >= now)
          .toSorted((a, b) => a.startsAt - b.startsAt)
        return { items: entries.map((pin) => pinAnswer(catalogue, pin)) }
      },
    )
    app.post(
      '/pillars/:id/roster',
      {
        schema: {
          summary: 'Plan an event for a time',
          params: IdParams,
          body: NewEntry,
          response: answers({ 201: PinAnswer }),
        },
      },
      async ({ params, body }, reply) => {
        const made = await catalogue.write.pin(params.id, { level: 'roster', ...wantedPin(body) })
        return reply.code(201).send(pinAnswer(catalogue, made))
      },
    )
    app.delete(
      '/pillars/:id/roster/:entryId',
      {
        schema: {
          summary: 'Take a planned event away',
          params: EntryParams,
          querystring: ByQuery,
          response: answers({ 204: Empty }),
        },
      },
      async ({ params, query }, reply) => {
        await catalogue.write.endPin(params.id, { pinUuid: params.entryId }, query.by)
        return reply.code(204).send(null)
      },
    )
  }
