import t from 'tap'
import { Temporal } from 'temporal-polyfill'
import type { Calendar } from '../events/calendar.js'
import { isFailure } from '../errors.js'
import { instant, later, milliseconds, type Instant } from '../time.js'
import { UITPAS_RULES, type WindowRule } from './rules.js'
import { isOpen, LOOK_AHEAD, opensAfter, windowOf } from './window.js'

const ZONE = 'Europe/Brussels'
const local = (text: string, zone = ZONE): Instant =>
  instant(Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds)
const shown = (at: Instant | undefined): string =>
  at === undefined
    ? '-'
    : Temporal.Instant.fromEpochMilliseconds(at)
        .toZonedDateTimeISO(ZONE)
        .toPlainDateTime()
        .toString({ fractionalSecondDigits: 3 })
        .replace(/:00\.000$/, '')

const { pillar, counter, qr } = UITPAS_RULES.windows
const evening = (day: string) => ({
  start: local(`${day}T20:00`),
  end: local(`${day}T22:00`),
  wholeDays: false,
})
const wholeDays = (from: string, until: string) => ({
  start: local(from),
  end: local(until),
  wholeDays: true,
})

type Range = Parameters<typeof windowOf>[0]
const windows: readonly (readonly [string, Range, WindowRule, string, string])[] = [
  ['a pillar, 5 hours around', evening('2026-11-16'), pillar, '2026-11-16T15:00', '2026-11-17T03:00'],
  [
    'a counter, 1 hour before to 3 calendar months after',
    evening('2026-11-30'),
    counter,
    '2026-11-30T19:00',
    '2027-02-28T22:00',
  ],
  [
    'three months over the end of winter keep the local time',
    evening('2026-01-10'),
    counter,
    '2026-01-10T19:00',
    '2026-04-10T22:00',
  ],
  ['a printed code, start to end', evening('2026-11-16'), qr, '2026-11-16T20:00', '2026-11-16T22:00'],
  [
    'hours are hours when the clocks go forward',
    { start: local('2026-03-29T01:00'), end: local('2026-03-29T01:30'), wholeDays: false },
    { before: 'PT1H', after: 'PT1H' },
    '2026-03-29T00:00',
    '2026-03-29T03:30',
  ],
  [
    'a day is a day when the clocks go forward',
    evening('2026-03-28'),
    { before: 'PT24H', after: 'P1D' },
    '2026-03-27T20:00',
    '2026-03-29T22:00',
  ],
  [
    '24 hours are not a day when the clocks go forward',
    evening('2026-03-28'),
    { before: 'P1D', after: 'PT24H' },
    '2026-03-27T20:00',
    '2026-03-29T23:00',
  ],
  [
    'weeks, days and hours add up',
    evening('2026-11-16'),
    { before: 'P1W1DT2H', after: 'PT1H30M10S' },
    '2026-11-08T18:00',
    '2026-11-16T23:30:10.000',
  ],
  [
    'whole days get no margin, and last to their last millisecond',
    wholeDays('2026-11-16T00:00', '2026-11-17T23:59:59'),
    pillar,
    '2026-11-16T00:00',
    '2026-11-17T23:59:59.999',
  ],
  [
    'a whole day that ends at midnight is one day',
    wholeDays('2026-11-16T00:00', '2026-11-17T00:00'),
    counter,
    '2026-11-16T00:00',
    '2026-11-16T23:59:59.999',
  ],
  [
    'a whole day that is written as one point is one day',
    wholeDays('2026-11-16T00:00', '2026-11-16T00:00'),
    counter,
    '2026-11-16T00:00',
    '2026-11-16T23:59:59.999',
  ],
  [
    'the day on which the clocks go back has 25 hours',
    wholeDays('2026-10-25T00:00', '2026-10-25T23:59:59'),
    pillar,
    '2026-10-25T00:00',
    '2026-10-25T23:59:59.999',
  ],
  ['always on is always open', { start: undefined, end: undefined, wholeDays: true }, pillar, '-', '-'],
  [
    'times before 1970 are none of ours',
    evening('1999-01-01'),
    { before: 'P40Y', after: 'PT0S' },
    shown(instant(0)),
    '1999-01-01T22:00',
  ],
  [
    'no window outlasts the last time that a message can carry',
    evening('2026-01-01'),
    { before: 'PT0S', after: 'P99999Y99999M99999W99999D' },
    '2026-01-01T20:00',
    shown(instant(253_402_300_799_999)),
  ],
]

t.test('windows', async (t) => {
  for (const [sentence, occurrence, rule, from, until] of windows) {
    const window = windowOf(occurrence, rule, ZONE)
    t.strictSame([shown(window.from), shown(window.until)], [from, until], sentence)
  }
})

t.test('a zone decides what a day is', async (t) => {
  const day = { start: local('2026-11-16T00:00', 'Asia/Tokyo'), end: local('2026-11-16T23:59', 'Asia/Tokyo') }
  t.equal(windowOf({ ...day, wholeDays: true }, pillar, 'Asia/Tokyo').from, day.start)
  t.not(windowOf({ ...day, wholeDays: true }, pillar, ZONE).from, day.start)
})

