import t from 'tap'
import { Temporal } from 'temporal-polyfill'
import { days, instant, type Instant } from '../time.js'
import { limitAt, type RuleFrom, type RuleHistory } from './limits.js'
import { PROPOSAL_REASONS, proposePoints } from './propose-points.js'
import { resolveRule, whereFrom } from './resolve-rule.js'
import { UITPAS_RULES, type PeriodType } from './rules.js'

const ZONE = 'Europe/Brussels'
const local = (text: string): Instant =>
  instant(Temporal.PlainDateTime.from(text).toZonedDateTime(ZONE).epochMilliseconds)
const rule = (from: string, period: PeriodType, volume = 1, points = 1): RuleFrom => ({
  from: local(from),
  limit: { volume, period },
  points,
})
const keyAt = (history: RuleHistory, at: string): string => limitAt(history, local(at), ZONE).key

const since2020 = (period: PeriodType): RuleHistory => [rule('2020-01-01T00:00', period)]
const periods: readonly (readonly [PeriodType, string, string, string, string])[] = [
  // period, last millisecond before, first of the period, its name, first after
  ['DAY', '2026-11-15T23:59:59.999', '2026-11-16T00:00', '2026-11-16', '2026-11-17T00:00'],
  ['DAY', '2026-03-28T23:59:59.999', '2026-03-29T00:00', '2026-03-29', '2026-03-30T00:00'],
  ['DAY', '2026-10-24T23:59:59.999', '2026-10-25T00:00', '2026-10-25', '2026-10-26T00:00'],
  ['WEEK', '2026-11-15T23:59:59.999', '2026-11-16T00:00', '2026-11-16', '2026-11-23T00:00'],
  ['WEEK', '2026-12-27T23:59:59.999', '2026-12-28T00:00', '2026-12-28', '2027-01-04T00:00'],
  ['MONTH', '2026-01-31T23:59:59.999', '2026-02-01T00:00', '2026-02-01', '2026-03-01T00:00'],
  ['QUARTER', '2026-03-31T23:59:59.999', '2026-04-01T00:00', '2026-04-01', '2026-07-01T00:00'],
  ['YEAR', '2025-12-31T23:59:59.999', '2026-01-01T00:00', '2026-01-01', '2027-01-01T00:00'],
]

t.test('periods are those of the local calendar', async (t) => {
  for (const [period, before, first, name, after] of periods) {
    const history = since2020(period)
    const lastInstant = instant(local(after) - 1)
    const key = `${period}:${name}:1x1`
    t.not(keyAt(history, before), key, `${period} ${before}`)
    t.strictSame(
      limitAt(history, local(first), ZONE),
      { key, volume: 1, points: 1, periodEnd: local(after) },
      `${period} from ${first}`,
    )
    t.equal(limitAt(history, lastInstant, ZONE).key, key, `${period} to the millisecond before ${after}`)
    t.not(keyAt(history, after), key, `${period} ${after}`)
  }
})

t.test('a limit for ever has no period', async (t) => {
  t.strictSame(limitAt(since2020('ABSOLUTE'), local('2026-11-16T12:00'), ZONE), {
    key: 'ABSOLUTE:always:1x1',
    volume: 1,
    points: 1,
  })
})

// Monday 16 November 2026 begins the week.
const BEFORE = '2026-01-01T00:00'
const changes: readonly (readonly [string, RuleHistory, string, string])[] = [
  [
    'more points from Wednesday on count from next week: on Thursday they do not yet',
    [rule(BEFORE, 'WEEK'), rule('2026-11-18T00:00', 'WEEK', 2, 5)],
    '2026-11-19T12:00',
    'WEEK:2026-11-16:1x1',
  ],
  [
    'and on Monday they do',
    [rule(BEFORE, 'WEEK'), rule('2026-11-18T00:00', 'WEEK', 2, 5)],
    '2026-11-23T00:00',
    'WEEK:2026-11-23:2x5',
  ],
  [
    'a rule that comes into force as the week begins counts for that week',
    [rule(BEFORE, 'WEEK'), rule('2026-11-16T00:00', 'WEEK', 2, 5)],
    '2026-11-16T00:00',
    'WEEK:2026-11-16:2x5',
  ],
  [
    'a millisecond later it does not',
    [rule(BEFORE, 'WEEK'), rule('2026-11-16T00:00:00.001', 'WEEK', 2, 5)],
    '2026-11-17T00:00',
    'WEEK:2026-11-16:1x1',
  ],
  [
    'another type of period counts from its moment on',
    [rule(BEFORE, 'WEEK'), rule('2026-11-18T12:00', 'DAY', 1, 5)],
    '2026-11-18T12:00',
    'DAY:2026-11-18:1x5',
  ],
  [
    'and not before it',
    [rule(BEFORE, 'WEEK'), rule('2026-11-18T12:00', 'DAY', 1, 5)],
    '2026-11-18T11:59:59.999',
    'WEEK:2026-11-16:1x1',
  ],
  [
    'of two new rules of a new type the first counts for the period in which both came',
    [rule(BEFORE, 'DAY'), rule('2026-11-17T00:00', 'WEEK', 1, 2), rule('2026-11-18T00:00', 'WEEK', 1, 3)],
    '2026-11-19T00:00',
    'WEEK:2026-11-16:1x2',
  ],
  [
    'a type that went and came back within a period keeps the rule of its start',
    [rule(BEFORE, 'WEEK'), rule('2026-11-17T00:00', 'DAY'), rule('2026-11-18T00:00', 'WEEK', 1, 9)],
    '2026-11-19T00:00',
    'WEEK:2026-11-16:1x1',
  ],
  [
    'a type that was gone at the start of the period does not come back as it was',
    [rule(BEFORE, 'WEEK'), rule('2026-11-09T00:00', 'DAY'), rule('2026-11-18T00:00', 'WEEK', 1, 9)],
    '2026-11-19T00:00',
    'WEEK:2026-11-16:1x9',
  ],
  [
    'for ever means the first rule that said so',
    [
      rule(BEFORE, 'DAY'),
      rule('2026-02-01T00:00', 'ABSOLUTE', 1, 2),
      rule('2026-03-01T00:00', 'ABSOLUTE', 1, 3),
    ],
    '2026-11-19T00:00',
    'ABSOLUTE:always:1x2',
  ],
  [
    'before the first rule the first rule counts',
    [rule('2026-11-18T00:00', 'DAY', 1, 2), rule('2026-11-19T00:00', 'WEEK', 1, 3)],
    '2026-11-10T00:00',
    'DAY:2026-11-10:1x2',
  ],
]

