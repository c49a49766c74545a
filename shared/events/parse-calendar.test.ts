import * as fc from 'fast-check'
import t from 'tap'
import { Compile } from 'typebox/compile'
import {
  ZONE,
  NOW,
  at,
  calendarOf,
  problemsOf,
  between,
  ranges,
  hours,
  sub,
  periodic,
  library,
} from './calendar-fixtures.js'
import { Calendar, hasDates, OPENING_HOURS_MAX, SUB_EVENTS_MAX } from './calendar.js'
import { occurrencesBetween, rangesAsUpstream } from './occurrences.js'
import { parseCalendar } from './parse-calendar.js'
import { describeProblem, PROBLEMS_MAX } from './problems.js'

const storable = Compile(Calendar)

t.test('a single event takes place once', async (t) => {
  const concert = {
    calendarType: 'single',
    startDate: '2025-05-03T20:00:00+02:00',
    endDate: '2025-05-03T22:30:00+02:00',
    subEvent: [sub('2025-05-03T20:00:00+02:00', '2025-05-03T22:30:00+02:00')],
  }
  const range = '2025-05-03T20:00:00+02:00 2025-05-03T22:30:00+02:00'
  t.strictSame(ranges(concert), [range])
  t.strictSame(between(concert, '2025-05-01T00:00Z', '2025-05-10T00:00Z'), [range])
  t.strictSame(problemsOf(concert), [])
})

t.test('an old single event without subEvent takes place from its start to its end', async (t) => {
  const camp = { calendarType: 'single', startDate: '2025-07-07T08:00:00Z', endDate: '2025-07-11T16:00:00Z' }
  t.strictSame(ranges(camp), ['2025-07-07T08:00:00+00:00 2025-07-11T16:00:00+00:00'])
  t.strictSame(between(camp, '2025-07-08T00:00Z', '2025-07-08T01:00Z'), [
    '2025-07-07T10:00:00+02:00 2025-07-11T18:00:00+02:00',
  ])
})

t.test('a single event without an end, and a multiple event without subEvents, have no dates', async (t) => {
  for (const document of [
    { calendarType: 'single', startDate: '2025-07-07T08:00:00Z' },
    { calendarType: 'single', endDate: '2025-07-07T08:00:00Z', subEvent: [] },
    { calendarType: 'multiple', startDate: '2025-07-07T08:00:00Z', endDate: '2025-07-11T16:00:00Z' },
  ]) {
    t.equal(rangesAsUpstream(calendarOf(document), at(NOW)), null)
    t.equal(hasDates(calendarOf(document)), false)
  }
})

t.test('the moments of a multiple event are listed as written, and come by start', async (t) => {
  const lessons = {
    calendarType: 'multiple',
    subEvent: [
      sub('2025-05-10T10:00:00+02:00', '2025-05-10T12:00:00+02:00'),
      sub('2025-05-03T10:00:00+02:00', '2025-05-03T12:00:00+02:00'),
      sub('2025-05-03T10:00:00+02:00', '2025-05-03T11:00:00+02:00'),
    ],
  }
  t.match(ranges(lessons)[0], /^2025-05-10/)
  t.strictSame(between(lessons, '2025-05-01T00:00Z', '2025-06-01T00:00Z'), [
    '2025-05-03T10:00:00+02:00 2025-05-03T11:00:00+02:00',
    '2025-05-03T10:00:00+02:00 2025-05-03T12:00:00+02:00',
    '2025-05-10T10:00:00+02:00 2025-05-10T12:00:00+02:00',
  ])
})

t.test('a multiple event of one moment has that one', async (t) => {
  const one = { calendarType: 'multiple', subEvent: [sub('2025-05-03T10:00Z', '2025-05-03T11:00Z')] }
  t.strictSame(ranges(one), ['2025-05-03T10:00:00+00:00 2025-05-03T11:00:00+00:00'])
})

t.test('a periodic event without hours is one range, or its subEvents', async (t) => {
  const expo = periodic('2025-05-01T00:00:00+02:00', '2025-05-31T23:59:59+02:00')
  t.strictSame(ranges(expo), ['2025-05-01T00:00:00+02:00 2025-05-31T23:59:59+02:00'])
  const split = { ...expo, subEvent: [sub('2025-05-03T10:00Z', '2025-05-03T11:00Z')] }
  t.strictSame(ranges(split), ['2025-05-03T10:00:00+00:00 2025-05-03T11:00:00+00:00'])
})

t.test('a periodic event with hours is open at each of them, in order of the day', async (t) => {
  const swim = periodic(
    '2025-05-05T00:00:00+02:00',
    '2025-05-11T23:59:59+02:00',
    hours('13:00', '17:00', ['monday', 'friday']),
    hours('9:00', '12:00', ['friday']),
  )
  t.strictSame(ranges(swim), [
    '2025-05-05T13:00:00+02:00 2025-05-05T17:00:00+02:00',
    '2025-05-09T09:00:00+02:00 2025-05-09T12:00:00+02:00',
    '2025-05-09T13:00:00+02:00 2025-05-09T17:00:00+02:00',
  ])
})

