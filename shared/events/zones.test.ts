import * as fc from 'fast-check'
import t from 'tap'
import { instant, type Instant } from '../time.js'
import { parseTimeOfDay, parseWrittenTime } from './written-time.js'
import {
  addMonths,
  atLocalTime,
  dateOfDay,
  dayOf,
  dayOfDate,
  endOfPeriod,
  isoInZone,
  localDate,
  PERIOD_KINDS,
  startOfDay,
  startOfLocalDay,
  startOfPeriod,
  timeOnDial,
  weekdayOf,
  zoneOfCountry,
} from './zones.js'

const BRUSSELS = 'Europe/Brussels'
const at = (iso: string): Instant => instant(Date.parse(iso))
const day = (date: string): number => dayOfDate(date) ?? Number.NaN
const anyMoment = fc
  .integer({ min: Date.parse('1995-01-01T00:00Z'), max: Date.parse('2099-12-31T23:59Z') })
  .map(instant)

t.test('the country of an address gives the zone', async (t) => {
  const cases = [
    ['BE', BRUSSELS],
    ['NL', 'Europe/Amsterdam'],
    ['nl', 'Europe/Amsterdam'],
    ['FR', BRUSSELS],
    [undefined, BRUSSELS],
  ] as const
  for (const [country, zone] of cases) t.equal(zoneOfCountry(country), zone, `${country} is ${zone}`)
})

t.test('a local day is not a day of UTC', async (t) => {
  t.equal(localDate(at('2025-07-01T21:59:59Z'), BRUSSELS), '2025-07-01')
  t.equal(localDate(at('2025-07-01T22:00:00Z'), BRUSSELS), '2025-07-02')
  t.equal(localDate(at('2025-01-01T22:30:00Z'), BRUSSELS), '2025-01-01')
  t.equal(localDate(at('2025-01-01T23:00:00Z'), BRUSSELS), '2025-01-02')
  t.equal(localDate(at('2025-01-01T03:00:00Z'), 'America/New_York'), '2024-12-31')
  t.equal(startOfLocalDay(at('2025-07-01T12:00Z'), BRUSSELS), at('2025-06-30T22:00Z'))
})

t.test('a day of summer time has 23 or 25 hours', async (t) => {
  const lengthOf = (date: string): number =>
    (startOfDay(day(date) + 1, BRUSSELS) - startOfDay(day(date), BRUSSELS)) / 3_600_000
  t.strictSame(['2025-03-29', '2025-03-30', '2025-10-26'].map(lengthOf), [24, 23, 25])
})

t.test('local times in gap and overlap are resolved as calendars do', async (t) => {
  const cases = [
    ['2025-03-30', 90, '2025-03-30T01:30:00+01:00'],
    ['2025-03-30', 150, '2025-03-30T03:30:00+02:00'],
    ['2025-03-30', 180, '2025-03-30T03:00:00+02:00'],
    ['2025-10-26', 150, '2025-10-26T02:30:00+02:00'],
    ['2025-10-26', 180, '2025-10-26T03:00:00+01:00'],
    ['2025-10-25', 1_440 + 600, '2025-10-26T10:00:00+01:00'],
  ] as const
  for (const [date, minutes, iso] of cases) {
    t.equal(isoInZone(atLocalTime(day(date), minutes, BRUSSELS), BRUSSELS), iso)
  }
})

t.test('periods begin and end at local midnights, weeks on Monday', async (t) => {
  const now = at('2025-10-26T12:00:00+01:00')
  const cases = [
    ['DAY', '2025-10-26T00:00:00+02:00', '2025-10-27T00:00:00+01:00'],
    ['WEEK', '2025-10-20T00:00:00+02:00', '2025-10-27T00:00:00+01:00'],
    ['MONTH', '2025-10-01T00:00:00+02:00', '2025-11-01T00:00:00+01:00'],
    ['QUARTER', '2025-10-01T00:00:00+02:00', '2026-01-01T00:00:00+01:00'],
    ['YEAR', '2025-01-01T00:00:00+01:00', '2026-01-01T00:00:00+01:00'],
  ] as const
  for (const [kind, start, end] of cases) {
    t.equal(isoInZone(startOfPeriod(now, BRUSSELS, kind), BRUSSELS), start, `${kind} begins`)
    t.equal(isoInZone(endOfPeriod(now, BRUSSELS, kind), BRUSSELS), end, `${kind} ends`)
  }
})

