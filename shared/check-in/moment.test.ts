import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import type { TapTime } from '../contract/check-in.js'
import { instant, type Instant } from '../time.js'
import type { Moment } from './facts.js'
import {
  decideOverSpan,
  deriveMoment,
  momentChanged,
  SPAN_BOUNDARIES_MAX,
  type Decided,
  type Finding,
} from './moment.js'
import type { Verdict } from './verdict.js'

const BOOT = '00000000-0000-4000-8000-000000000001'
const tap = (quality: TapTime['quality'], wallMs: number, uptimeMs = 60_000): TapTime => ({
  wallMs,
  uptimeMs,
  boot: BOOT,
  start: BOOT,
  quality,
})
const synced = (offsetMs: number, atUptimeMs = 0): Finding => ({ offsetMs, atUptimeMs, quality: 'synced' })
const lasted = (atUptimeMs: number): Finding => ({ offsetMs: 0, atUptimeMs, quality: 'unsynced' })
const spanOf = (fromMs: number, untilMs: number): Finding => ({ fromMs, untilMs })
const MINUTE = 60_000
const NOON = 1_800_000_000_000

const moments: readonly (readonly [string, TapTime, readonly Finding[], object])[] = [
  ['a synced wall clock is believed', tap('synced', NOON), [], { kind: 'at', at: NOON }],
  ['a clock that was carried over is not', tap('holdover', NOON), [], { kind: 'unknown' }],
  ['a clock that is plainly wrong is not', tap('unsynced', 5), [], { kind: 'unknown' }],
  [
    'what is found out later counts back to the tap',
    tap('unsynced', 5),
    [synced(NOON)],
    { kind: 'at', at: NOON + MINUTE },
  ],
  [
    'a finding without trusted time tells no moment',
    tap('holdover', NOON),
    [{ offsetMs: NOON, atUptimeMs: 0, quality: 'holdover' }],
    { kind: 'unknown' },
  ],
  [
    'the finding that is nearest in uptime counts',
    tap('unsynced', 5),
    [synced(NOON, 0), synced(NOON + 900, 70_000), synced(NOON + 5_000, 200_000)],
    { kind: 'at', at: NOON + 900 + MINUTE },
  ],
  [
    'of two equally near the earlier counts',
    tap('unsynced', 5),
    [synced(NOON + 900, 70_000), synced(NOON, 50_000)],
    { kind: 'at', at: NOON + MINUTE },
  ],
  [
    'of two at one uptime the smaller offset counts',
    tap('unsynced', 5),
    [synced(NOON + 900, 50_000), synced(NOON, 50_000)],
    { kind: 'at', at: NOON + MINUTE },
  ],
  [
    'a synced wall clock that is 2 s off stays',
    tap('synced', NOON + 2_000),
    [synced(NOON - MINUTE)],
    { kind: 'at', at: NOON + 2_000 },
  ],
  [
    'a synced wall clock that is more than 2 s off had jumped',
    tap('synced', NOON + 2_001),
    [synced(NOON - MINUTE)],
    { kind: 'at', at: NOON },
  ],
  [
    'a finding that leads before 1970 tells nothing',
    tap('unsynced', 5),
    [synced(-MINUTE - 1)],
    { kind: 'unknown' },
  ],
  [
    'the boot began after the floor, so the tap came its uptime later',
    tap('unsynced', 5),
    [spanOf(NOON, NOON + 10 * MINUTE)],
    { kind: 'span', from: NOON + MINUTE, until: NOON + 10 * MINUTE },
  ],
  [
    'the boot went on after the tap, so the tap came that much before the end',
    tap('unsynced', 5),
    [spanOf(NOON, NOON + 10 * MINUTE), lasted(4 * MINUTE), lasted(2 * MINUTE)],
    { kind: 'span', from: NOON + MINUTE, until: NOON + 7 * MINUTE },
  ],
  [
    'two spans leave what they share',
    tap('unsynced', 5, 0),
    [spanOf(NOON, NOON + 9), spanOf(NOON + 3, NOON + 20)],
    { kind: 'span', from: NOON + 3, until: NOON + 9 },
  ],
  [
    'spans that contradict each other tell nothing',
    tap('unsynced', 5, 0),
    [spanOf(NOON, NOON + 9), spanOf(NOON + 10, NOON + 20)],
    { kind: 'unknown' },
  ],
  [
    'an uptime longer than the span leaves the span as it is',
    tap('unsynced', 5),
    [spanOf(NOON, NOON + 9)],
    { kind: 'span', from: NOON, until: NOON + 9 },
  ],
  [
    'a trusted time beats a span',
    tap('unsynced', 5),
    [spanOf(NOON, NOON + 9), synced(NOON)],
    { kind: 'at', at: NOON + MINUTE },
  ],
  ['a synced tap needs no span', tap('synced', NOON), [spanOf(1, 2)], { kind: 'at', at: NOON }],
]

t.test('the moment follows from the raw times and the findings', async (t) => {
  for (const [sentence, time, findings, expected] of moments) {
    t.strictSame(deriveMoment(time, findings), expected, sentence)
  }
})

