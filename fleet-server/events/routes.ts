import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { whereFrom } from '@spaarzuil/shared/check-in/resolve-rule.js'
import { EventSettings, LimitRule, WindowRule } from '@spaarzuil/shared/check-in/rules.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import { days, later } from '@spaarzuil/shared/time.js'
import { Type, type Static } from 'typebox'
import { IdParams, iso, isoOrNone, parseTimeOrNone, present, Time, Uuid } from '../api/fields.js'
import { answers } from '../api/problem.js'
import { cardSystemByUuid } from '../card-systems/routes.js'
import { valueAt } from '../catalogue/dated.js'
import { occurrencesIn } from '../catalogue/occurrences.js'
import { TranslatedText, type CardSystem, type EventRecord, type EventVersion } from '../catalogue/records.js'
import { ruleAt } from '../catalogue/rules-at.js'
import { seenBy } from '../catalogue/surroundings.js'
import { notFound } from '../catalogue/writing.js'
import { importEvents, type ImportParts } from './import-events.js'
import { searchEvents, type EventFilter } from './search.js'
import { readSkipped, SkippedAnswer } from './skipped.js'

export interface EventParts extends ImportParts {
  readonly reader: Database
}

/** A page of the Search API with 2,000 whole events is some 20 MB. */
const IMPORT_BYTES_MAX = 32 * 1024 * 1024
const PAGE_MAX = 200
/** The longest time for which dates are looked up: a permanent event has no end. */
const SPAN_MAX = days(400)
const OCCURRENCES_SHOWN = 50

const CardSystemQuery = Type.Object({ cardSystemId: Uuid }, { additionalProperties: false })
const Report = Type.Object({
  imported: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  skippedCount: Type.Integer(),
  skipped: Type.Array(SkippedAnswer),
  problems: Type.Array(Type.Object({ eventId: Uuid, problems: Type.Array(Type.String()) })),
})
const EventAnswer = Type.Object({
  id: Type.String({ description: 'CDBID' }),
  title: TranslatedText,
  organiserId: Type.Optional(Uuid),
  organiser: Type.Optional(Type.String()),
  locationId: Type.Optional(Uuid),
  location: Type.Optional(Type.String()),
  zone: Type.String(),
  audience: Type.String(),
  calendarType: Type.String(),
  firstSeenAt: Time,
  deletedAt: Type.Optional(Time),
})
const OneEvent = Type.Object({
  ...EventAnswer.properties,
  next: Type.Array(
    Type.Object({ start: Type.Optional(Time), end: Type.Optional(Time), status: Type.String() }),
    { description: 'occurrences from now on, at most 50' },
  ),
})
const Origin = Type.Union([Type.Literal('event'), Type.Literal('card-system')])
const valued = <S extends typeof WindowRule | typeof LimitRule | ReturnType<typeof Type.Integer>>(value: S) =>
  Type.Object({ value, from: Origin })
const SettingsAnswer = Type.Object({
  points: valued(Type.Integer()),
  limit: valued(LimitRule),
  windows: Type.Object({ pillar: valued(WindowRule), counter: valued(WindowRule), qr: valued(WindowRule) }),
})
const ListQuery = Type.Object(
  {
    cardSystemId: Type.Optional(Uuid),
    text: Type.Optional(Type.String({ maxLength: 200 })),
    organiserId: Type.Optional(Uuid),
    locationId: Type.Optional(Uuid),
    from: Type.Optional(Time),
    until: Type.Optional(Time),
    after: Type.Optional(Uuid),
    limit: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,3}$', description: 'at most 200; 50 unless said' }),
    ),
  },
  { additionalProperties: false },
)
const SettingsParams = Type.Object({ id: Uuid, cardSystemId: Uuid }, { additionalProperties: false })

const shown = (record: EventRecord, version: EventVersion): Static<typeof EventAnswer> => ({
  ...present({
    organiserId: version.organiserId,
    organiser: version.organiser,
    locationId: version.locationId,
    location: version.location,
    deletedAt: isoOrNone(record.deletedAt),
  }),
  id: record.cdbid,
  title: present(version.title),
  zone: version.zone,
  audience: version.audience,
  calendarType: version.calendarType,
  firstSeenAt: iso(record.firstSeenAt),
})

/** Events: imported, searched, and set per card system. */
export const eventRoutes =
  (parts: EventParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    await app.register(importAndList(parts))
    await app.register(oneEvent(parts))
    await app.register(eventSettings(parts))
  }

