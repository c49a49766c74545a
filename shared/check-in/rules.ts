import { Type, type Static } from 'typebox'

/** Through what one checks in. */
export type Channel = 'pillar' | 'counter' | 'qr'

/** Five digits a part: whatever is added, the zoned-time library can still reckon with it. */
export const ISO_DURATION =
  '^P(?!$)(\\d{1,5}Y)?(\\d{1,5}M)?(\\d{1,5}W)?(\\d{1,5}D)?(T(?=\\d)(\\d{1,5}H)?(\\d{1,5}M)?(\\d{1,5}S)?)?$'

const IsoDuration = Type.String({
  pattern: ISO_DURATION,
  description: 'ISO 8601 duration such as PT5H or P3M',
})

/** When one may check in: from `before` the start of an occurrence until `after` its end. */
export const WindowRule = Type.Object({ before: IsoDuration, after: IsoDuration })
export type WindowRule = Static<typeof WindowRule>

export const PeriodType = Type.Union([
  Type.Literal('DAY'),
  Type.Literal('WEEK'),
  Type.Literal('MONTH'),
  Type.Literal('QUARTER'),
  Type.Literal('YEAR'),
  Type.Literal('ABSOLUTE'),
])
export type PeriodType = Static<typeof PeriodType>

/** How often one passholder may check in for an event: `volume` times per calendar period of the location's zone. */
export const LimitRule = Type.Object({
  volume: Type.Integer({ minimum: 1, maximum: 1_000 }),
  period: PeriodType,
})
export type LimitRule = Static<typeof LimitRule>

const Points = Type.Integer({ minimum: 1, maximum: 1_000 })
const Windows = { pillar: WindowRule, counter: WindowRule, qr: WindowRule }

/** What a card system lays down for every event that has no settings of its own. */
export const RuleDefaults = Type.Object({
  points: Points,
  windows: Type.Object(Windows),
  limits: Type.Object({ single: LimitRule, multiple: LimitRule, periodic: LimitRule, permanent: LimitRule }),
})
export type RuleDefaults = Static<typeof RuleDefaults>

/** What is set for one event in one card system; what is absent comes from the card system. */
export const EventSettings = Type.Object({
  points: Type.Optional(Points),
  limit: Type.Optional(LimitRule),
  windows: Type.Optional(Type.Partial(Type.Object(Windows))),
})
export type EventSettings = Static<typeof EventSettings>

/** The rule that is in force for an event. */
export type Rule = {
  readonly points: number
  readonly limit: LimitRule
  readonly windows: { readonly [channel in Channel]: WindowRule }
}

/**
 * Windows of the UiTPAS manuals: pillars 5 hours around (legacy system rule), counters from 1 hour before to 3 months
 * after, printed QR codes from start to end. Limits: once a day for single and multiple, once a week for periodic and
 * permanent events. One point (UiTPAS manual for providers).
 */
export const UITPAS_RULES: RuleDefaults = {
  points: 1,
  windows: {
    pillar: { before: 'PT5H', after: 'PT5H' },
    counter: { before: 'PT1H', after: 'P3M' },
    qr: { before: 'PT0S', after: 'PT0S' },
  },
  limits: {
    single: { volume: 1, period: 'DAY' },
    multiple: { volume: 1, period: 'DAY' },
    periodic: { volume: 1, period: 'WEEK' },
    permanent: { volume: 1, period: 'WEEK' },
  },
}
