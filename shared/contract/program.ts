import { Type, type Static } from 'typebox'
import { Count, Ms, Short, Uuid } from './check-in.js'

const TranslatedText = Type.Object({
  nl: Type.Optional(Short),
  fr: Type.Optional(Short),
  de: Type.Optional(Short),
  en: Type.Optional(Short),
})

/** One time range of an event with the window of the channel `pillar`. All four absent: always on. */
export const ProgramOccurrence = Type.Object({
  startMs: Type.Optional(Ms),
  endMs: Type.Optional(Ms),
  fromMs: Type.Optional(Ms),
  untilMs: Type.Optional(Ms),
  wholeDays: Type.Optional(Type.Boolean({ description: 'no start hour: last in the choice' })),
})
export type ProgramOccurrence = Static<typeof ProgramOccurrence>

export const ProgramEvent = Type.Object({
  id: Uuid,
  title: TranslatedText,
  organiser: Type.Optional(Short),
  membersOnly: Type.Optional(Type.Boolean()),
  points: Count,
  automatic: Type.Boolean({ description: 'automatic choice may take it; a pinned event need not be such' }),
  occurrences: Type.Array(ProgramOccurrence, { maxItems: 2_000 }),
})
export type ProgramEvent = Static<typeof ProgramEvent>

/** A pin or roster entry as a pillar needs it: without who made it. */
export const ProgramPin = Type.Object({
  level: Type.Union([Type.Literal('administrator'), Type.Literal('counter'), Type.Literal('roster')]),
  eventId: Uuid,
  fromMs: Ms,
  untilMs: Type.Optional(Ms),
})
export type ProgramPin = Static<typeof ProgramPin>

/** What a pillar needs to choose by itself, nearest first, up to its horizon. */
export const Program = Type.Object({
  epoch: Uuid,
  revision: Count,
  madeAtMs: Ms,
  horizonMs: Ms,
  strict: Type.Boolean({ description: 'a pin whose window is closed: nothing (true) or choose on (false)' }),
  events: Type.Array(ProgramEvent, { maxItems: 2_000 }),
  pins: Type.Array(ProgramPin, { maxItems: 500 }),
})
export type Program = Static<typeof Program>

const UnitWords = Type.Object({ one: Short, many: Short })

/** What the server wants of a pillar. */
export const Settings = Type.Object({
  epoch: Uuid,
  revision: Count,
  name: Short,
  zone: Short,
  language: Type.Union([Type.Literal('nl'), Type.Literal('fr'), Type.Literal('de'), Type.Literal('en')]),
  cardSystem: Type.Object({
    name: Short,
    unit: Type.Object({ nl: UnitWords, fr: UnitWords, de: UnitWords, en: UnitWords }),
    primary: Type.Optional(Type.String({ pattern: '^#[0-9a-f]{6}$' })),
    secondary: Type.Optional(Type.String({ pattern: '^#[0-9a-f]{6}$' })),
    logo: Type.Optional(Type.String({ pattern: '^data:image/(svg\\+xml|png);base64,', maxLength: 48_000 })),
  }),
  sealing: Type.Object({
    keyId: Type.String({ minLength: 1, maxLength: 64 }),
    publicKey: Type.String({ pattern: '^[A-Za-z0-9_-]{1,400}$', description: 'base64url' }),
  }),
  helpLine: Type.Optional(Short),
  showMembersTitle: Type.Boolean({ description: 'show the title of a members-only event' }),
  enquiriesPerMinute: Type.Integer({ minimum: 0, maximum: 600 }),
})
export type Settings = Static<typeof Settings>