t.test('the last day counts when the walk is there before the end', async (t) => {
  const lastDayOf = (start: string, end: string): string | undefined =>
    ranges(periodic(start, end, hours('09:00', '17:00')))
      .at(-1)
      ?.slice(0, 10)
  t.equal(lastDayOf('2025-05-01T00:00:00+02:00', '2025-05-04T00:00:00+02:00'), '2025-05-03')
  t.equal(lastDayOf('2025-05-01T10:00:00+02:00', '2025-05-04T23:00:00+02:00'), '2025-05-04')
  t.equal(lastDayOf('2025-05-01T10:00:00+02:00', '2025-05-04T10:00:00+02:00'), '2025-05-03')
  t.equal(lastDayOf('2025-05-01T00:00:00+02:00', '2025-05-01T00:00:00+02:00'), undefined)
  t.equal(lastDayOf('2025-07-01T00:00:00+02:00', '2025-12-31T00:00:00+01:00'), '2025-12-30')
})

t.test('a permanent event without hours is always on, and has no hour', async (t) => {
  const square = { calendarType: 'permanent', status: { type: 'Available' } }
  t.strictSame(rangesAsUpstream(calendarOf(square), at(NOW)), [
    { start: null, end: null, status: 'Available' },
  ])
  t.strictSame(between(square, NOW, NOW), ['- - whole'])
})

t.test('a permanent event with hours is listed from six months ago to a year ahead', async (t) => {
  const listed = ranges(library)
  t.equal(listed[0], '2024-12-17T13:00:00+01:00 2024-12-17T18:00:00+01:00')
  t.equal(listed.at(-1), '2026-06-13T09:00:00+02:00 2026-06-13T12:00:00+02:00')
})

t.test('an unknown or missing calendarType means no dates, and no failure', async (t) => {
  for (const document of [{}, { calendarType: 'weekly' }, { calendarType: 3 }, null, [], 'single', 7]) {
    const { calendar, problems } = parseCalendar(document, ZONE)
    t.equal(hasDates(calendar), false)
    t.equal(problems[0]?.code, 'calendar-type-unknown')
  }
})

t.test('a range has its own status, else that of the event, else it is Available', async (t) => {
  const event = (status: unknown, own: unknown) => ({
    calendarType: 'single',
    ...(status === undefined ? {} : { status }),
    subEvent: [sub('2025-05-03T10:00Z', '2025-05-03T11:00Z', own === undefined ? {} : { status: own })],
  })
  const cases = [
    [undefined, undefined, 'Available'],
    [{ type: 'Unavailable' }, undefined, 'Unavailable'],
    [{ type: 'Unavailable' }, { type: 'Available' }, 'Available'],
    ['TemporarilyUnavailable', undefined, 'TemporarilyUnavailable'],
    [{ type: 'Available' }, 'Unavailable', 'Unavailable'],
    [{ type: 'Unavailable', reason: { nl: 'Ziek' } }, null, 'Unavailable'],
    [{ type: 'Gone' }, {}, 'Available'],
  ] as const
  for (const [status, own, expected] of cases) {
    t.equal(rangesAsUpstream(calendarOf(event(status, own)), at(NOW))?.[0]?.status, expected)
  }
  t.strictSame(problemsOf(event('Gone', 'Lost')), [
    'status-unknown status',
    'status-unknown subEvent[0].status',
  ])
})

t.test(
  'the status of the event holds for its opening hours and for an event that is always on',
  async (t) => {
    const cancelled = { ...library, status: { type: 'Unavailable' } }
    t.match(between(cancelled, '2025-05-06T00:00Z', '2025-05-06T20:00Z')[0], /Unavailable$/)
    t.strictSame(between({ calendarType: 'permanent', status: 'Unavailable' }, NOW, NOW), [
      '- - whole Unavailable',
    ])
  },
)

t.test('childcare, overnight and sold out change nothing', async (t) => {
  const more = {
    childcare: { start: '07:30', end: '18:00' },
    overnight: true,
    bookingAvailability: { type: 'Unavailable' },
  }
  const camp = {
    calendarType: 'single',
    subEvent: [sub('2025-07-07T09:00:00+02:00', '2025-07-11T16:00:00+02:00', more)],
  }
  t.strictSame(between(camp, '2025-07-01T00:00Z', '2025-08-01T00:00Z'), [
    '2025-07-07T09:00:00+02:00 2025-07-11T16:00:00+02:00',
  ])
})

