import { limitAt, type RuleHistory } from '@spaarzuil/shared/check-in/limits.js'
import type { LimitAtMoment } from '@spaarzuil/shared/check-in/facts.js'
import { resolveRule } from '@spaarzuil/shared/check-in/resolve-rule.js'
import { UITPAS_RULES, type Rule } from '@spaarzuil/shared/check-in/rules.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import { valueAt, valueSince } from './dated.js'
import type { Memory } from './memory.js'
import type { CardSystem, EventRecord } from './records.js'

/** The rule of an event in a card system, as it was at a moment. */
export function ruleAt(
  memory: Memory,
  { record }: { readonly record: EventRecord },
  cardSystemId: number,
  at: Instant,
): Rule {
  return ruleIn(cardSystemOf(memory, cardSystemId), record, at)
}

export function cardSystemOf(memory: Memory, id: number): CardSystem {
  const cardSystem = memory.cardSystem(id)
  invariant(cardSystem !== undefined, 'a card system is never removed')
  return cardSystem
}

function ruleIn(cardSystem: CardSystem, record: EventRecord, at: Instant): Rule {
  const settings = valueAt(record.settings.get(cardSystem.id) ?? [], at)
  const version = valueSince(record.versions, at)
  invariant(version !== undefined, 'an event has a version from its first day')
  return resolveRule(valueSince(cardSystem.rules, at) ?? UITPAS_RULES, settings, version.calendarType)
}

/** The limit and points that count at a moment. */
export function limitOf(
  memory: Memory,
  { record }: { readonly record: EventRecord },
  cardSystemId: number,
  at: Instant,
): LimitAtMoment {
  const version = valueSince(record.versions, at)
  invariant(version !== undefined, 'an event has a version from its first day')
  return limitAt(historyOf(cardSystemOf(memory, cardSystemId), record), at, version.zone)
}

// Worked out of immutable records and gone with them: writing one makes a new record.
const histories = new WeakMap<EventRecord, WeakMap<CardSystem, RuleHistory>>()

function historyOf(cardSystem: CardSystem, record: EventRecord): RuleHistory {
  const ofEvent = histories.get(record) ?? new WeakMap<CardSystem, RuleHistory>()
  histories.set(record, ofEvent)
  const known = ofEvent.get(cardSystem)
  if (known !== undefined) return known
  const changes = [cardSystem.rules, record.settings.get(cardSystem.id) ?? [], record.versions].flatMap(
    (list) => list.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])),
  )
  const made = [...new Set([0, ...changes])]
    .toSorted((a, b) => a - b)
    .map((from) => ({ from: instant(from), ...limitAndPoints(ruleIn(cardSystem, record, instant(from))) }))
  ofEvent.set(cardSystem, made)
  return made
}

const limitAndPoints = ({ limit, points }: Rule): Pick<Rule, 'limit' | 'points'> => ({ limit, points })