const importAndList =
  (parts: EventParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { catalogue, reader } = parts
    app.post(
      '/events/import',
      {
        bodyLimit: IMPORT_BYTES_MAX,
        schema: {
          summary: 'Take UiTdatabank events: one, a list, or a page of the Search API',
          querystring: CardSystemQuery,
          body: Type.Unknown({ description: 'UiTdatabank JSON' }),
          response: answers({ 200: Report }),
        },
      },
      async ({ query, body }) => {
        const report = await importEvents(parts, cardSystemByUuid(catalogue, query.cardSystemId), body)
        return {
          ...report,
          skipped: [...report.skipped],
          problems: report.problems.map(({ eventId, problems }) => ({ eventId, problems: [...problems] })),
        }
      },
    )
    app.get(
      '/events',
      {
        schema: {
          summary: 'Search events by text, organiser, location and date',
          querystring: ListQuery,
          response: answers({
            200: Type.Object({ items: Type.Array(EventAnswer), next: Type.Optional(Uuid) }),
          }),
        },
      },
      ({ query }) => {
        const page = searchEvents(catalogue.memory, filterOf(query, catalogue))
        const items = page.items.map(({ record, version }) => shown(record, version))
        const next = page.more ? items.at(-1)?.id : undefined
        return present({ items, next })
      },
    )
    app.get(
      '/events/skipped',
      {
        schema: {
          summary: 'Events that imports passed over, newest first, each with its reasons',
          querystring: CardSystemQuery,
          response: answers({ 200: Type.Object({ items: Type.Array(SkippedAnswer) }) }),
        },
      },
      async ({ query }) => {
        const { id } = cardSystemByUuid(catalogue, query.cardSystemId)
        return { items: await readSkipped(reader, id, 1_000) }
      },
    )
  }

function filterOf(query: Static<typeof ListQuery>, catalogue: EventParts['catalogue']): EventFilter {
  const { cardSystemId, text, organiserId, locationId, after } = query
  const from = parseTimeOrNone(query.from)
  const until = parseTimeOrNone(query.until) ?? (from === undefined ? undefined : later(from, days(30)))
  if (until !== undefined && from === undefined) {
    throw new Failure('REQUEST_INVALID', '/querystring/from is missing: say from when to until')
  }
  if (from !== undefined && until !== undefined && until - from > SPAN_MAX) {
    throw new Failure('REQUEST_INVALID', '/querystring/until is more than 400 days after from')
  }
  const cardSystem = cardSystemId === undefined ? undefined : cardSystemByUuid(catalogue, cardSystemId)
  const limit = Math.min(PAGE_MAX, Math.max(1, Number(query.limit ?? 50)))
  return { cardSystem, text, organiserId, locationId, after, from, until, limit }
}

function find(
  { memory }: EventParts['catalogue'],
  cdbid: string,
): { readonly record: EventRecord; readonly version: EventVersion } {
  const record = memory.event(cdbid)
  const version = record?.versions.at(-1)?.value
  if (record === undefined || version === undefined) throw notFound('event', cdbid)
  return { record, version }
}

const oneEvent =
  ({ catalogue, clock }: EventParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/events/:id',
      {
        schema: {
          summary: 'One event with its next dates',
          params: IdParams,
          response: answers({ 200: OneEvent }),
        },
      },
      ({ params }) => {
        const { record, version } = find(catalogue, params.id)
        const now = clock.now()
        const next = occurrencesIn(version, now, later(now, SPAN_MAX)).slice(0, OCCURRENCES_SHOWN)
        return {
          ...shown(record, version),
          next: next.map(({ start, end, status }) =>
            present({ start: isoOrNone(start), end: isoOrNone(end), status }),
          ),
        }
      },
    )
  }

const eventSettings =
  ({ catalogue, clock }: EventParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const settingsAnswer = (record: EventRecord, cardSystem: CardSystem): Static<typeof SettingsAnswer> => {
      const now = clock.now()
      const rule = ruleAt(catalogue.memory, { record }, cardSystem.id, now)
      const origin = whereFrom(valueAt(record.settings.get(cardSystem.id) ?? [], now))
      return {
        points: { value: rule.points, from: origin.points },
        limit: { value: rule.limit, from: origin.limit },
        windows: {
          pillar: { value: rule.windows.pillar, from: origin.windows.pillar },
          counter: { value: rule.windows.counter, from: origin.windows.counter },
          qr: { value: rule.windows.qr, from: origin.windows.qr },
        },
      }
    }
    app.get(
      '/events/:id/settings/:cardSystemId',
      {
        schema: {
          summary: 'Points, limit and windows in a card system, and where each comes from',
          params: SettingsParams,
          response: answers({ 200: SettingsAnswer }),
        },
      },
      ({ params }) =>
        settingsAnswer(find(catalogue, params.id).record, cardSystemByUuid(catalogue, params.cardSystemId)),
    )
    app.put(
      '/events/:id/settings/:cardSystemId',
      {
        schema: {
          summary: 'Set points, limit or windows from now on; what is left out comes from the card system',
          params: SettingsParams,
          body: EventSettings,
          response: answers({ 200: SettingsAnswer }),
        },
      },
      async ({ params, body }) => {
        const cardSystem = cardSystemByUuid(catalogue, params.cardSystemId)
        if (!seenBy(find(catalogue, params.id).record, cardSystem))
          throw notFound('event of this card system', params.id)
        return settingsAnswer(
          await catalogue.write.setEventSettings(params.id, cardSystem.id, body),
          cardSystem,
        )
      },
    )
  }
