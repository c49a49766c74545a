/** When a tap was, from what its pillar knew then and found out later. The check-in itself is never rewritten. */
import type { TapTime } from '../contract/check-in.js'
import type { ClockFinding } from '../contract/messages.js'
import { instant, seconds, type Instant } from '../time.js'
import type { Moment } from './facts.js'
import type { Verdict } from './verdict.js'

/** What a pillar learnt of its clock in one boot. */
export type Finding = ClockFinding['finding']
type Exact = Extract<Finding, { offsetMs: number }>
type SpanFinding = Extract<Finding, { fromMs: number }>

/** Below this a clock is right: network time and a drifting crystal differ by less, a jump by more. */
export const CLOCK_TOLERANCE = seconds(2)

/** Decisions at this many instants take some milliseconds; a span that needs more is a matter for a person. */
export const SPAN_BOUNDARIES_MAX = 200

const LAST_MS = 253_402_300_799_999

/**
 * The moment of a tap. `findings`: all of the same pillar and the same boot, in any order; the answer does not depend on
 * the order in which they came in.
 *
 * A synced finding says how far the wall clock is from the uptime; the one nearest in uptime counts, for crystals
 * drift. A wall clock that was synced at the tap and agrees with it within two seconds is left as it is, so that
 * news which changes nothing moves no moment; one that disagrees had jumped.
 */
export function deriveMoment(time: TapTime, findings: readonly Finding[]): Moment {
  const found = nearestSynced(time, findings)
  if (time.quality === 'synced') {
    const agrees = found === undefined || Math.abs(found - time.wallMs) <= CLOCK_TOLERANCE
    return { kind: 'at', at: agrees ? instant(time.wallMs) : found }
  }
  return found === undefined ? spanOf(time, findings) : { kind: 'at', at: found }
}

/** Whether what is known of a moment changed by more than clocks differ. */
export function momentChanged(before: Moment, after: Moment): boolean {
  if (before.kind === 'at' && after.kind === 'at') return differ(before.at, after.at)
  if (before.kind === 'span' && after.kind === 'span') {
    return differ(before.from, after.from) || differ(before.until, after.until)
  }
  return before.kind !== after.kind
}

const differ = (a: Instant, b: Instant): boolean => Math.abs(a - b) > CLOCK_TOLERANCE

function nearestSynced(time: TapTime, findings: readonly Finding[]): Instant | undefined {
  const distance = (finding: Exact): number => Math.abs(finding.atUptimeMs - time.uptimeMs)
  const nearest = findings
    .filter(isExact)
    .filter((finding) => finding.quality === 'synced' && isTime(time.uptimeMs + finding.offsetMs))
    // Equally near: the earlier one, so that the order in which they came in does not matter.
    .toSorted(
      (a, b) => distance(a) - distance(b) || a.atUptimeMs - b.atUptimeMs || a.offsetMs - b.offsetMs,
    )[0]
  return nearest === undefined ? undefined : instant(time.uptimeMs + nearest.offsetMs)
}

const isExact = (finding: Finding): finding is Exact => 'offsetMs' in finding
const isSpan = (finding: Finding): finding is SpanFinding => 'fromMs' in finding
const isTime = (ms: number): boolean => ms >= 0 && ms <= LAST_MS

/**
 * The boot began after `fromMs`, so the tap came its uptime later at least. The boot was still running at the
 * largest uptime that is known of it, so the tap came that much before `untilMs` at least.
 */
function spanOf(time: TapTime, findings: readonly Finding[]): Moment {
  const spans = findings.filter(isSpan)
  if (spans.length === 0) return { kind: 'unknown' }
  const lastUptime = Math.max(time.uptimeMs, ...findings.filter(isExact).map((finding) => finding.atUptimeMs))
  const from = Math.max(...spans.map((span) => span.fromMs))
  const until = Math.min(...spans.map((span) => span.untilMs))
  if (from > until) return { kind: 'unknown' }
  const narrowed = { from: from + time.uptimeMs, until: until - (lastUptime - time.uptimeMs) }
  // A crystal that runs fast can count more uptime than the span is long: then uptime tells nothing.
  const { from: first, until: last } = narrowed.from <= narrowed.until ? narrowed : { from, until }
  return { kind: 'span', from: instant(first), until: instant(last) }
}

/** A verdict with the event for which it was given. */
export type Decided = { readonly verdict: Verdict; readonly eventId?: string | undefined }

/**
 * One verdict for a tap that lay somewhere in a span: given only if every moment of the span leads to it, otherwise
 * held. `boundaries`: every instant at which something may change (edges of windows, limit periods, pins,
 * assignments, card statuses); both sides of each are tried, so it does not matter on which side the change lies.
 */
export function decideOverSpan(
  span: { readonly from: Instant; readonly until: Instant },
  boundaries: Iterable<Instant>,
  decideAt: (at: Instant) => Decided,
): Decided {
  const tries = triesOf(span, boundaries)
  if (tries === undefined) return CLOCK_UNKNOWN
  const first = decideAt(span.from)
  let common = first
  for (const at of tries) {
    const decided = decideAt(at)
    if (sameness(decided) !== sameness(first)) return CLOCK_UNKNOWN
    common = { ...common, verdict: inCommon(common.verdict, decided.verdict) }
  }
  return common
}

const CLOCK_UNKNOWN: Decided = { verdict: { kind: 'held', reason: 'clock-unknown' } }

function triesOf(
  { from, until }: { readonly from: Instant; readonly until: Instant },
  boundaries: Iterable<Instant>,
): ReadonlySet<Instant> | undefined {
  const tries = new Set<Instant>([until])
  const inside = new Set<Instant>()
  for (const boundary of boundaries) {
    if (boundary < from - 1 || boundary > until + 1) continue
    inside.add(boundary)
    if (inside.size > SPAN_BOUNDARIES_MAX) return undefined
    for (const step of [-1, 0, 1]) {
      const at = instant(boundary + step)
      if (at >= from && at <= until) tries.add(at)
    }
  }
  return tries
}

function sameness({ verdict, eventId }: Decided): string {
  switch (verdict.kind) {
    case 'granted':
      return JSON.stringify([verdict.kind, eventId, verdict.limitKey, verdict.points])
    case 'refused':
    case 'held':
      return JSON.stringify([verdict.kind, eventId, verdict.reason])
  }
}

/** What a refusal says besides its reason stays only where it is true of the whole span. */
function inCommon(a: Verdict, b: Verdict): Verdict {
  if (a.kind !== 'refused' || b.kind !== 'refused') return a
  return {
    kind: 'refused',
    reason: a.reason,
    ...(a.againAt === undefined || a.againAt !== b.againAt ? {} : { againAt: a.againAt }),
    ...(a.until === undefined || a.until !== b.until ? {} : { until: a.until }),
  }
}
