import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { LookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import { instant } from '@spaarzuil/shared/time.js'
import { Type, type Static } from 'typebox'
import {
  By,
  IdParams,
  iso,
  isoOrNone,
  parseTimeOrNone,
  PassNumberText,
  present,
  Time,
  Uuid,
} from '../api/fields.js'
import { answers } from '../api/problem.js'
import { cardSystemByUuid } from '../card-systems/routes.js'
import { findCard } from '../cards/life.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import { notFound } from '../catalogue/writing.js'
import { pillarByUuid } from '../pillars/routes.js'
import type { Corrections } from './correct.js'
import { checkLedger } from './ledger-check.js'
import { findCheckIn, listCheckIns, readCorrections, type CheckInFilter, type ListedCheckIn } from './list.js'

export interface CheckInParts {
  readonly catalogue: Catalogue
  readonly reader: Database
  readonly lookupKeys: LookupKeys
  readonly corrections: Corrections
}

const PAGE_MAX = 500

const Verdict = Type.Union([Type.Literal('granted'), Type.Literal('refused'), Type.Literal('held')])
const CheckInAnswer = Type.Object({
  id: Type.String({ description: 'action id' }),
  pillarId: Type.Optional(Uuid),
  pillarName: Type.Optional(Type.String()),
  channel: Type.String(),
  receivedAt: Time,
  moment: Type.Optional(Time),
  momentUntil: Type.Optional(Time),
  eventId: Type.Optional(Uuid),
  eventTitle: Type.Optional(Type.String()),
  occurrenceStart: Type.Optional(Time),
  why: Type.String({ description: 'why this event' }),
  passNumber: Type.Optional(Type.String({ description: 'masked' })),
  verdict: Verdict,
  reason: Type.Optional(Type.String()),
  points: Type.Integer(),
  reversed: Type.Boolean(),
})
const CorrectionAnswer = Type.Object({
  id: Uuid,
  kind: Type.String(),
  reason: Type.String(),
  by: Type.String(),
  at: Time,
})
const OneCheckIn = Type.Object({ ...CheckInAnswer.properties, corrections: Type.Array(CorrectionAnswer) })
const Filter = {
  pillarId: Type.Optional(Uuid),
  eventId: Type.Optional(Uuid),
  verdict: Type.Optional(Verdict),
  from: Type.Optional(Time),
  until: Type.Optional(Time),
  before: Type.Optional(
    Type.String({ pattern: '^[0-9]{1,15}$', description: 'cursor: `next` of the page before' }),
  ),
  limit: Type.Optional(Type.String({ pattern: '^[0-9]{1,3}$', description: 'at most 500; 100 unless said' })),
}
const ListQuery = Type.Object(Filter, { additionalProperties: false })
const SearchBody = Type.Object(
  { ...Filter, cardSystemId: Uuid, passNumber: PassNumberText },
  { additionalProperties: false },
)
const Page = Type.Object({ items: Type.Array(CheckInAnswer), next: Type.Optional(Type.String()) })

const shown = (one: ListedCheckIn): Static<typeof CheckInAnswer> => ({
  ...present({
    pillarId: one.pillarUuid,
    pillarName: one.pillarName,
    moment: isoOrNone(one.moment),
    momentUntil: isoOrNone(one.momentUntil),
    eventId: one.eventId,
    eventTitle: one.eventTitle,
    occurrenceStart: isoOrNone(one.occurrenceStart),
    passNumber: one.passNumber,
    reason: one.reason,
  }),
  id: one.actionId,
  channel: one.channel,
  receivedAt: iso(one.receivedAt),
  why: one.why,
  verdict: one.verdict,
  points: one.points,
  reversed: one.reversed,
})

/** Check-ins: listed, found by card, corrected; and the books added up. */
export const checkInRoutes =
  (parts: CheckInParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { catalogue, reader } = parts
    const page = async (filter: CheckInFilter): Promise<Static<typeof Page>> => {
      const found = await listCheckIns(reader, { ...filter, limit: filter.limit + 1 })
      const items = found.slice(0, filter.limit)
      const last = found.length > filter.limit ? items.at(-1) : undefined
      return present({ items: items.map(shown), next: last?.rowId.toString() })
    }
    app.get(
      '/check-ins',
      {
        schema: {
          summary: 'Check-ins, newest first',
          querystring: ListQuery,
          response: answers({ 200: Page }),
        },
      },
      async ({ query }) => page(filterOf(catalogue, query)),
    )
    app.post(
      '/check-ins/search',
      {
        schema: {
          summary: 'Check-ins of the holder of a card; the number goes in the body, so that it is in no URL',
          body: SearchBody,
          response: answers({ 200: Page }),
        },
      },
      async ({ body }) => {
        const cardSystem = cardSystemByUuid(catalogue, body.cardSystemId)
        const card = await findCard(reader, parts.lookupKeys, { cardSystem, passNumber: body.passNumber })
        const of = card.passholderId === undefined ? { cardId: card.id } : { passholderId: card.passholderId }
        return page({ ...filterOf(catalogue, body), ...of })
      },
    )
    await app.register(oneCheckIn(parts))
    await app.register(ledger(parts))
  }

function filterOf(catalogue: Catalogue, query: Static<typeof ListQuery>): CheckInFilter {
  const event = query.eventId === undefined ? undefined : catalogue.memory.event(query.eventId)
  if (query.eventId !== undefined && event === undefined) throw notFound('event', query.eventId)
  return {
    pillarId: query.pillarId === undefined ? undefined : pillarByUuid(catalogue, query.pillarId).id,
    eventId: event?.id,
    verdict: query.verdict,
    from: parseTimeOrNone(query.from),
    until: parseTimeOrNone(query.until),
    before: query.before === undefined ? undefined : Number(query.before),
    limit: Math.min(PAGE_MAX, Math.max(1, Number(query.limit ?? 100))),
  }
}

const oneCheckIn =
  ({ reader, corrections }: CheckInParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const one = async (actionId: string): Promise<Static<typeof OneCheckIn>> => {
      const found = await findCheckIn(reader, actionId)
      if (found === undefined) throw notFound('check-in', actionId)
      const made = await readCorrections(reader, found.rowId)
      return {
        ...shown(found),
        corrections: made.map(({ uuid, kind, reason, made_by: by, at }) => ({
          id: uuid,
          kind,
          reason,
          by,
          at: iso(instant(at)),
        })),
      }
    }
    app.get(
      '/check-ins/:id',
      {
        schema: {
          summary: 'One check-in, with its corrections',
          params: IdParams,
          response: answers({ 200: OneCheckIn }),
        },
      },
      async ({ params }) => one(params.id),
    )
    app.post(
      '/check-ins/:id/reverse',
      {
        schema: {
          summary: 'Take the points back by a new line in the ledger; nothing is deleted',
          params: IdParams,
          body: Type.Object(
            { reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }), by: By },
            { additionalProperties: false },
          ),
          response: answers({ 200: OneCheckIn }),
        },
      },
      async ({ params, body }) => {
        const done = await corrections.reverse(params.id, body)
        if (done === 'nothing-to-reverse') {
          throw new Failure('ALREADY_EXISTS', 'This check-in has no points, or they were taken back before')
        }
        return one(params.id)
      },
    )
  }

const ledger =
  ({ reader }: CheckInParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/ledger/check',
      {
        schema: {
          summary: 'Add up the books: all zero when they are right',
          response: answers({
            200: Type.Object({
              right: Type.Boolean(),
              balances: Type.Integer(),
              checkIns: Type.Integer(),
              doubled: Type.Integer(),
              limits: Type.Integer(),
            }),
          }),
        },
      },
      async () => {
        const faults = await checkLedger(reader)
        return { right: Object.values(faults).every((count) => count === 0), ...faults }
      },
    )
  }
