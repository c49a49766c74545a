import { existsSync, readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import t from 'tap'
import { Compile } from 'typebox/compile'
import { instant, type Instant } from '../time.js'
import {
  ZONE,
  WEEKDAYS,
  at,
  calendarOf,
  problemsOf,
  shown,
  between,
  ranges,
  hours,
  sub,
  periodic,
  library,
} from './calendar-fixtures.js'
import { Calendar } from './calendar.js'
import { zoneOf } from './event-parts.js'
import { fieldOf, listOf, textOf } from './loose-json.js'
import { occurrencesBetween, rangesAsUpstream } from './occurrences.js'
import { parseCalendar } from './parse-calendar.js'

const storable = Compile(Calendar)

// ── Closed and adjusted days ──

t.test('closed beats adjusted, and adjusted replaces the regular hours wholly', async (t) => {
  const pool = {
    ...periodic(
      '2025-05-05T00:00:00+02:00',
      '2025-05-11T23:59:59+02:00',
      hours('09:00', '17:00', ['monday', 'tuesday', 'wednesday', 'thursday']),
    ),
    openingHoursClosedDays: [{ startDate: '2025-05-06', endDate: '2025-05-06' }],
    openingHoursAdjustedDays: [
      {
        startDate: '2025-05-06',
        endDate: '2025-05-08',
        openingHours: [hours('10:00', '11:00', ['tuesday', 'wednesday'])],
      },
      { startDate: '2025-05-11', endDate: '2025-05-11', openingHours: [hours('14:00', '15:00', ['sunday'])] },
    ],
  }
  t.strictSame(ranges(pool), [
    '2025-05-05T09:00:00+02:00 2025-05-05T17:00:00+02:00',
    // Tuesday is closed although adjusted; Thursday is adjusted to nothing; Sunday is open by adjustment only.
    '2025-05-07T10:00:00+02:00 2025-05-07T11:00:00+02:00',
    '2025-05-11T14:00:00+02:00 2025-05-11T15:00:00+02:00',
  ])
  t.strictSame(problemsOf(pool), [])
})

t.test('closed days of a permanent event hold for as long as they say', async (t) => {
  const closed = {
    ...library,
    openingHoursClosedDays: [
      { startDate: '2025-07-01', endDate: '2025-08-31', description: { nl: 'Zomer' } },
    ],
  }
  t.strictSame(between(closed, '2025-06-28T00:00Z', '2025-09-02T12:00Z'), [
    '2025-06-28T09:00:00+02:00 2025-06-28T12:00:00+02:00',
    '2025-09-02T13:00:00+02:00 2025-09-02T18:00:00+02:00',
  ])
})

t.test('a calendar of thousands of years is refused as a list, with what to do', async (t) => {
  const endless = periodic('1001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', hours('9:00', '10:00'))
  t.throws(() => ranges(endless), { code: 'CALENDAR_INVALID', message: /shorter period/ })
})

// ── Where we do better than UiTdatabank's indexer, on purpose ──

t.test('decision: opening hours over midnight end on the next day', async (t) => {
  const bar = periodic('2025-05-05T00:00:00+02:00', '2025-05-05T23:59:59+02:00', hours('20:00', '2:00'))
  const night = '2025-05-05T20:00:00+02:00 2025-05-06T02:00:00+02:00'
  t.strictSame(ranges(bar), [night])
  t.strictSame(between(bar, '2025-05-06T01:00:00+02:00', '2025-05-06T01:30:00+02:00'), [night])
  t.strictSame(between(bar, '2025-05-06T02:00:01+02:00', '2025-05-07T02:00:00+02:00'), [])
})

t.test('decision: the night before a closed day runs on past midnight', async (t) => {
  const bar = {
    ...periodic('2025-05-05T00:00:00+02:00', '2025-05-06T23:59:59+02:00', hours('20:00', '02:00')),
    openingHoursClosedDays: [{ startDate: '2025-05-06', endDate: '2025-05-06' }],
  }
  t.strictSame(ranges(bar), ['2025-05-05T20:00:00+02:00 2025-05-06T02:00:00+02:00'])
})

t.test('decision: the walk begins at the local date of a startDate that is written in UTC', async (t) => {
  const utc = periodic('2025-05-04T22:00:00+00:00', '2025-05-06T21:59:59+00:00', hours('09:00', '17:00'))
  t.strictSame(ranges(utc), [
    '2025-05-05T09:00:00+02:00 2025-05-05T17:00:00+02:00',
    '2025-05-06T09:00:00+02:00 2025-05-06T17:00:00+02:00',
  ])
})

t.test('decision: a range from a midnight to the same midnight is a date without an hour', async (t) => {
  const old = {
    calendarType: 'multiple',
    subEvent: [sub('2025-05-03T00:00:00+02:00', '2025-05-03T00:00:00+02:00')],
  }
  t.strictSame(ranges(old), ['2025-05-03T00:00:00+02:00 2025-05-03T00:00:00+02:00'])
  t.strictSame(between(old, '2025-05-03T15:00Z', '2025-05-03T16:00Z'), [
    '2025-05-03T00:00:00+02:00 2025-05-03T23:59:59+02:00 whole',
  ])
})

// ── Whole days and summer time ──

t.test('whole local days have no hour, also those of 23 and 25 hours', async (t) => {
  const cases = [
    ['2025-01-21T23:00:00Z', '2025-01-22T22:59:59Z', true],
    ['2025-01-21T23:00:00Z', '2025-01-22T23:00:00Z', true],
    ['2025-01-21T23:00:00Z', '2025-01-22T22:59:00Z', true],
    ['2025-01-21T23:00:00Z', '2025-01-22T22:58:00Z', false],
    ['2025-01-21T22:00:00Z', '2025-01-22T22:59:59Z', false],
    ['2025-01-21T23:30:00Z', '2025-01-22T22:59:59Z', false],
    ['2025-01-21T23:00:00Z', '2025-01-22T20:00:00Z', false],
    ['2025-03-30T00:00:00+01:00', '2025-03-30T23:59:59+02:00', true],
    ['2025-10-26T00:00:00+02:00', '2025-10-26T23:59:59+01:00', true],
    ['2025-10-26T00:00:00+02:00', '2025-10-27T00:00:00+01:00', true],
    ['2025-03-28T00:00:00+01:00', '2025-04-02T23:59:59+02:00', true],
  ] as const
  for (const [start, end, whole] of cases) {
    const event = calendarOf({ calendarType: 'single', startDate: start, endDate: end })
    const [found] = occurrencesBetween(event, at(start), at(end))
    t.equal(found?.wholeDays, whole, `${start} to ${end}`)
  }
})

t.test('opening hours of a whole day have no hour either', async (t) => {
  for (const closes of ['23:59', '24:00', '0:00', '00:00']) {
    const park = periodic('2025-10-26T00:00:00+02:00', '2025-10-26T23:59:59+01:00', hours('00:00', closes))
    t.match(between(park, '2025-10-26T12:00Z', '2025-10-26T12:00Z')[0], / whole$/, `00:00 to ${closes}`)
  }
})

t.test('opening hours are local: they follow summer time', async (t) => {
  const spring = periodic('2025-03-29T00:00:00+01:00', '2025-03-30T23:59:59+02:00', hours('01:30', '10:00'))
  t.strictSame(ranges(spring), [
    '2025-03-29T01:30:00+01:00 2025-03-29T10:00:00+01:00',
    '2025-03-30T01:30:00+01:00 2025-03-30T10:00:00+02:00',
  ])
})

t.test('hours in the gap move on, and stay in order', async (t) => {
  const gap = periodic(
    '2025-03-30T00:00:00+01:00',
    '2025-03-30T23:59:59+02:00',
    hours('02:30', '04:00'),
    hours('02:45', '03:00'),
    hours('03:00', '05:00'),
  )
  t.strictSame(ranges(gap), [
    '2025-03-30T03:00:00+02:00 2025-03-30T05:00:00+02:00',
    '2025-03-30T03:30:00+02:00 2025-03-30T04:00:00+02:00',
    '2025-03-30T03:45:00+02:00 2025-03-30T03:45:00+02:00',
  ])
})

t.test('hours in the overlap take the first of the two, over midnight too', async (t) => {
  const overlap = periodic('2025-10-25T00:00:00+02:00', '2025-10-25T23:59:59+02:00', hours('22:00', '02:30'))
  t.strictSame(ranges(overlap), ['2025-10-25T22:00:00+02:00 2025-10-26T02:30:00+02:00'])
})

// ── Laziness and order ──

t.test('the first three occurrences in a thousand years are worked out without the rest', async (t) => {
  let days = 0
  const counted = {
    weekday: 2,
    closes: 720,
    get opens() {
      days += 1
      return 540
    },
  }
  const calendar: Calendar = {
    kind: 'weekly',
    zone: ZONE,
    hours: [counted],
    closed: [],
    adjusted: [],
    status: 'Available',
  }
  const first: string[] = []
  for (const found of occurrencesBetween(calendar, at('1500-01-01T00:00Z'), at('2500-01-01T00:00Z'))) {
    first.push(shown(found))
    if (first.length === 3) break
  }
  t.equal(first.length, 3)
  t.equal(days, 3)
})

t.test('nothing is asked for where the end is before the beginning', async (t) => {
  t.strictSame(between(library, '2025-05-08T00:00Z', '2025-05-01T00:00Z'), [])
})

const quarter = (n: number): string => `${Math.floor(n / 4)}:${String((n % 4) * 15).padStart(2, '0')}`
const anyHours = fc
  .tuple(fc.nat(95), fc.nat(95), fc.subarray(WEEKDAYS, { minLength: 1 }))
  .map(([opens, closes, days]) => hours(quarter(opens), quarter(closes), days))
const SEASON = at('2025-03-01T00:00Z')
const anyMoment = fc.nat(270 * 24 * 4).map((n) => instant(SEASON + n * 900_000))
const anyDays = fc.tuple(anyMoment, fc.nat(20)).map(([moment, length]) => ({
  startDate: new Date(moment).toISOString().slice(0, 10),
  endDate: new Date(moment + length * 86_400_000).toISOString().slice(0, 10),
}))
const anyWeekly = fc
  .record({
    calendarType: fc.constantFrom('periodic', 'permanent'),
    openingHours: fc.array(anyHours, { minLength: 1, maxLength: 5 }),
    openingHoursClosedDays: fc.array(anyDays, { maxLength: 2 }),
    openingHoursAdjustedDays: fc.array(
      fc
        .tuple(anyDays, fc.array(anyHours, { maxLength: 2 }))
        .map(([days, openingHours]) => ({ ...days, openingHours })),
      { maxLength: 2 },
    ),
  })
  .map((parts) => ({
    ...parts,
    startDate: '2025-03-15T00:00:00+01:00',
    endDate: '2025-11-15T23:59:59+01:00',
  }))
const anyFixed = fc
  .array(
    fc
      .tuple(anyMoment, fc.nat(200))
      .map(([start, quarters]) =>
        sub(new Date(start).toISOString(), new Date(start + quarters * 900_000).toISOString()),
      ),
    { maxLength: 20 },
  )
  .map((subEvent) => ({ calendarType: 'multiple', subEvent }))
const anyCalendar = fc.oneof(anyWeekly, anyFixed).map((document) => calendarOf(document))

t.test('what takes place from a to c is what takes place from a to b and from b to c', async () => {
  fc.assert(
    fc.property(anyCalendar, anyMoment, fc.nat(4_000), fc.nat(4_000), (calendar, a, first, second) => {
      const b = instant(a + first * 900_000)
      const c = instant(b + second * 900_000)
      const list = (from: Instant, until: Instant) =>
        [...occurrencesBetween(calendar, from, until)].map(shown)
      const parts = new Set([...list(a, b), ...list(b, c)])
      return [...new Set(list(a, c))].toSorted().join('\n') === [...parts].toSorted().join('\n')
    }),
    { numRuns: 150 },
  )
})

t.test('occurrences come in order of start, and none outside what was asked for', async () => {
  fc.assert(
    fc.property(anyCalendar, anyMoment, fc.nat(4_000), (calendar, from, length) => {
      const until = instant(from + length * 900_000)
      const found = [...occurrencesBetween(calendar, from, until)]
      const starts = found.map((one) => one.start ?? 0)
      return (
        starts.every((start, index) => start >= (starts[index - 1] ?? start)) &&
        found.every(({ start = from, end = until }) => start <= until && end >= from && start <= end)
      )
    }),
    { numRuns: 150 },
  )
})

t.test('a calendar goes through storage unchanged, and fits its schema', async (t) => {
  fc.assert(
    fc.property(anyCalendar, (calendar) => {
      if (!storable.Check(calendar)) throw new Error('does not fit its schema')
      t.strictSame(JSON.parse(JSON.stringify(calendar)), calendar)
    }),
  )
  t.ok(storable.Check(calendarOf({ calendarType: 'permanent' })))
})

// ── The yardstick from outside ──

const yardstick = new URL('../../../../shared/calendar-cases/', import.meta.url)

t.test("the ranges are those of UiTdatabank's own indexer", async (t) => {
  if (!existsSync(yardstick)) {
    t.comment('../shared/calendar-cases is not there: the cases of UiTdatabank itself were not tried')
    return
  }
  for (const file of readdirSync(yardstick).filter((name) => /^(?!search-).*\.json$/.test(name))) {
    const document: unknown = JSON.parse(readFileSync(new URL(file, yardstick), 'utf8'))
    const event = fieldOf(document, 'event')
    const { calendar } = parseCalendar(event, zoneOf(event))
    const found = rangesAsUpstream(calendar, at(textOf(document, 'now') ?? ''))
    const expected = fieldOf(document, 'expected') === null ? null : listOf(document, 'expected')
    t.strictSame(found?.map(({ start, end }) => ({ start, end })) ?? null, expected, file)
  }
})
