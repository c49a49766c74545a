import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import {
  alwaysOn,
  at,
  brief,
  choose,
  NOON,
  pin,
  timed,
  type Situation,
  wholeDay,
} from '../testing/choices.js'
import { isOpen } from '../check-in/window.js'
import { instant, later, minutes } from '../time.js'
import { pinsInForce, TURNS_MAX } from './choose.js'
import { indexOccurrences, type Candidate } from './occurrence-index.js'

const automatic: readonly (readonly [string, readonly Candidate[], string])[] = [
  ['nothing at all', [], 'nothing - -'],
  ['the only one, however far its start', [timed('a', '07:00')], 'a only-candidate 1'],
  ['one whose window opens next', [timed('a', '17:00:00.001')], 'nothing - 05-03T12:00'],
  ['the last instant of a window', [timed('a', '06:00')], 'a only-candidate 1'],
  ['an instant later', [timed('a', '05:59:59.999')], 'nothing - -'],
  ['the nearest start is ahead', [timed('a', '10:00'), timed('b', '13:00')], 'b nearest-start 2'],
  ['the nearest start is past', [timed('a', '11:00'), timed('b', '14:00')], 'a nearest-start 2'],
  ['nearer by a millisecond', [timed('a', '11:00'), timed('b', '12:59:59.999')], 'b nearest-start 2'],
  ['equally near: the earlier start', [timed('a', '13:00'), timed('b', '11:00')], 'b tie 2 a'],
  [
    'the same start: the smaller id',
    [timed('b', '13:00'), timed('a', '13:00'), timed('c', '13:00')],
    'a tie 3 b',
  ],
  [
    'a tie further away is no tie',
    [timed('a', '12:00'), timed('b', '13:00'), timed('c', '13:00')],
    'a nearest-start 3',
  ],
  ['whole days come last', [wholeDay('a'), timed('b', '07:00')], 'b nearest-start 2'],
  ['always on comes last', [alwaysOn('a'), timed('b', '16:00')], 'b nearest-start 2'],
  ['only what has no start: the smaller id', [alwaysOn('b'), wholeDay('a')], 'a no-start 2 b'],
  [
    'only what has no start: the smaller id, also where it is always on',
    [alwaysOn('a'), wholeDay('b')],
    'a no-start 2 b',
  ],
  [
    'one event with two open occurrences is one',
    [timed('a', '09:00'), timed('a', '14:00')],
    'a only-candidate 1',
  ],
  [
    'and is as near as the nearest of them',
    [timed('a', '09:00'), timed('a', '11:30'), timed('b', '13:00')],
    'a nearest-start 2',
  ],
  [
    'its own other occurrence is no rival',
    [timed('a', '11:00'), timed('a', '13:00'), wholeDay('b')],
    'a nearest-start 2',
  ],
  [
    'what is only for pins is not chosen',
    [timed('a', '12:00', false), timed('b', '16:00')],
    'b only-candidate 1',
  ],
  [
    'nor is it a rival',
    [timed('a', '13:00'), timed('b', '13:00', false), timed('c', '16:00')],
    'a nearest-start 2',
  ],
  ['nor is it what is on next', [timed('a', '18:00', false)], 'nothing - -'],
]

t.test('automatic choice', async (t) => {
  for (const [sentence, candidates, expected] of automatic) {
    t.equal(brief(choose(candidates)), expected, sentence)
    t.equal(brief(choose(candidates.toReversed())), expected, `${sentence}, listed the other way round`)
  }
})