t.test('what makes no sense is passed over and reported, and the rest stays', async (t) => {
  const fine = sub('2025-05-03T10:00:00+02:00', '2025-05-03T12:00:00+02:00')
  const subEvents = (...entries: readonly unknown[]) => ({
    calendarType: 'multiple',
    subEvent: [...entries, fine],
  })
  const week = '2025-05-03T00:00:00+02:00'
  const opened = (...entries: readonly unknown[]) =>
    periodic(week, '2025-05-03T23:59:59+02:00', ...entries, hours('10:00', '12:00'))
  const special = (days: unknown) => ({
    ...opened(),
    openingHoursClosedDays: [days],
    openingHoursAdjustedDays: 5,
  })
  const cases: readonly (readonly [unknown, readonly string[]])[] = [
    [subEvents(sub(undefined, week)), ['date-missing subEvent[0].startDate']],
    [subEvents(sub(week, 12)), ['date-missing subEvent[0].endDate']],
    [subEvents(sub('3 mei', week)), ['date-malformed subEvent[0].startDate']],
    [subEvents(sub('2025-05-04T00:00Z', week)), ['start-after-end subEvent[0].startDate']],
    [subEvents('x'), ['date-missing subEvent[0].startDate', 'date-missing subEvent[0].endDate']],
    [opened({ opens: '9:00', dayOfWeek: ['monday'] }), ['hours-malformed openingHours[0]']],
    [opened(hours('9u', '10:00')), ['hours-malformed openingHours[0]']],
    [opened({ opens: '9:00', closes: '10:00' }), ['weekday-missing openingHours[0].dayOfWeek']],
    [opened(hours('9:00', '9:30', ['maandag'])), ['weekday-unknown openingHours[0].dayOfWeek[0]']],
    [opened(null), ['hours-malformed openingHours[0]']],
    [special({ startDate: '2025-05-03' }), ['date-missing openingHoursClosedDays[0].endDate']],
    [
      special({ startDate: '2025-05-32', endDate: '2025-06-01' }),
      ['date-malformed openingHoursClosedDays[0].startDate'],
    ],
    [
      special({ startDate: '2025-05-04', endDate: '2025-05-03' }),
      ['start-after-end openingHoursClosedDays[0].startDate'],
    ],
  ]
  for (const [document, problems] of cases) {
    t.strictSame(problemsOf(document), problems, problems.join(', '))
    t.strictSame(ranges(document), ['2025-05-03T10:00:00+02:00 2025-05-03T12:00:00+02:00'])
  }
  t.equal(
    describeProblem({ code: 'date-missing', where: 'subEvent[0].endDate' }),
    'subEvent[0].endDate: a start or an end is missing; passed over',
  )
})

t.test('a permanent event whose hours are all unreadable is never on, rather than always', async (t) => {
  const broken = { calendarType: 'permanent', openingHours: [hours('x', 'y')] }
  t.equal(hasDates(calendarOf(broken)), false)
  t.strictSame(between(broken, '1000-01-01T00:00Z', '9000-01-01T00:00Z'), [])
  t.equal(rangesAsUpstream(calendarOf(broken), at(NOW)), null)
})

t.test('closed days without opening hours are reported', async (t) => {
  const days = {
    calendarType: 'permanent',
    openingHoursClosedDays: [{ startDate: '2025-05-03', endDate: '2025-05-03' }],
  }
  t.strictSame(problemsOf(days), ['days-without-hours openingHoursClosedDays'])
  t.strictSame(between(days, NOW, NOW), ['- - whole'])
})

t.test('every list has an end, and so has the list of problems', async (t) => {
  const moment = sub('2025-05-03T10:00:00Z', '2025-05-03T12:00:00Z')
  const many = {
    calendarType: 'multiple',
    subEvent: Array.from({ length: SUB_EVENTS_MAX + 1 }, () => moment),
  }
  t.equal(ranges(many).length, SUB_EVENTS_MAX)
  t.strictSame(problemsOf(many), ['too-many subEvent'])
  const openingHours = Array.from({ length: OPENING_HOURS_MAX + 1 }, () => hours('9:00', '10:00', ['monday']))
  t.strictSame(problemsOf({ calendarType: 'permanent', openingHours }), ['too-many openingHours'])
  const bad = { calendarType: 'multiple', subEvent: Array.from({ length: 4_000 }, () => ({})) }
  t.equal(problemsOf(bad).length, PROBLEMS_MAX + 1)
  t.equal(problemsOf(bad).at(-1), 'more-problems event')
})

t.test('any JSON at all is a calendar, or has none', async () => {
  const keys = ['openingHours', 'subEvent', 'openingHoursClosedDays', 'openingHoursAdjustedDays']
  const fields = ['startDate', 'endDate', 'status', 'opens', 'closes', 'dayOfWeek', 'type', ...keys]
  const scalars = [
    'monday',
    '9:00',
    '2:00',
    '2025-05-03',
    '2025-05-03T10:00Z',
    'Available',
    null,
    1,
    '9999-12-31T23:59Z',
  ]
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(...scalars),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...fields), tie('value')),
    ),
  }))
  const documents = fc
    .tuple(
      fc.constantFrom('single', 'multiple', 'periodic', 'permanent'),
      fc.dictionary(fc.constantFrom(...fields), value),
    )
    .map(([calendarType, rest]) => ({ ...rest, calendarType }))
  fc.assert(
    fc.property(fc.oneof(documents, fc.jsonValue(), fc.anything()), (document) => {
      const { calendar } = parseCalendar(document, ZONE)
      for (const _ of occurrencesBetween(calendar, at('2025-05-01T00:00Z'), at('9999-12-31T23:59Z'))) break
      return storable.Check(calendar)
    }),
    { numRuns: 1_000 },
  )
})
