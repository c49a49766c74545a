import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import type {
  Program,
  ProgramEvent,
  ProgramOccurrence,
  ProgramPin,
} from '@spaarzuil/shared/contract/program.js'
import type { Candidate } from '@spaarzuil/shared/events/occurrence-index.js'
import { LANGUAGES, type Translated } from '@spaarzuil/shared/languages.js'
import { days, instant, later, type Instant } from '@spaarzuil/shared/time.js'
import { candidatesOf, eventsInPlay } from './choice.js'
import { holdsAt } from './dated.js'
import type { Memory } from './memory.js'
import type { Pin } from './records.js'
import { ruleAt } from './rules-at.js'
import { surroundingsAt, type KnownEvent, type Surroundings } from './surroundings.js'

export type ProgramContent = Omit<Program, 'epoch' | 'revision'>

/** Epoch, revision and the frame of the message, which the sender adds. */
const ENVELOPE_BYTES = 512
/** What the schema of a program allows. */
const EVENTS_MAX = 2_000
const OCCURRENCES_MAX = 2_000
const PINS_MAX = 500
/** The longest text a message carries. */
const SHORT_MAX = 200

type InPlay = KnownEvent & { readonly automatic: boolean }

/**
 * What a pillar needs to choose by itself for 35 days. Its content changes when what it is made from does, and once a
 * day, when a day is added and the one gone by is left out: so it need not be sent more often. Where it does not fit,
 * what opens last is left out and the horizon lowered to before it, so that up to its horizon a program is complete.
 */
export function programFor(memory: Memory, pillarUuid: string, now: Instant): ProgramContent | undefined {
  const around = surroundingsAt(memory, pillarUuid, now)
  if (around === undefined) return undefined
  const today = instant(Math.floor(now / days(1)) * days(1))
  const horizon = later(today, days(LIMITS.programDays))
  const pins = programPins(around.pillar.pins, now, horizon)
  const head = {
    madeAtMs: now,
    horizonMs: horizon,
    strict: around.settings.strict,
    events: [],
    pins,
  }
  const { events, complete } = fill(memory, around, {
    at: now,
    from: today,
    until: horizon,
    bytes: LIMITS.programBytes - ENVELOPE_BYTES - Buffer.byteLength(JSON.stringify(head)),
  })
  return { ...head, events, horizonMs: Math.max(0, Math.min(horizon, complete)) }
}

interface Frame {
  readonly at: Instant
  readonly from: Instant
  readonly until: Instant
  readonly bytes: number
}

/** The events with as many occurrences as fit, in order of opening; `complete`: until when nothing is left out. */
function fill(
  memory: Memory,
  around: Surroundings,
  frame: Frame,
): { readonly events: ProgramEvent[]; readonly complete: number } {
  const inPlay = new Map(eventsInPlay(memory, around, frame.at).map((event) => [event.record.cdbid, event]))
  const cardSystemId = around.cardSystem.id
  const candidates = [...inPlay.values()]
    .flatMap((event) => candidatesOf(memory, event, { ...frame, cardSystemId }))
    .filter((candidate) => isWithin(candidate, frame))
    .toSorted((a, b) => opening(a) - opening(b) || (a.eventId < b.eventId ? -1 : 1))
  const taken = new Map<string, ProgramEvent & { occurrences: ProgramOccurrence[] }>()
  let left = frame.bytes
  for (const candidate of candidates) {
    const event = inPlay.get(candidate.eventId)
    if (event === undefined) continue
    const known = taken.get(candidate.eventId)
    const entry = known ?? { ...programEvent(memory, event, around, frame.at), occurrences: [] }
    const occurrence = programOccurrence(candidate)
    left -= sizeOf(occurrence) + (known === undefined ? sizeOf(entry) : 0)
    const full = taken.size >= EVENTS_MAX && known === undefined
    if (left < 0 || full || entry.occurrences.length >= OCCURRENCES_MAX) {
      return { events: [...taken.values()], complete: opening(candidate) - 1 }
    }
    entry.occurrences.push(occurrence)
    taken.set(candidate.eventId, entry)
  }
  return { events: [...taken.values()], complete: Infinity }
}

const sizeOf = (part: unknown): number => Buffer.byteLength(JSON.stringify(part)) + 1

const opening = (candidate: Candidate): number => candidate.window.from ?? 0

const isWithin = ({ window }: Candidate, frame: Frame): boolean =>
  (window.from ?? 0) <= frame.until && (window.until ?? Infinity) >= frame.from

function programEvent(memory: Memory, event: InPlay, around: Surroundings, at: Instant): ProgramEvent {
  const { record, version, automatic } = event
  return {
    id: record.cdbid,
    title: shortened(version.title),
    ...(version.organiser === undefined ? {} : { organiser: short(version.organiser) }),
    ...(version.audience === 'members' ? { membersOnly: true } : {}),
    points: ruleAt(memory, event, around.cardSystem.id, at).points,
    automatic,
    occurrences: [],
  }
}

const short = (text: string): string => (text.length > SHORT_MAX ? `${text.slice(0, SHORT_MAX - 1)}…` : text)

function shortened(text: Translated): ProgramEvent['title'] {
  return Object.fromEntries(
    LANGUAGES.flatMap((language) => {
      const found = text[language]
      return found === undefined ? [] : [[language, short(found)]]
    }),
  )
}

function programOccurrence({ occurrence, window }: Candidate): ProgramOccurrence {
  return {
    ...(occurrence.start === undefined ? {} : { startMs: occurrence.start }),
    ...(occurrence.end === undefined ? {} : { endMs: occurrence.end }),
    ...(window.from === undefined ? {} : { fromMs: window.from }),
    ...(window.until === undefined ? {} : { untilMs: window.until }),
    ...(occurrence.wholeDays === true ? { wholeDays: true } : {}),
  }
}

/** Pins and roster entries that count between now and the horizon, in the order in which they were written. */
function programPins(pins: readonly Pin[], now: Instant, horizon: Instant): ProgramPin[] {
  const wanted = pins.filter(
    (pin) => holdsAt(pin, now) && pin.startsAt <= horizon && (pin.endsAt === undefined || pin.endsAt > now),
  )
  // Those that begin last are the furthest away, and the first that can be missed.
  const nearest = new Set(wanted.toSorted((a, b) => a.startsAt - b.startsAt).slice(0, PINS_MAX))
  return wanted
    .filter((pin) => nearest.has(pin))
    .map((pin) => ({
      level: pin.level,
      eventId: pin.eventId,
      fromMs: pin.startsAt,
      ...(pin.endsAt === undefined ? {} : { untilMs: pin.endsAt }),
    }))
}
