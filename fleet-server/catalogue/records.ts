import type { PassNumberFormat } from '@spaarzuil/shared/cards/pass-number.js'
import type { EventSettings, RuleDefaults } from '@spaarzuil/shared/check-in/rules.js'
import type { Calendar } from '@spaarzuil/shared/events/calendar.js'
import type { Audience } from '@spaarzuil/shared/events/event-parts.js'
import type { CalendarType } from '@spaarzuil/shared/events/parse-calendar.js'
import type { Translated, Unit } from '@spaarzuil/shared/languages.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { Type, type Static } from 'typebox'
import type { Dated, Span } from './dated.js'

/** What the server knows of pillars, rules and events, in memory, with all of its history. */
const Colour = Type.String({ pattern: '^#[0-9a-f]{6}$', description: 'sRGB, as #1a2b3c' })
export const Branding = Type.Object(
  {
    primary: Type.Optional(Colour),
    secondary: Type.Optional(Colour),
    logo: Type.Optional(
      Type.String({
        pattern: '^data:image/(svg\\+xml|png);base64,',
        maxLength: 48_000,
        description: 'data URL',
      }),
    ),
  },
  { additionalProperties: false },
)
export type Branding = Static<typeof Branding>

const Word = Type.Object(
  { one: Type.String({ minLength: 1, maxLength: 200 }), many: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)
/** The word for what one saves ("punt", "stempel"), in every language a pillar speaks. */
export const UnitTexts = Type.Object(
  { nl: Word, fr: Word, de: Word, en: Word },
  { additionalProperties: false },
)

const MaybeText = Type.Optional(Type.String())
/** A text in one or more languages, as UiTdatabank gives them. */
export const TranslatedText = Type.Object({ nl: MaybeText, fr: MaybeText, de: MaybeText, en: MaybeText })

/** What is wanted of one pillar. */
export const PillarSettings = Type.Object(
  {
    language: Type.Union([Type.Literal('nl'), Type.Literal('fr'), Type.Literal('de'), Type.Literal('en')]),
    strict: Type.Boolean({
      description: 'a pin whose window is closed: nothing (true) or choose on (false)',
    }),
    showMembersTitle: Type.Boolean({ description: 'show the title of a members-only event' }),
    enquiriesPerMinute: Type.Integer({ minimum: 0, maximum: 600, description: 'balance enquiries allowed' }),
    helpLine: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'shown where help is needed' }),
    ),
  },
  { additionalProperties: false },
)
export type PillarSettings = Static<typeof PillarSettings>

/** Falling back is the default of API 4.0; six balance enquiries a minute is more than a person makes. */
export const DEFAULT_PILLAR_SETTINGS: PillarSettings = {
  language: 'nl',
  strict: false,
  showMembersTitle: true,
  enquiriesPerMinute: 6,
}

export type EventSource = 'uitdatabank' | 'own'

export interface CardSystem {
  readonly id: number
  readonly uuid: string
  readonly name: string
  readonly unit: Unit
  readonly zone: string
  readonly passNumberFormat: PassNumberFormat
  readonly eventSource: EventSource
  readonly branding: Branding
  readonly retentionMonths: number
  readonly rules: readonly Dated<RuleDefaults>[]
}

export interface Counter extends Span {
  readonly id: number
  readonly uuid: string
  readonly cardSystemId: number
  readonly name: string
  readonly organiserId: string | undefined
  readonly locationIds: readonly string[]
}

export type PillarStatus = 'active' | 'blocked' | 'removed'
export type PinLevel = 'administrator' | 'counter' | 'roster'

export interface Pin extends Span {
  readonly uuid: string
  readonly level: PinLevel
  readonly counterId: number | undefined
  /** CDBID; the event itself may not be known yet. */
  readonly eventId: string
  readonly chosenBy: string
  /** The time for which the event is chosen; `from` and `to` are when staff wanted that. */
  readonly startsAt: Instant
  readonly endsAt: Instant | undefined
}

export interface Pillar {
  readonly id: number
  readonly uuid: string
  readonly cardSystemId: number
  readonly name: string
  readonly secretHash: string
  readonly status: PillarStatus
  readonly createdAt: Instant
  readonly settings: readonly Dated<PillarSettings>[]
  /** Ids of counters. */
  readonly assignments: readonly Dated<number>[]
  readonly pins: readonly Pin[]
}

/** An event as it was known for a while. */
export interface EventVersion {
  readonly title: Translated
  readonly organiserId: string | undefined
  readonly organiser: string | undefined
  readonly locationId: string | undefined
  readonly location: string | undefined
  readonly zone: string
  readonly audience: Audience
  readonly calendarType: CalendarType
  readonly calendar: Calendar
  readonly contentHash: string
}

export interface EventRecord {
  readonly id: number
  readonly cdbid: string
  /** Whose event it is, where it is not from UiTdatabank. */
  readonly cardSystemId: number | undefined
  readonly firstSeenAt: Instant
  readonly deletedAt: Instant | undefined
  readonly versions: readonly Dated<EventVersion>[]
  /** By card system, where a card system has settings of its own for it. */
  readonly settings: ReadonlyMap<number, readonly Dated<EventSettings>[]>
}
