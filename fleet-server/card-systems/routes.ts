import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PassNumberFormat, UITPAS_PASS_NUMBERS } from '@spaarzuil/shared/cards/pass-number.js'
import { RuleDefaults, UITPAS_RULES } from '@spaarzuil/shared/check-in/rules.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import { Type } from 'typebox'
import { IdParams, Name, Uuid } from '../api/fields.js'
import { answers } from '../api/problem.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import { Branding, UnitTexts, type CardSystem } from '../catalogue/records.js'
import { notFound } from '../catalogue/writing.js'

const Source = Type.Union([Type.Literal('uitdatabank'), Type.Literal('own')], {
  description: 'own: an agenda of its own, seen by this card system alone',
})
const Zone = Type.String({ minLength: 1, maxLength: 64, description: 'IANA time zone' })
const RetentionMonths = Type.Integer({ minimum: 1, maximum: 120 })

const NewCardSystem = Type.Object(
  {
    name: Name,
    unit: UnitTexts,
    zone: Type.Optional(Zone),
    passNumberFormat: Type.Optional(PassNumberFormat),
    eventSource: Type.Optional(Source),
    branding: Type.Optional(Branding),
    rules: Type.Optional(RuleDefaults),
    retentionMonths: Type.Optional(RetentionMonths),
  },
  { additionalProperties: false },
)
const CardSystemAnswer = Type.Object({
  id: Uuid,
  name: Name,
  unit: UnitTexts,
  zone: Zone,
  passNumberFormat: PassNumberFormat,
  eventSource: Source,
  branding: Branding,
  rules: RuleDefaults,
  retentionMonths: RetentionMonths,
})

const shown = (cardSystem: CardSystem) => ({
  id: cardSystem.uuid,
  name: cardSystem.name,
  unit: cardSystem.unit,
  zone: cardSystem.zone,
  passNumberFormat: cardSystem.passNumberFormat,
  eventSource: cardSystem.eventSource,
  branding: cardSystem.branding,
  rules: cardSystem.rules.at(-1)?.value ?? UITPAS_RULES,
  retentionMonths: cardSystem.retentionMonths,
})

/** The card system of an id, or NOT_FOUND. */
export function cardSystemByUuid(catalogue: Catalogue, uuid: string): CardSystem {
  const found = catalogue.memory.cardSystems().find((cardSystem) => cardSystem.uuid === uuid)
  if (found === undefined) throw notFound('card system', uuid)
  return found
}

/** A misspelt zone would throw much later, in the middle of a decision. */
function checkZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch (cause) {
    throw new Failure('REQUEST_INVALID', `/zone ${zone} is no time zone; try Europe/Brussels`, { cause })
  }
}

/** Card systems: the region or city with its cards, rules and branding. */
export const cardSystemRoutes =
  ({ catalogue }: { readonly catalogue: Catalogue }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/card-systems',
      {
        schema: {
          summary: 'Make a card system; what is left out is as in UiTPAS',
          body: NewCardSystem,
          response: answers({ 201: CardSystemAnswer }),
        },
      },
      async ({ body }, reply) => {
        const made = await catalogue.write.addCardSystem({
          name: body.name,
          unit: body.unit,
          zone: checkZone(body.zone ?? 'Europe/Brussels'),
          passNumberFormat: body.passNumberFormat ?? UITPAS_PASS_NUMBERS,
          eventSource: body.eventSource ?? 'uitdatabank',
          branding: body.branding ?? {},
          rules: body.rules ?? UITPAS_RULES,
          retentionMonths: body.retentionMonths ?? 24,
        })
        return reply.code(201).send(shown(made))
      },
    )
    app.get(
      '/card-systems',
      {
        schema: {
          summary: 'All card systems',
          response: answers({ 200: Type.Object({ items: Type.Array(CardSystemAnswer) }) }),
        },
      },
      () => ({ items: catalogue.memory.cardSystems().map(shown) }),
    )
    app.get(
      '/card-systems/:id',
      {
        schema: {
          summary: 'One card system',
          params: IdParams,
          response: answers({ 200: CardSystemAnswer }),
        },
      },
      ({ params }) => shown(cardSystemByUuid(catalogue, params.id)),
    )
    app.put(
      '/card-systems/:id/rules',
      {
        schema: {
          summary: 'Change the rules from now on; what was before is judged by the rules of then',
          params: IdParams,
          body: RuleDefaults,
          response: answers({ 200: CardSystemAnswer }),
        },
      },
      async ({ params, body }) => shown(await catalogue.write.setRules(params.id, body)),
    )
  }