const a = timed('a', '13:00')
const b = timed('b', '14:00', false)
const late = timed('late', '20:00')
const pinned: readonly (readonly [string, readonly Candidate[], Situation, string])[] = [
  [
    'an administrator comes first',
    [a, b],
    { pins: [pin('counter', 'a'), pin('administrator', 'b')] },
    'b administrator-pin 1',
  ],
  ['then a counter', [a, b], { pins: [pin('roster', 'a'), pin('counter', 'b')] }, 'b counter-pin 1'],
  ['then the roster', [a, b], { pins: [pin('roster', 'b')] }, 'b roster 1'],
  ['a roster entry begins', [a, b], { pins: [pin('roster', 'b', { from: NOON })] }, 'b roster 1'],
  [
    'a millisecond earlier',
    [a, b],
    { pins: [pin('roster', 'b', { from: instant(NOON + 1) })] },
    'a only-candidate 1',
  ],
  [
    'a roster entry is over at its end',
    [a, b],
    { pins: [pin('roster', 'b', { until: NOON })] },
    'a only-candidate 1',
  ],
  [
    'and not a millisecond before',
    [a, b],
    { pins: [pin('roster', 'b', { until: instant(NOON + 1) })] },
    'b roster 1',
  ],
  [
    'the last writer wins',
    [a, b],
    { pins: [pin('counter', 'b', { from: at('10:00') }), pin('counter', 'a', { from: at('09:00') })] },
    'b counter-pin 1',
  ],
  [
    'of pins that began at once the one written last',
    [a, b],
    { pins: [pin('counter', 'b', { since: at('07:30') }), pin('counter', 'a', { since: at('07:00') })] },
    'b counter-pin 1',
  ],
  [
    'of pins written at once the last in the list',
    [a, b],
    { pins: [pin('counter', 'a'), pin('counter', 'b')] },
    'b counter-pin 1',
  ],
  [
    'the best occurrence of a pinned event',
    [timed('p', '08:00'), timed('p', '13:00')],
    { pins: [pin('counter', 'p')] },
    'p counter-pin 1',
  ],
  [
    'a closed pin, not strict: on to the next level',
    [a, late],
    { pins: [pin('administrator', 'late'), pin('counter', 'a')] },
    'a counter-pin 1',
  ],
  [
    'a closed pin, not strict: automatic at last',
    [a, late],
    { pins: [pin('roster', 'late')] },
    'a only-candidate 1',
  ],
  [
    'a closed pin, strict: nothing until it opens',
    [a, late],
    { pins: [pin('counter', 'late')], strict: true },
    'nothing late 05-03T15:00',
  ],
  [
    'a closed administrator’s pin, strict, closes the counter’s as well',
    [a, late],
    { pins: [pin('administrator', 'late'), pin('counter', 'a')], strict: true },
    'nothing late 05-03T15:00',
  ],
  [
    'a strict pin that ends sooner lets the others in',
    [a, late],
    { pins: [pin('counter', 'late', { until: at('12:30') })], strict: true },
    'nothing late 05-03T12:30',
  ],
  [
    'a strict pin that another one follows',
    [a, late],
    { pins: [pin('counter', 'gone'), pin('counter', 'a', { from: at('12:15') })], strict: true },
    'nothing gone 05-03T12:15',
  ],
  [
    'a strict pin of an event that has no dates',
    [a],
    { pins: [pin('counter', 'gone')], strict: true },
    'nothing gone -',
  ],
  ['a pin of an event that has no dates', [a], { pins: [pin('counter', 'gone')] }, 'a only-candidate 1'],
  [
    'what a pin brings next',
    [timed('p', '18:00', false)],
    { pins: [pin('counter', 'p')] },
    'nothing - 05-03T13:00',
  ],
  [
    'what a roster entry to come brings next',
    [timed('p', '14:00', false)],
    { pins: [pin('roster', 'p', { from: at('12:45') })] },
    'nothing - 05-03T12:45',
  ],
  [
    'an opening before the pin begins is not yet anything',
    [timed('p', '17:30', false)],
    { pins: [pin('roster', 'p', { from: at('13:45') })] },
    'nothing - 05-03T13:45',
  ],
]

t.test('pins', async (t) => {
  for (const [sentence, candidates, situation, expected] of pinned) {
    t.equal(brief(choose(candidates, situation)), expected, sentence)
  }
  const chosen = choose([timed('p', '08:00'), timed('p', '13:00')], { pins: [pin('counter', 'p')] })
  t.equal(chosen.kind === 'chosen' ? chosen.occurrence.start : undefined, at('13:00'))
  const inForce = pinsInForce([pin('roster', 'c'), pin('administrator', 'a'), pin('counter', 'b')], NOON)
  t.equal(inForce.map(({ eventId }) => eventId).join(' '), 'a b c')
})

