import type { Counting, ExplainedOccurrence } from '../catalogue/explain.js'
import type { Language } from '@spaarzuil/shared/languages.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { Type, type Static } from 'typebox'
import { By, iso, isoOrNone, Name, present, Time, Uuid } from '../api/fields.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import { holdsAt } from '../catalogue/dated.js'
import { titleOf } from '../catalogue/explain.js'
import { DEFAULT_PILLAR_SETTINGS, PillarSettings, type Pillar, type Pin } from '../catalogue/records.js'
import { cardSystemOf } from '../catalogue/rules-at.js'
import { NEVER_HEARD, type PillarStatusNow } from './status.js'

const Level = Type.Union([Type.Literal('administrator'), Type.Literal('counter'), Type.Literal('roster')])
export const PinAnswer = Type.Object({
  id: Uuid,
  level: Level,
  eventId: Uuid,
  eventTitle: Type.Optional(Type.String()),
  by: By,
  counterId: Type.Optional(Uuid),
  madeAt: Time,
  from: Time,
  until: Type.Optional(Time),
})
const Occurrence = {
  eventId: Uuid,
  title: Type.String(),
  start: Type.Optional(Time),
  end: Type.Optional(Time),
  opens: Type.Optional(Time),
  closes: Type.Optional(Time),
}
export const EventNow = Type.Object({
  event: Type.Optional(Type.Object(Occurrence)),
  why: Type.String({ description: 'code of the reason' }),
  explanation: Type.String({ description: 'the reason in words' }),
  candidates: Type.Integer(),
  next: Type.Optional(Time),
})
export const PillarAnswer = Type.Object({
  id: Uuid,
  name: Name,
  cardSystemId: Uuid,
  status: Type.Union([Type.Literal('active'), Type.Literal('blocked'), Type.Literal('removed')]),
  counters: Type.Array(Type.Object({ id: Uuid, name: Name })),
  now: EventNow,
  pins: Type.Array(PinAnswer),
  presence: Type.Object({
    online: Type.Boolean(),
    since: Type.Optional(Time),
    heardAt: Type.Optional(Time),
    version: Type.Optional(Type.String()),
  }),
  lastCheckIn: Type.Optional(
    Type.Object({ id: Uuid, receivedAt: Time, moment: Type.Optional(Time), verdict: Type.String() }),
  ),
  unsettled: Type.Optional(Type.Integer({ description: 'check-ins that wait on the pillar' })),
  oldestUnsettled: Type.Optional(Time),
  devices: Type.Array(Type.Object({ kind: Type.String(), name: Type.String(), state: Type.String() })),
})
export type PillarAnswer = Static<typeof PillarAnswer>
export const SettingsAnswer = PillarSettings

export const currentSettings = (pillar: Pillar): PillarSettings =>
  pillar.settings.findLast(({ to }) => to === undefined)?.value ?? DEFAULT_PILLAR_SETTINGS

/** A pillar as staff and tools see it. */
export function pillarAnswer(
  catalogue: Catalogue,
  pillar: Pillar,
  now: Instant,
  extra: { readonly status?: PillarStatusNow | undefined; readonly language?: Language } = {},
): PillarAnswer {
  const { memory } = catalogue
  const status = extra.status ?? NEVER_HEARD
  const { lastCheckIn, health } = status
  const oldest = health?.journal.oldestUnsettledMs
  return present({
    id: pillar.uuid,
    name: pillar.name,
    cardSystemId: cardSystemOf(memory, pillar.cardSystemId).uuid,
    status: pillar.status,
    counters: pillar.assignments
      .filter((one) => holdsAt(one, now))
      .flatMap(({ value }) => memory.counter(value) ?? [])
      .map(({ uuid, name }) => ({ id: uuid, name })),
    now: eventNow(catalogue.countingAt(pillar.uuid, now), extra.language ?? 'nl'),
    pins: pillar.pins
      .filter((pin) => pin.level !== 'roster' && holdsAt(pin, now))
      .map((pin) => pinAnswer(catalogue, pin)),
    presence: present({
      online: status.online,
      since: isoOrNone(status.since),
      heardAt: isoOrNone(status.heardAt),
      version: status.version,
    }),
    lastCheckIn:
      lastCheckIn === undefined
        ? undefined
        : present({
            id: lastCheckIn.actionId,
            receivedAt: iso(lastCheckIn.receivedAt),
            moment: isoOrNone(lastCheckIn.moment),
            verdict: lastCheckIn.verdict,
          }),
    unsettled: health?.journal.unsettled,
    oldestUnsettled: oldest === undefined ? undefined : new Date(oldest).toISOString(),
    devices: (health?.devices ?? []).map(({ kind, name, state }) => ({ kind, name, state })),
  })
}

export function pinAnswer({ memory }: Catalogue, pin: Pin): Static<typeof PinAnswer> {
  const counter = pin.counterId === undefined ? undefined : memory.counter(pin.counterId)
  return present({
    id: pin.uuid,
    level: pin.level,
    eventId: pin.eventId,
    eventTitle: titleOf(memory, pin.eventId, pin.startsAt, 'nl'),
    by: pin.chosenBy,
    counterId: counter?.uuid,
    madeAt: iso(pin.from),
    from: iso(pin.startsAt),
    until: isoOrNone(pin.endsAt),
  })
}

export function eventNow(counting: Counting | undefined, language: Language): Static<typeof EventNow> {
  if (counting === undefined) return { why: 'nothing-on', explanation: '', candidates: 0 }
  const { choice } = counting
  const explanation = counting.sentence(language)
  if (choice.kind === 'nothing-on') {
    return present({ why: choice.why, explanation, candidates: 0, next: isoOrNone(choice.next) })
  }
  const { eventId, occurrence, window, why, candidates } = choice
  const event = { eventId, title: counting.title(language), ...occurrence, window }
  return { event: occurrenceAnswer(event), why, explanation, candidates }
}

export const occurrenceAnswer = ({
  eventId,
  title,
  start,
  end,
  window,
}: Pick<ExplainedOccurrence, 'eventId' | 'title' | 'window'> &
  Partial<Pick<ExplainedOccurrence, 'start' | 'end'>>) =>
  present({
    eventId,
    title,
    start: isoOrNone(start),
    end: isoOrNone(end),
    opens: isoOrNone(window.from),
    closes: isoOrNone(window.until),
  })