t.test('a leap year, a leap day and a short quarter end where they end', async (t) => {
  const leap = at('2024-02-29T12:00Z')
  t.equal(localDate(endOfPeriod(leap, BRUSSELS, 'YEAR'), BRUSSELS), '2025-01-01')
  t.equal(localDate(endOfPeriod(leap, BRUSSELS, 'MONTH'), BRUSSELS), '2024-03-01')
  t.equal(localDate(endOfPeriod(at('2025-01-01T12:00Z'), BRUSSELS, 'QUARTER'), BRUSSELS), '2025-04-01')
  t.equal(localDate(endOfPeriod(at('2025-01-31T12:00Z'), BRUSSELS, 'MONTH'), BRUSSELS), '2025-02-01')
})

t.test('every moment lies in its period, and all of a period has the same one', async () => {
  const zones = fc.constantFrom(BRUSSELS, 'Europe/Amsterdam', 'America/New_York', 'Pacific/Auckland')
  fc.assert(
    fc.property(anyMoment, zones, fc.constantFrom(...PERIOD_KINDS), (moment, zone, kind) => {
      const start = startOfPeriod(moment, zone, kind)
      const end = endOfPeriod(moment, zone, kind)
      const last = instant(end - 1)
      return (
        start <= moment &&
        moment < end &&
        startOfPeriod(start, zone, kind) === start &&
        startOfPeriod(last, zone, kind) === start &&
        startOfPeriod(end, zone, kind) === end
      )
    }),
  )
})

t.test('days agree with the clock of the platform, also where memory of days runs over', async () => {
  const platform = new Intl.DateTimeFormat('sv-SE', {
    timeZone: BRUSSELS,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  fc.assert(
    fc.property(anyMoment, (moment) => {
      const dial = new Date(timeOnDial(moment, BRUSSELS)).toISOString().slice(11, 19)
      return `${localDate(moment, BRUSSELS)} ${dial}` === platform.format(moment)
    }),
    { numRuns: 5_000 },
  )
})

t.test('a date is a day and back', async (t) => {
  t.equal(dayOfDate('1970-01-01'), 0)
  t.equal(weekdayOf(day('1970-01-01')), 4)
  t.equal(weekdayOf(day('1969-12-28')), 7)
  fc.assert(
    fc.property(anyMoment, (moment) => day(dateOfDay(dayOf(moment, BRUSSELS))) === dayOf(moment, BRUSSELS)),
  )
  for (const none of [
    '2025-02-29',
    '2025-13-01',
    '2025-1-1',
    '25-01-01',
    '',
    '2025-01-01T00:00',
    '0000-01-01',
  ]) {
    t.equal(dayOfDate(none), undefined, `"${none}" is no date`)
  }
})

t.test('months are added on the calendar, not in days', async (t) => {
  t.equal(isoInZone(addMonths(at('2025-08-31T10:00Z'), 6, BRUSSELS), BRUSSELS), '2026-02-28T12:00:00+01:00')
})

t.test('a written time keeps the offset in which it was written', async (t) => {
  const cases = [
    ['2017-04-22T10:00:00+00:00', '2017-04-22T10:00:00Z', 0],
    ['2017-04-22T10:00:00Z', '2017-04-22T10:00:00Z', 0],
    ['2017-04-22T10:00:00+02:00', '2017-04-22T08:00:00Z', 120],
    ['2017-04-22T10:00:00-0330', '2017-04-22T13:30:00Z', -210],
    ['2017-04-22T10:00', '2017-04-22T08:00:00Z', 120],
    ['2017-12-22T10:00:00.25', '2017-12-22T09:00:00.250Z', 60],
  ] as const
  for (const [text, iso, offset] of cases) {
    t.strictSame(parseWrittenTime(text, BRUSSELS), { at: at(iso), offset }, text)
  }
})

t.test('what is no time is undefined', async (t) => {
  const none = ['', '2017-04-22', '2017-02-30T10:00:00Z', '2017-04-22T24:00:00Z', '2017-04-22T10:60:00Z']
  for (const text of [
    ...none,
    'morgen',
    '2017-04-22T10:00:00+25:00',
    '2017-04-22 10:00',
    ' 2017-04-22T10:00Z',
  ]) {
    t.equal(parseWrittenTime(text, BRUSSELS), undefined, `"${text}" is no time`)
  }
  t.strictSame(['9:30', '09:30', '0:00', '24:00'].map(parseTimeOfDay), [570, 570, 0, 1_440])
  for (const text of ['24:01', '9:3', '9.30', '', '09:60', '-1:00', '09:30:00']) {
    t.equal(parseTimeOfDay(text), undefined, `"${text}" is no time of day`)
  }
})