t.test('what is next is not sought for ever', async (t) => {
  const riddle = Array.from({ length: TURNS_MAX + 1 }, (_, i) =>
    pin('counter', 'gone', { from: later(NOON, minutes(i)), until: later(NOON, minutes(i + 1)) }),
  )
  t.equal(brief(choose([alwaysOn('a')], { pins: riddle, strict: true })), 'nothing gone -')
  t.equal(
    brief(choose([alwaysOn('a')], { pins: riddle.slice(0, 60), strict: true })),
    'nothing gone 05-03T13:00',
  )
})

const times = fc.integer({ min: 0, max: 60 })
const anyCandidate: fc.Arbitrary<Candidate> = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    fc.option(times, { nil: undefined }),
    fc.option(times, { nil: undefined }),
    fc.option(times, { nil: undefined }),
    fc.boolean(),
  )
  .map(([eventId, start, from, length, automaticToo]) => ({
    eventId,
    occurrence: start === undefined ? {} : { start: instant(start), end: instant(start) },
    window: {
      from: from === undefined ? undefined : instant(from),
      until: length === undefined ? undefined : instant((from ?? 0) + length),
    },
    automatic: automaticToo,
  }))

t.test('the index finds what looking at every occurrence finds', async () => {
  fc.assert(
    fc.property(
      fc.array(anyCandidate, { maxLength: 120, size: 'max' }),
      fc.integer({ min: -1, max: 130 }),
      (candidates, ms) => {
        const now = instant(ms)
        const index = indexOccurrences(candidates)
        const open = candidates.filter((candidate) => isOpen(candidate.window, now))
        const key = (candidate: Candidate): string => JSON.stringify(candidate)
        assert.deepEqual(index.openAt(now).map(key).toSorted(), open.map(key).toSorted())
        const openings = (of: readonly Candidate[]): number[] =>
          of.map(({ window }) => window.from ?? -Infinity).filter((from) => from > now)
        const first = (of: readonly Candidate[]): number | undefined =>
          openings(of).toSorted((x, y) => x - y)[0]
        assert.equal(index.nextOpening(now), first(candidates.filter((candidate) => candidate.automatic)))
        assert.equal(index.nextOpening(now, 'c'), first(candidates.filter(({ eventId }) => eventId === 'c')))
      },
    ),
    { numRuns: 300 },
  )
})

t.test('automatic choice is the first of all open ones in the order of the rule', async () => {
  const startOf = ({ occurrence }: Candidate): number => occurrence.start ?? Infinity
  fc.assert(
    fc.property(fc.array(anyCandidate, { maxLength: 80, size: 'max' }), times, (candidates, ms) => {
      const distance = (candidate: Candidate): number => Math.abs(startOf(candidate) - ms)
      const order = (x: number, y: number): number => (x < y ? -1 : x > y ? 1 : 0)
      const inOrder = candidates
        .filter((candidate) => candidate.automatic && isOpen(candidate.window, instant(ms)))
        .toSorted(
          (x, y) =>
            order(distance(x), distance(y)) ||
            order(startOf(x), startOf(y)) ||
            x.eventId.localeCompare(y.eventId),
        )
      const [best] = inOrder
      const choice = choose(candidates, { at: instant(ms) })
      if (best === undefined || choice.kind !== 'chosen') {
        assert.deepEqual([best, choice.kind], [undefined, 'nothing-on'])
        return
      }
      const others = inOrder.filter(({ eventId }) => eventId !== best.eventId)
      const rival = others.find((candidate) => distance(candidate) === distance(best))
      assert.deepEqual(
        [choice.eventId, choice.occurrence.start, choice.candidates, choice.rival?.eventId],
        [
          best.eventId,
          best.occurrence.start,
          new Set(inOrder.map(({ eventId }) => eventId)).size,
          rival?.eventId,
        ],
      )
    }),
    { numRuns: 500 },
  )
})
