import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Empty, IdParams, Name, present, Uuid } from '../api/fields.js'
import { answers } from '../api/problem.js'
import { cardSystemByUuid } from '../card-systems/routes.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import type { Counter } from '../catalogue/records.js'
import { cardSystemOf } from '../catalogue/rules-at.js'
import { notFound } from '../catalogue/writing.js'

/** Places of a large organiser: a city with all its branches. */
const LOCATIONS_MAX = 200

const NewCounter = Type.Object(
  {
    cardSystemId: Uuid,
    name: Name,
    organiserId: Type.Optional(Uuid),
    locationIds: Type.Optional(Type.Array(Uuid, { maxItems: LOCATIONS_MAX })),
  },
  { additionalProperties: false },
)
const CounterAnswer = Type.Object({
  id: Uuid,
  cardSystemId: Uuid,
  name: Name,
  organiserId: Type.Optional(Uuid),
  locationIds: Type.Array(Uuid),
  closed: Type.Boolean(),
})

/** The counter of an id, or NOT_FOUND. */
export function counterByUuid(catalogue: Catalogue, uuid: string): Counter {
  const found = catalogue.memory.counters().find((counter) => counter.uuid === uuid)
  if (found === undefined) throw notFound('counter', uuid)
  return found
}

/** Counters: the desks of organisers, to which pillars are assigned. */
export const counterRoutes =
  ({ catalogue }: { readonly catalogue: Catalogue }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const shown = (counter: Counter) =>
      present({
        id: counter.uuid,
        cardSystemId: cardSystemOf(catalogue.memory, counter.cardSystemId).uuid,
        name: counter.name,
        organiserId: counter.organiserId,
        locationIds: [...counter.locationIds],
        closed: counter.to !== undefined,
      })
    app.post(
      '/counters',
      {
        schema: {
          summary: 'Make a counter, with the UiTdatabank ids of who organises and where',
          body: NewCounter,
          response: answers({ 201: CounterAnswer }),
        },
      },
      async ({ body }, reply) => {
        const made = await catalogue.write.addCounter({
          cardSystemUuid: body.cardSystemId,
          name: body.name,
          organiserId: body.organiserId,
          locationIds: body.locationIds ?? [],
        })
        return reply.code(201).send(shown(made))
      },
    )
    app.get(
      '/counters',
      {
        schema: {
          summary: 'All counters, or those of a card system',
          querystring: Type.Object({ cardSystemId: Type.Optional(Uuid) }, { additionalProperties: false }),
          response: answers({ 200: Type.Object({ items: Type.Array(CounterAnswer) }) }),
        },
      },
      ({ query }) => {
        const wanted =
          query.cardSystemId === undefined ? undefined : cardSystemByUuid(catalogue, query.cardSystemId)
        const all = catalogue.memory.counters()
        return {
          items: all.filter((one) => wanted === undefined || one.cardSystemId === wanted.id).map(shown),
        }
      },
    )
    app.get(
      '/counters/:id',
      { schema: { summary: 'One counter', params: IdParams, response: answers({ 200: CounterAnswer }) } },
      ({ params }) => shown(counterByUuid(catalogue, params.id)),
    )
    app.delete(
      '/counters/:id',
      {
        schema: {
          summary: 'Close a counter from now on; what was before stays as it was',
          params: IdParams,
          response: answers({ 204: Empty }),
        },
      },
      async ({ params }, reply) => {
        await catalogue.write.endCounter(params.id)
        return reply.code(204).send(null)
      },
    )
  }