t.test('volume and points are those at the start of the period', async (t) => {
  for (const [sentence, history, at, key] of changes) t.equal(keyAt(history, at), key, sentence)
})

t.test('a rule that is written later changes nothing that was before it', async (t) => {
  for (const [sentence, history, at] of changes) {
    const longer = [
      ...history,
      rule('2030-01-01T00:00', 'WEEK', 9, 9),
      rule('2030-01-02T00:00', 'ABSOLUTE', 9, 9),
    ]
    t.equal(keyAt(longer, at), keyAt(history, at), sentence)
  }
})

t.test('the memory of one answer does not leak into another', async (t) => {
  const history = [
    rule(BEFORE, 'DAY'),
    rule('2026-11-18T12:00', 'DAY', 2, 2),
    rule('2026-11-20T12:00', 'WEEK'),
  ]
  const moments = [
    '2026-11-18T11:00',
    '2026-11-18T13:00',
    '2026-11-19T00:00',
    '2026-11-20T11:59',
    '2026-11-20T12:00',
  ]
  for (const first of moments) {
    for (const second of moments) {
      keyAt(history, first)
      t.equal(keyAt(history, second), keyAt([...history], second), `${second} after ${first}`)
    }
  }
  const midnight = local('2026-11-18T00:00')
  t.equal(limitAt(history, midnight, ZONE).key, 'DAY:2026-11-18:1x1')
  t.equal(limitAt(history, midnight, 'Europe/London').key, 'DAY:2026-11-17:1x1', 'another zone')
})

t.test('an event without any rule is a bug of ours', async (t) => {
  t.throws(() => limitAt([], local('2026-11-16T00:00'), ZONE), /a rule from its first day/)
})

t.test('what an event does not set comes from its card system', async (t) => {
  const own = { before: 'PT2H', after: 'PT2H' }
  const table = [
    [undefined, 'single', 1, 'DAY', 'PT5H'],
    [{}, 'multiple', 1, 'DAY', 'PT5H'],
    [{}, 'periodic', 1, 'WEEK', 'PT5H'],
    [{ points: 5 }, 'permanent', 5, 'WEEK', 'PT5H'],
    [{ limit: { volume: 2, period: 'YEAR' } }, 'permanent', 1, 'YEAR', 'PT5H'],
    [{ windows: { pillar: own } }, 'single', 1, 'DAY', 'PT2H'],
  ] as const
  for (const [settings, calendarType, points, period, before] of table) {
    const found = resolveRule(UITPAS_RULES, settings, calendarType)
    t.strictSame(
      [found.points, found.limit.period, found.windows.pillar.before, found.windows.qr],
      [points, period, before, UITPAS_RULES.windows.qr],
      JSON.stringify([settings, calendarType]),
    )
  }
  t.strictSame(whereFrom({ points: 5, windows: { pillar: own } }), {
    points: 'event',
    limit: 'card-system',
    windows: { pillar: 'event', counter: 'card-system', qr: 'card-system' },
  })
  t.equal(whereFrom(undefined).points, 'card-system')
})

t.test('the points framework is proposed with its reason', async (t) => {
  const activity = { title: 'Filmavond', calendarType: 'single' } as const
  const table = [
    ['an activity', activity, 'activity', 1, undefined],
    ['a day', { ...activity, length: days(1) }, 'activity', 1, undefined],
    ['more than a day', { ...activity, length: days(2) }, 'several-days', 1, 'DAY'],
    ['a camp', { ...activity, eventType: { id: '0.57.0.0.0' } }, 'several-days', 1, 'DAY'],
    ['a permanent offer', { title: 'Bibliotheek', calendarType: 'permanent' }, 'activity', 1, undefined],
    [
      'a membership of half a year',
      { title: 'Lidmaatschap turnclub', calendarType: 'periodic', length: days(184) },
      'membership-half-year',
      12,
      'ABSOLUTE',
    ],
    [
      'a membership of a year',
      { title: 'Turnclub: lidgeld', calendarType: 'periodic', length: days(185) },
      'membership-year',
      25,
      'ABSOLUTE',
    ],
    [
      'a membership by its type, without an end',
      { title: 'Turnclub', calendarType: 'permanent', eventType: { id: 'x', label: 'Lidmaatschap' } },
      'membership-year',
      25,
      'YEAR',
    ],
  ] as const
  for (const [sentence, traits, reason, points, period] of table) {
    const { reason: found, settings } = proposePoints(traits)
    t.strictSame([found, settings.points, settings.limit?.period], [reason, points, period], sentence)
    t.match(PROPOSAL_REASONS[found], String(points))
  }
})
