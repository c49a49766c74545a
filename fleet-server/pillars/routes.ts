import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import { Type } from 'typebox'
import { IdParams, Name, Uuid } from '../api/fields.js'
import type { Commands } from '../fleet/commands.js'
import { answers } from '../api/problem.js'
import { cardSystemByUuid } from '../card-systems/routes.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import { DEFAULT_PILLAR_SETTINGS, PillarSettings, type Pillar } from '../catalogue/records.js'
import { notFound } from '../catalogue/writing.js'
import { hashOfSecret, newSecret } from './secret.js'
import { readStatuses } from './status.js'
import { currentSettings, PillarAnswer, pillarAnswer, SettingsAnswer } from './view.js'

export interface PillarParts {
  readonly catalogue: Catalogue
  readonly reader: Database
  readonly clock: Clock
  readonly commands: Pick<Commands, 'send'>
}

/** Counters that share one pillar: the desks of one building. */
const COUNTERS_MAX = 50

const NewPillar = Type.Object(
  {
    cardSystemId: Uuid,
    name: Name,
    counterIds: Type.Optional(Type.Array(Uuid, { maxItems: COUNTERS_MAX })),
    settings: Type.Optional(Type.Partial(PillarSettings)),
  },
  { additionalProperties: false },
)
const CommandResult = Type.Enum(['done', 'expired', 'unknown', 'failed', 'offline', 'no-answer'])
const MadePillar = Type.Object({
  id: Uuid,
  secret: Type.String({ description: 'shown this once; only its hash is kept' }),
})

export function pillarByUuid(catalogue: Catalogue, uuid: string): Pillar {
  const found = catalogue.pillar(uuid)
  if (found === undefined) throw notFound('pillar', uuid)
  return found
}

/** Pillars: made, seen, assigned, set and blocked. Pins, roster and explanations have files of their own. */
export const pillarRoutes =
  (parts: PillarParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    await app.register(makeAndSee(parts))
    await app.register(assignAndBlock(parts))
    await app.register(change(parts))
  }

const shower =
  (catalogue: Catalogue, reader: Database, clock: Clock) =>
  async (pillar: Pillar): Promise<PillarAnswer> => {
    const statuses = await readStatuses(reader, pillar.id)
    return pillarAnswer(catalogue, pillar, clock.now(), { status: statuses.get(pillar.id) })
  }

const makeAndSee =
  ({ catalogue, reader, clock }: PillarParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const shown = shower(catalogue, reader, clock)
    app.post(
      '/pillars',
      {
        schema: {
          summary: 'Make a pillar; its secret is shown this once',
          body: NewPillar,
          response: answers({ 201: MadePillar }),
        },
      },
      async ({ body }, reply) => {
        const secret = newSecret()
        const made = await catalogue.write.addPillar({
          cardSystemUuid: body.cardSystemId,
          name: body.name,
          secretHash: hashOfSecret(secret),
          settings: { ...DEFAULT_PILLAR_SETTINGS, ...body.settings },
        })
        if (body.counterIds !== undefined) await catalogue.write.assign(made.uuid, body.counterIds)
        return reply.code(201).send({ id: made.uuid, secret })
      },
    )
    app.get(
      '/pillars',
      {
        schema: {
          summary: 'All pillars, with the event each counts for and why, and how they are',
          querystring: Type.Object({ cardSystemId: Type.Optional(Uuid) }, { additionalProperties: false }),
          response: answers({ 200: Type.Object({ items: Type.Array(PillarAnswer) }) }),
        },
      },
      async ({ query }) => {
        const wanted =
          query.cardSystemId === undefined ? undefined : cardSystemByUuid(catalogue, query.cardSystemId).id
        const statuses = await readStatuses(reader)
        const now = clock.now()
        const items = catalogue
          .pillars()
          .filter(({ cardSystemId }) => wanted === undefined || cardSystemId === wanted)
          .map((pillar) => pillarAnswer(catalogue, pillar, now, { status: statuses.get(pillar.id) }))
        return { items }
      },
    )
    app.get(
      '/pillars/:id',
      { schema: { summary: 'One pillar', params: IdParams, response: answers({ 200: PillarAnswer }) } },
      async ({ params }) => shown(pillarByUuid(catalogue, params.id)),
    )
  }

const assignAndBlock =
  ({ catalogue, reader, clock }: PillarParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const shown = shower(catalogue, reader, clock)
    app.put(
      '/pillars/:id/counters',
      {
        schema: {
          summary: 'Assign a pillar to exactly these counters, from now on',
          params: IdParams,
          body: Type.Object(
            { counterIds: Type.Array(Uuid, { maxItems: COUNTERS_MAX }) },
            { additionalProperties: false },
          ),
          response: answers({ 200: PillarAnswer }),
        },
      },
      async ({ params, body }) => shown(await catalogue.write.assign(params.id, body.counterIds)),
    )
    app.put(
      '/pillars/:id/status',
      {
        schema: {
          summary: 'Block a pillar (stolen, broken), let it in again, or remove it for good',
          params: IdParams,
          body: Type.Object({ status: PillarAnswer.properties.status }, { additionalProperties: false }),
          response: answers({ 200: PillarAnswer }),
        },
      },
      async ({ params, body }) => shown(await catalogue.write.setStatus(params.id, body.status)),
    )
  }

const change =
  ({ catalogue, commands }: PillarParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/pillars/:id/settings',
      {
        schema: {
          summary: 'What is wanted of a pillar',
          params: IdParams,
          response: answers({ 200: SettingsAnswer }),
        },
      },
      ({ params }) => currentSettings(pillarByUuid(catalogue, params.id)),
    )
    app.patch(
      '/pillars/:id/settings',
      {
        schema: {
          summary: 'Change some settings; an empty help line takes it away',
          params: IdParams,
          body: Type.Partial(
            Type.Object({
              ...PillarSettings.properties,
              helpLine: Type.String({ maxLength: 200 }),
            }),
            { additionalProperties: false },
          ),
          response: answers({ 200: SettingsAnswer }),
        },
      },
      async ({ params, body }) => {
        const { helpLine, ...settings } = { ...currentSettings(pillarByUuid(catalogue, params.id)), ...body }
        const wanted = helpLine === undefined || helpLine === '' ? settings : { ...settings, helpLine }
        return currentSettings(await catalogue.write.setSettings(params.id, wanted))
      },
    )
    app.post(
      '/pillars/:id/commands',
      {
        schema: {
          summary:
            'Let a pillar show itself (identify) or start again; answers when the pillar has, within 35 s',
          params: IdParams,
          body: Type.Object(
            { command: Type.Union([Type.Literal('identify'), Type.Literal('restart')]) },
            { additionalProperties: false },
          ),
          response: answers({ 200: Type.Object({ result: CommandResult }) }),
        },
      },
      async ({ params, body }) => {
        const pillar = pillarByUuid(catalogue, params.id)
        return { result: await commands.send(pillar.uuid, body.command) }
      },
    )
  }
