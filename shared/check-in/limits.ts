/** How often, and for how many points: the limit that counts at a moment. */
import { endOfPeriod, localDate, startOfPeriod } from '../events/zones.js'
import { invariant } from '../errors.js'
import { instant, type Instant } from '../time.js'
import type { LimitAtMoment } from './facts.js'
import type { LimitRule, PeriodType } from './rules.js'

/** The limit and points of an event in one card system, in force from `from` until the next one. */
export type RuleFrom = {
  readonly from: Instant
  readonly limit: LimitRule
  readonly points: number
}

/** Oldest first. The oldest also counts for what was before it. Never changed, only replaced by a longer one. */
export type RuleHistory = readonly RuleFrom[]

/**
 * The limit that counts at `at`, in calendar periods of `zone` (weeks from Monday; UiTPAS API 4.0, PeriodLimit).
 *
 * The type of period is that of the moment. Volume and points are those in force at the start of the period; where a rule
 * with this type of period came into force only later in the period, the first of these. So all check-ins of one period
 * are worth the same, whenever staff changed the rule, and a rule written today changes nothing that was before it.
 *
 * The key names type, local start, volume and points. Check-ins share a limit only if their rule is the same: card
 * systems with different rules for one event each keep their own count. That is what makes the sum of points per key
 * `min(check-ins, volume) x points`, in whatever order the check-ins arrive.
 */
export function limitAt(history: RuleHistory, at: Instant, zone: string): LimitAtMoment {
  const known = remembered.get(history)
  if (known !== undefined && known.zone === zone && known.from <= at && at < known.until) return known.limit
  const stretch = stretchAt(history, at, zone)
  remembered.set(history, stretch)
  return stretch.limit
}

/** A time during which the limit is one and the same. */
type Stretch = {
  readonly zone: string
  readonly from: number
  readonly until: number
  readonly limit: LimitAtMoment
}

// Check-ins of one event come in runs of the same period: the last answer serves nearly all of them.
const remembered = new WeakMap<RuleHistory, Stretch>()

function stretchAt(history: RuleHistory, at: Instant, zone: string): Stretch {
  const place = Math.max(
    0,
    history.findLastIndex((rule) => rule.from <= at),
  )
  const current = history[place]
  invariant(current !== undefined, 'an event has a rule from its first day')
  const ruleFrom = place === 0 ? -Infinity : current.from
  const ruleUntil = history[place + 1]?.from ?? Infinity
  const period = periodAt(current.limit.period, at, zone)
  const rule = ruleOfPeriod(history.slice(0, place), current, period.start)
  return {
    zone,
    from: Math.max(ruleFrom, period.start),
    until: Math.min(ruleUntil, period.end ?? Infinity),
    limit: {
      key: `${current.limit.period}:${period.name}:${rule.limit.volume}x${rule.points}`,
      volume: rule.limit.volume,
      points: rule.points,
      ...(period.end === undefined ? {} : { periodEnd: period.end }),
    },
  }
}

/** Looks no further than the rule of the moment, so that what is written later cannot change it. */
function ruleOfPeriod(before: RuleHistory, current: RuleFrom, start: number): RuleFrom {
  if (current.from <= start) return current
  const atStart = Math.max(
    0,
    before.findLastIndex((rule) => rule.from <= start),
  )
  return before.slice(atStart).find((rule) => rule.limit.period === current.limit.period) ?? current
}

type Period = { readonly name: string; readonly start: number; readonly end?: Instant }

function periodAt(type: PeriodType, at: Instant, zone: string): Period {
  if (type === 'ABSOLUTE') return { name: 'always', start: -Infinity }
  const start = startOfPeriod(at, zone, type)
  return { name: localDate(start, zone), start, end: instant(endOfPeriod(at, zone, type)) }
}