t.test('both ends belong to a window', async (t) => {
  const window = { from: instant(10), until: instant(20) }
  t.strictSame(
    [9, 10, 20, 21].map((at) => isOpen(window, instant(at))),
    [false, true, true, false],
  )
  t.strictSame(
    [
      isOpen({ until: instant(20) }, instant(0)),
      isOpen({ from: instant(10) }, instant(9e15)),
      isOpen({}, instant(5)),
    ],
    [true, true, true],
  )
})

t.test('a rule that is no duration fails with its text', async (t) => {
  for (const text of ['5h', 'P', 'PT', '-PT5H', 'PT1.5H', 'P100000Y', '']) {
    t.throws(
      () => windowOf(evening('2026-11-16'), { before: text, after: 'PT0S' }, ZONE),
      { code: 'CONFIG_INVALID' },
      text,
    )
  }
  try {
    windowOf(evening('2026-11-16'), { before: '5h', after: 'PT0S' }, ZONE)
  } catch (error) {
    t.ok(isFailure(error) && error.message.includes('A window of 5h'))
  }
})

t.test('more durations than any system has are read all the same', async (t) => {
  const start = local('2026-11-16T20:00')
  for (let i = 0; i < 300; i += 1) {
    const rule = { before: `PT${i}S`, after: 'PT0S' }
    const window = windowOf({ start, end: start, wholeDays: false }, rule, ZONE)
    if (window.from !== start - i * 1_000) t.fail(rule.before)
  }
  t.equal(windowOf({ start, end: start, wholeDays: false }, pillar, ZONE).from, local('2026-11-16T15:00'))
})

const library: Calendar = {
  kind: 'weekly',
  zone: ZONE,
  hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: 600, closes: 1_080 })),
  closed: [{ from: '2026-12-21', until: '2027-01-03' }],
  adjusted: [],
  status: 'Available',
}
const fixed = (...ranges: readonly (readonly [string, string, string?])[]): Calendar => ({
  kind: 'fixed',
  zone: ZONE,
  ranges: ranges.map(([start, end, status]) => ({
    start: local(start),
    end: local(end),
    startOffset: 60,
    endOffset: 60,
    status: status === 'Unavailable' ? 'Unavailable' : 'Available',
  })),
})
const concert = fixed(['2026-11-16T20:00', '2026-11-16T22:00'])
const always = (status: 'Available' | 'Unavailable'): Calendar => ({ kind: 'always', zone: ZONE, status })

const openings: readonly (readonly [string, Calendar, WindowRule, string, string])[] = [
  ['before the window: its start', concert, pillar, '2026-11-16T14:59', '2026-11-16T15:00'],
  ['in the window: now', concert, pillar, '2026-11-16T15:01', '2026-11-16T15:01'],
  ['at its last instant: now', concert, pillar, '2026-11-17T03:00', '2026-11-17T03:00'],
  ['after the last window: never', concert, pillar, '2026-11-17T03:01', '-'],
  [
    'long after the end, as far as the rule goes: now',
    concert,
    counter,
    '2027-02-16T22:00',
    '2027-02-16T22:00',
  ],
  ['further than the rule goes: never', concert, counter, '2027-02-16T22:01', '-'],
  [
    'a library on Friday night: Monday, less the margin',
    library,
    pillar,
    '2026-11-20T23:30',
    '2026-11-23T05:00',
  ],
  ['a library on Friday evening: still open', library, pillar, '2026-11-20T22:30', '2026-11-20T22:30'],
  ['over the closed days of Christmas', library, pillar, '2026-12-19T12:00', '2027-01-04T05:00'],
  ['always on: now', always('Available'), pillar, '2026-11-20T03:00', '2026-11-20T03:00'],
  ['always on, but cancelled: never', always('Unavailable'), pillar, '2026-11-20T03:00', '-'],
  [
    'a cancelled performance opens nothing',
    fixed(['2026-11-16T20:00', '2026-11-16T22:00', 'Unavailable'], ['2026-11-18T20:00', '2026-11-18T22:00']),
    pillar,
    '2026-11-16T16:00',
    '2026-11-18T15:00',
  ],
  [
    'a whole day starts first and opens later than a performance on that day',
    fixed(['2026-11-18T00:00', '2026-11-18T23:59:59'], ['2026-11-18T02:00', '2026-11-18T03:00']),
    pillar,
    '2026-11-16T16:00',
    '2026-11-17T21:00',
  ],
  [
    'of two the first to open, though the other begins sooner after it',
    fixed(['2026-11-19T20:00', '2026-11-19T22:00'], ['2026-11-18T20:00', '2026-11-18T22:00']),
    pillar,
    '2026-11-16T16:00',
    '2026-11-18T15:00',
  ],
]

t.test('when it opens', async (t) => {
  for (const [sentence, calendar, rule, from, expected] of openings) {
    t.equal(shown(opensAfter(calendar, rule, ZONE, local(from))), expected, sentence)
  }
})

t.test('nobody waits longer than the look-ahead', async (t) => {
  const opens = local('2026-11-16T15:00')
  const from = instant(opens - LOOK_AHEAD)
  t.equal(opensAfter(concert, pillar, ZONE, from), opens)
  t.equal(opensAfter(concert, pillar, ZONE, instant(from - 1)), undefined)
  t.equal(
    opensAfter(library, pillar, ZONE, later(from, milliseconds(0))),
    opensAfter(library, pillar, ZONE, from),
  )
})