t.test('the order in which findings come in does not matter', async () => {
  const finding = fc.oneof(
    fc.record({
      offsetMs: fc.integer({ min: NOON, max: NOON + 9_000 }),
      atUptimeMs: fc.nat(200_000),
      quality: fc.constantFrom('synced' as const, 'unsynced' as const),
    }),
    fc.record({ fromMs: fc.nat(5_000), untilMs: fc.integer({ min: 4_000, max: 90_000 }) }),
  )
  fc.assert(
    fc.property(
      fc.array(finding, { maxLength: 6 }),
      fc.constantFrom('synced', 'holdover'),
      (findings, quality) => {
        const time = tap(quality, NOON + 3_000)
        const [there, back] = [findings, findings.toReversed()].map((found) => deriveMoment(time, found))
        assert.deepEqual(there, back)
      },
    ),
    { numRuns: 100 },
  )
})

t.test('a moment changed if it differs by more than clocks do', async (t) => {
  const point = (at: number): Moment => ({ kind: 'at', at: instant(at) })
  const span = (from: number, until: number): Moment => ({
    kind: 'span',
    from: instant(from),
    until: instant(until),
  })
  const table: readonly (readonly [Moment, Moment, boolean])[] = [
    [point(10_000), point(12_000), false],
    [point(10_000), point(12_001), true],
    [point(12_001), point(10_000), true],
    [span(0, 9_000), span(2_000, 7_000), false],
    [span(0, 9_000), span(2_001, 9_000), true],
    [span(0, 9_000), span(0, 11_001), true],
    [point(5), span(5, 5), true],
    [{ kind: 'unknown' }, { kind: 'unknown' }, false],
    [{ kind: 'unknown' }, point(5), true],
  ]
  for (const [before, after, changed] of table) {
    t.equal(momentChanged(before, after), changed, `${JSON.stringify(before)} to ${JSON.stringify(after)}`)
  }
})

const span = { from: instant(1_000), until: instant(2_000) }
const grant: Verdict = { kind: 'granted', points: 1, limitKey: 'a' }
const HELD = { verdict: { kind: 'held', reason: 'clock-unknown' } }
const from =
  (edge: number, after: Decided, before: Decided = { verdict: grant, eventId: 'e' }) =>
  (at: Instant): Decided =>
    at >= edge ? after : before

t.test('one verdict for all of a span is given, more than one is held', async (t) => {
  const before: Decided = { verdict: grant, eventId: 'e' }
  const other: readonly (readonly [string, Decided])[] = [
    ['another event', { verdict: grant, eventId: 'f' }],
    ['another limit', { verdict: { ...grant, limitKey: 'b' }, eventId: 'e' }],
    ['other points', { verdict: { ...grant, points: 2 }, eventId: 'e' }],
    ['a refusal', { verdict: { kind: 'refused', reason: 'too-late' }, eventId: 'e' }],
    ['held', { verdict: { kind: 'held', reason: 'event-unknown' }, eventId: 'e' }],
  ]
  for (const [sentence, after] of other) {
    t.strictSame(
      decideOverSpan(span, [instant(1_500)], from(1_500, after)),
      HELD,
      `${sentence} from the middle on`,
    )
    t.strictSame(decideOverSpan(span, [], from(2_000, after)), HELD, `${sentence} at the very end`)
    t.strictSame(decideOverSpan(span, [], from(1_001, after)), HELD, `${sentence} after the very beginning`)
    t.strictSame(
      decideOverSpan(span, [instant(2_001)], from(2_001, after)),
      before,
      `${sentence} after the span`,
    )
    t.strictSame(
      decideOverSpan(span, [instant(1_000)], from(1_000, after)),
      after,
      `${sentence} from its start on`,
    )
  }
})

t.test('a change on either side of a boundary is seen', async (t) => {
  const refused: Decided = { verdict: { kind: 'refused', reason: 'nothing-on' } }
  const only = (when: number) => (at: Instant) => (at === when ? refused : { verdict: grant })
  for (const when of [1_499, 1_500, 1_501]) {
    t.strictSame(decideOverSpan(span, [instant(1_500)], only(when)), HELD, String(when))
  }
  t.strictSame(decideOverSpan(span, [instant(999)], only(1_000)), HELD, 'a boundary just before the span')
})

t.test('what a refusal says besides its reason stays where it is true of the whole span', async (t) => {
  const refused = (againAt: number, until?: number): Decided => ({
    verdict: {
      kind: 'refused',
      reason: 'too-late',
      againAt: instant(againAt),
      ...(until === undefined ? {} : { until: instant(until) }),
    },
  })
  t.strictSame(decideOverSpan(span, [], from(1_500, refused(9, 5), refused(9, 5))), refused(9, 5))
  t.strictSame(decideOverSpan(span, [], from(1_500, refused(9, 5), refused(8, 4))), {
    verdict: { kind: 'refused', reason: 'too-late' },
  })
})

t.test('a span with too many boundaries is held without trying them', async (t) => {
  const boundaries = Array.from({ length: SPAN_BOUNDARIES_MAX + 1 }, (_, i) => instant(1_100 + i))
  t.strictSame(
    decideOverSpan(span, boundaries, () => ({ verdict: grant })),
    HELD,
  )
  let asked = 0
  const count = (): Decided => {
    asked += 1
    return { verdict: grant }
  }
  t.strictSame(decideOverSpan(span, boundaries.slice(1), count), { verdict: grant })
  t.ok(asked <= 3 * SPAN_BOUNDARIES_MAX + 2)
})
