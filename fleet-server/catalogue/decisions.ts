import { opensAfter } from '@spaarzuil/shared/check-in/window.js'
import { chooseEvent } from '@spaarzuil/shared/events/choose.js'
import { startOfDay, dayOf } from '@spaarzuil/shared/events/zones.js'
import { days, instant, later, minutes, type Instant } from '@spaarzuil/shared/time.js'
import type { Decisions, EventAsk, EventFacts, TimeSpan } from './answers.js'
import { candidatesOf, changesAround, eventsInPlay, type Choices } from './choice.js'
import type { Memory } from './memory.js'
import { occurrencesIn } from './occurrences.js'
import type { CardSystem, EventRecord } from './records.js'
import { cardSystemOf, limitOf, ruleAt } from './rules-at.js'
import { eventAt, isDeleted, surroundingsAt, type KnownEvent } from './surroundings.js'

/**
 * Local midnights, where limit periods begin, fall on quarters of an hour in every zone there is, so within a quarter an
 * answer changes only where a record does.
 */
const QUARTER = minutes(15)
/** Answers remembered per event: a day of quarters for a few occurrences. */
const ANSWERS_MAX = 512
/** Edges given for one span: a pillar that was without a clock for days beside a busy agenda. */
const BOUNDARIES_MAX = 500
/** Starts of which pairs are compared for "nearest": 40 make 780 middles. */
const STARTS_MAX = 40

interface Remembered {
  readonly cardSystem: CardSystem
  readonly facts: EventFacts
  /** Between two changes of records, the first included. */
  readonly from: number
  readonly until: number
}

export function openDecisions(memory: Memory, choices: Choices): Decisions {
  // A record is replaced when something about the event is written, and its answers go with it.
  const remembered = new WeakMap<EventRecord, Map<string, Remembered>>()

  return {
    eventAt: (ask) => {
      const known = eventAt(memory, ask.cdbid, ask.at)
      if (known === undefined) return undefined
      const cardSystem = cardSystemOf(memory, ask.cardSystemId)
      const quarter = Math.floor(ask.at / QUARTER)
      const { startMs, endMs } = ask.occurrence ?? {}
      const key = `${quarter} ${cardSystem.id} ${ask.channel} ${startMs ?? ''} ${endMs ?? ''}`
      const answers = remembered.get(known.record) ?? new Map<string, Remembered>()
      remembered.set(known.record, answers)
      const before = answers.get(key)
      if (before?.cardSystem === cardSystem && before.from <= ask.at && ask.at < before.until)
        return before.facts
      const facts = factsOf(memory, known, ask)
      if (answers.size >= ANSWERS_MAX) answers.clear()
      answers.set(key, { cardSystem, facts, ...unchangedAround(known.record, cardSystem, ask.at) })
      return facts
    },
    chosenAt: (pillarUuid, at) => {
      const input = choices.inputAt(pillarUuid, at)
      if (input === undefined) return undefined
      const choice = chooseEvent(input)
      if (choice.kind === 'nothing-on') return undefined
      const { eventId, occurrence, window, why } = choice
      return { cdbid: eventId, occurrenceStart: occurrence.start, window, why }
    },
    boundaries: (pillarUuid, span, cdbid) => boundariesOf(memory, pillarUuid, span, cdbid),
  }
}

function factsOf(memory: Memory, known: KnownEvent, ask: EventAsk): EventFacts {
  const { record, version } = known
  const rule = ruleAt(memory, known, ask.cardSystemId, ask.at).windows[ask.channel]
  let last: { readonly from: Instant; readonly opens: Instant | undefined } | undefined
  return {
    id: record.id,
    cancelled: isDeleted(record, ask.at) || isCancelled(known, ask),
    limit: limitOf(memory, known, ask.cardSystemId, ask.at),
    opensAfter: (from) => {
      // Everybody who comes twice today is told the same.
      if (last?.from !== from) last = { from, opens: opensAfter(version.calendar, rule, version.zone, from) }
      return last.opens
    },
  }
}

/** An occurrence that is no longer in the calendar was moved, not cancelled: the visitor was shown it. */
function isCancelled({ version }: KnownEvent, ask: EventAsk): boolean {
  const { calendar } = version
  const startMs = ask.occurrence?.startMs
  if (calendar.kind !== 'fixed') return calendar.status !== 'Available'
  if (startMs === undefined) return calendar.ranges.every(({ status }) => status !== 'Available')
  const at = instant(startMs)
  const same = occurrencesIn(version, at, at).filter(({ start }) => start === at)
  return same.length > 0 && same.every(({ status }) => status !== 'Available')
}

function unchangedAround(
  record: EventRecord,
  cardSystem: CardSystem,
  at: Instant,
): { from: number; until: number } {
  const lists = [record.versions, record.settings.get(cardSystem.id) ?? [], cardSystem.rules]
  const edges = [
    record.deletedAt ?? Infinity,
    ...lists.flatMap((list) => list.flatMap(({ from, to }) => [from, to ?? Infinity])),
  ]
  return {
    from: Math.max(-Infinity, ...edges.filter((edge) => edge <= at)),
    until: Math.min(Infinity, ...edges.filter((edge) => edge > at)),
  }
}

/** Instants at which an answer may change; sorted, each once. */
function boundariesOf(
  memory: Memory,
  pillarUuid: string,
  span: TimeSpan,
  cdbid: string | undefined,
): readonly Instant[] {
  const around = surroundingsAt(memory, pillarUuid, span.until)
  if (around === undefined) return []
  const cardSystemId = around.cardSystem.id
  const named = cdbid === undefined ? undefined : eventAt(memory, cdbid, span.until)
  const events = [
    ...eventsInPlay(memory, around, span.until),
    ...(named === undefined ? [] : [{ ...named, automatic: false }]),
  ]
  const candidates = events.flatMap((event) =>
    candidatesOf(memory, event, { ...span, cardSystemId, at: span.until }),
  )
  const starts = [...new Set(candidates.map(({ occurrence }) => occurrence.start))]
    .filter((start) => start !== undefined)
    .slice(0, STARTS_MAX)
  const edges = [
    ...changesAround(memory, around),
    ...midnights(span, new Set([around.cardSystem.zone, ...events.map(({ version }) => version.zone)])),
    ...candidates.flatMap(({ window }) => [window.from ?? 0, (window.until ?? 0) + 1]),
    // Past the middle of two starts the other one is the nearest.
    ...starts.flatMap((a) => starts.flatMap((b) => [Math.floor((a + b) / 2), Math.floor((a + b) / 2) + 1])),
  ]
  return [...new Set(edges)]
    .filter((edge) => edge > span.from && edge <= span.until)
    .toSorted((a, b) => a - b)
    .slice(0, BOUNDARIES_MAX)
    .map(instant)
}

function midnights(span: TimeSpan, zones: ReadonlySet<string>): readonly number[] {
  const until = Math.min(span.until, later(span.from, days(BOUNDARIES_MAX)))
  return [...zones].flatMap((zone) => {
    const first = dayOf(span.from, zone)
    const count = Math.max(0, dayOf(instant(until), zone) - first + 1)
    return Array.from({ length: count }, (_, index) => startOfDay(first + index, zone))
  })
}
