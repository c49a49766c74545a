import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Failure } from '@spaarzuil/shared/errors.js'
import type { Queries } from '@spaarzuil/shared/runtime/database.js'
import { days, earlier, instant, type Instant } from '@spaarzuil/shared/time.js'
import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import { Readable } from 'node:stream'
import { Type, type Static } from 'typebox'
import { parseTimeOrNone, PassNumberText, present, Time, Uuid } from '../api/fields.js'
import { answers } from '../api/problem.js'
import { cardSystemByUuid } from '../card-systems/routes.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import { importCards, type CardParts } from './import-cards.js'
import { findCard, lookupsOf, registerCard, replaceCard, setCardStatus, type Card } from './life.js'

export interface CardRouteParts extends CardParts {
  readonly catalogue: Catalogue
}

const Report = Type.Object({
  imported: Type.Integer(),
  unchanged: Type.Integer(),
  faultCount: Type.Integer(),
  faults: Type.Array(Type.Object({ row: Type.Integer(), fault: Type.String() })),
})
const Numbered = { cardSystemId: Uuid, passNumber: PassNumberText }
const ValidFrom = Type.Optional(
  Type.String({ ...Time, description: 'since when it counts, at most 30 days ago; now unless said' }),
)
const CardAnswer = Type.Object({
  id: Uuid,
  passNumber: Type.String({ description: 'masked' }),
  status: Type.Union([Type.Literal('active'), Type.Literal('blocked'), Type.Literal('deleted')]),
  balance: Type.Optional(Type.Integer({ description: 'absent where the card has no holder' })),
})

const shown = (card: Card): Static<typeof CardAnswer> =>
  present({ id: card.uuid, passNumber: card.masked, status: card.status, balance: card.balance })

/** Cards: delivered, registered, blocked, replaced. Numbers come in bodies and go out masked. */
export const cardRoutes =
  (parts: CardRouteParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.addContentTypeParser('text/csv', (_, payload, done) => done(null, payload))
    await app.register(delivery(parts))
    await app.register(life(parts))
    await app.register(balance(parts))
  }

const validFromOf = (text: string | undefined, now: Instant): Instant => {
  const from = parseTimeOrNone(text) ?? now
  if (from < earlier(now, days(LIMITS.redecideDays)) || from > now) {
    throw new Failure('REQUEST_INVALID', `/validFrom lies in the last ${LIMITS.redecideDays} days`)
  }
  return instant(from)
}

const delivery =
  (parts: CardRouteParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/cards/import',
      {
        schema: {
          summary: 'Take a delivery file, "chip";"number" a row; the file is not kept',
          consumes: ['text/csv'],
          querystring: Type.Object(
            {
              cardSystemId: Uuid,
              validFrom: ValidFrom,
              register: Type.Optional(
                Type.Literal('each', { description: 'gives every new card a passholder of its own' }),
              ),
            },
            { additionalProperties: false },
          ),
          response: answers({ 200: Report }),
        },
      },
      async ({ query, body }) => {
        if (!(body instanceof Readable)) {
          throw new Failure('MEDIA_TYPE_FOREIGN', 'Send the file itself, with Content-Type: text/csv')
        }
        const report = await importCards(parts, body, {
          cardSystem: cardSystemByUuid(parts.catalogue, query.cardSystemId),
          validFrom: validFromOf(query.validFrom, parts.clock.now()),
          register: query.register === 'each',
        })
        return { ...report, faults: [...report.faults] }
      },
    )
  }

const life =
  (parts: CardRouteParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const change = async (
      of: { readonly cardSystemId: string; readonly passNumber: string },
      work: (queries: Queries, card: Card, find: (passNumber: string) => Promise<Card>) => Promise<unknown>,
    ): Promise<Static<typeof CardAnswer>> => {
      const cardSystem = cardSystemByUuid(parts.catalogue, of.cardSystemId)
      const card = await parts.writer.transaction(async (queries) => {
        const find = async (passNumber: string) =>
          findCard(queries, parts.lookupKeys, { cardSystem, passNumber })
        await work(queries, await find(of.passNumber), find)
        return find(of.passNumber)
      })
      await parts.redecide.cardsKnown(await lookupsOf(parts.writer, card))
      return shown(card)
    }
    app.post(
      '/cards/register',
      {
        schema: {
          summary: 'Give a card to a new passholder, or to the holder of another card',
          body: Type.Object(
            { ...Numbered, holderOf: Type.Optional(PassNumberText), validFrom: ValidFrom },
            { additionalProperties: false },
          ),
          response: answers({ 200: CardAnswer }),
        },
      },
      async ({ body }) =>
        change(body, async (queries, card, find) => {
          const holderOf = body.holderOf === undefined ? undefined : await find(body.holderOf)
          const from = validFromOf(body.validFrom, parts.clock.now())
          await registerCard(queries, card, { holderOf, from })
        }),
    )
    app.post(
      '/cards/status',
      {
        schema: {
          summary: 'Block a card, let it count again, or delete it; from now on',
          body: Type.Object(
            { ...Numbered, status: CardAnswer.properties.status },
            { additionalProperties: false },
          ),
          response: answers({ 200: CardAnswer }),
        },
      },
      async ({ body }) =>
        change(body, async (queries, card) =>
          setCardStatus(queries, card, { status: body.status, from: parts.clock.now() }),
        ),
    )
    app.post(
      '/cards/replace',
      {
        schema: {
          summary: 'Replace a card by another: the points stay, the old card is deleted',
          body: Type.Object({ ...Numbered, oldPassNumber: PassNumberText }, { additionalProperties: false }),
          response: answers({ 200: CardAnswer }),
        },
      },
      async ({ body }) =>
        change(body, async (queries, card, find) =>
          replaceCard(queries, await find(body.oldPassNumber), { card, from: parts.clock.now() }),
        ),
    )
  }

const balance =
  (parts: CardRouteParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/balance',
      {
        schema: {
          summary: 'The balance of a card; the number goes in the body, so that it is in no URL',
          body: Type.Object(Numbered, { additionalProperties: false }),
          response: answers({ 200: CardAnswer }),
        },
      },
      async ({ body }) => {
        const cardSystem = cardSystemByUuid(parts.catalogue, body.cardSystemId)
        const { passNumber } = body
        return shown(await findCard(parts.writer, parts.lookupKeys, { cardSystem, passNumber }))
      },
    )
  }
