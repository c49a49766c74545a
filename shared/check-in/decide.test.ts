import t from 'tap'
import { instant } from '../time.js'
import { decide } from './decide.js'
import type { CardAtMoment, EventAtMoment } from './facts.js'
import { receiptOf } from './receipt.js'
import { REFUSAL_REASONS, visitorReason, type Verdict } from './verdict.js'

const at = instant(1_000_000)
const ACTIVE: CardAtMoment = { kind: 'card', status: 'active', passholderId: 7 }
type KnownEvent = Extract<EventAtMoment, { kind: 'event' }>
const OPEN: KnownEvent = {
  kind: 'event',
  cancelled: false,
  window: { from: instant(500_000), until: instant(2_000_000) },
  limit: { key: 'DAY:1970-01-01:1x3', volume: 1, points: 3, periodEnd: instant(86_400_000) },
  uses: 0,
  // Closed at the odd moments of these tests, open from 5 ms later and at times that a window names.
  opensAfter: (from) => (from === at || from === 86_400_000 ? instant(from + 5) : from),
}
const closedForEver = (): undefined => undefined

const cards: readonly (readonly [string, CardAtMoment, string | undefined])[] = [
  ['an active card is granted', ACTIVE, undefined],
  ['a card that nobody knows', { kind: 'unknown' }, 'card-unknown'],
  ['a blocked card', { ...ACTIVE, status: 'blocked' }, 'card-blocked'],
  ['a deleted card', { ...ACTIVE, status: 'deleted' }, 'card-deleted'],
  ['a deleted card that nobody holds', { kind: 'card', status: 'deleted' }, 'card-deleted'],
  ['a card that nobody holds', { kind: 'card', status: 'active' }, 'card-without-passholder'],
]

t.test('the card is asked before anything else', async (t) => {
  for (const [sentence, card, reason] of cards) {
    const verdict = decide({ at, card, event: OPEN })
    t.equal(verdict.kind === 'refused' ? verdict.reason : undefined, reason, sentence)
    const events: readonly EventAtMoment[] = [
      { kind: 'none' },
      { kind: 'unknown' },
      { ...OPEN, cancelled: true },
    ]
    for (const event of reason === undefined ? [] : events) {
      t.strictSame(decide({ at, card, event }), verdict, `${sentence}, whatever the event`)
    }
  }
})

const granted = { kind: 'granted', points: 3, limitKey: 'DAY:1970-01-01:1x3' }
const rows: readonly (readonly [string, EventAtMoment, object])[] = [
  ['an open event with room under its limit is granted', OPEN, granted],
  ['no event is on', { kind: 'none' }, { kind: 'refused', reason: 'nothing-on' }],
  ['an event that is not known here waits', { kind: 'unknown' }, { kind: 'held', reason: 'event-unknown' }],
  ['a cancelled event', { ...OPEN, cancelled: true }, { kind: 'refused', reason: 'event-cancelled' }],
  ['the first millisecond of the window', { ...OPEN, window: { from: at } }, granted],
  [
    'a millisecond before the window',
    { ...OPEN, window: { from: instant(at + 1) } },
    { kind: 'refused', reason: 'too-early', againAt: at + 1 },
  ],
  ['the last millisecond of the window', { ...OPEN, window: { until: at } }, granted],
  [
    'a millisecond after the window',
    { ...OPEN, window: { until: instant(at - 1) } },
    { kind: 'refused', reason: 'too-late', until: at - 1, againAt: at + 5 },
  ],
  [
    'after the last window there is no again',
    { ...OPEN, window: { until: instant(at - 1) }, opensAfter: closedForEver },
    { kind: 'refused', reason: 'too-late', until: at - 1 },
  ],
  ['a window without ends is always open', { ...OPEN, window: {} }, granted],
  ['one use less than the volume', { ...OPEN, uses: 2, limit: { ...OPEN.limit, volume: 3 } }, granted],
  [
    'as many uses as the volume: again at the first window of the next period',
    { ...OPEN, uses: 3, limit: { ...OPEN.limit, volume: 3 } },
    { kind: 'refused', reason: 'limit-reached', againAt: 86_400_005 },
  ],
  [
    'more uses than the volume, after a rule was made stricter',
    { ...OPEN, uses: 4, opensAfter: closedForEver },
    { kind: 'refused', reason: 'limit-reached' },
  ],
  [
    'a limit for ever is never possible again',
    { ...OPEN, uses: 1, limit: { key: 'ABSOLUTE:always:1x3', volume: 1, points: 3 } },
    { kind: 'refused', reason: 'limit-reached' },
  ],
  [
    'too early, and the limit is used up: again in the next period',
    { ...OPEN, uses: 1, window: { from: instant(at + 1) } },
    { kind: 'refused', reason: 'too-early', againAt: 86_400_005 },
  ],
  [
    'too early for a window in the next period: the limit of this one does not matter',
    { ...OPEN, uses: 1, window: { from: instant(90_000_000) } },
    { kind: 'refused', reason: 'too-early', againAt: 90_000_000 },
  ],
  [
    'too late, and the limit is used up: again in the next period',
    { ...OPEN, uses: 1, window: { until: instant(at - 1) } },
    { kind: 'refused', reason: 'too-late', until: at - 1, againAt: 86_400_005 },
  ],
  [
    'too late, and the limit is used up for ever',
    { ...OPEN, uses: 1, window: { until: instant(at - 1) }, limit: { key: 'k', volume: 1, points: 3 } },
    { kind: 'refused', reason: 'too-late', until: at - 1 },
  ],
]

t.test('an active card is judged by the event', async (t) => {
  for (const [sentence, event, expected] of rows) {
    t.strictSame(decide({ at, card: ACTIVE, event }), expected, sentence)
  }
})

t.test('when it opens again is asked for refusals alone', async (t) => {
  let asked = 0
  const opensAfter = (): undefined => void (asked += 1)
  decide({ at, card: ACTIVE, event: { ...OPEN, opensAfter } })
  t.equal(asked, 0)
  decide({ at, card: ACTIVE, event: { ...OPEN, opensAfter, uses: 1 } })
  t.equal(asked, 1)
})

const ID_A = '00000000-0000-7000-8000-00000000000a'
const ID_B = '00000000-0000-7000-8000-00000000000b'

t.test('receipts of unknown, blocked and deleted cards differ in no byte but the id', async (t) => {
  const bytes = cards
    .filter(([, , reason]) => reason !== undefined)
    .map(([, card], i) => {
      const verdict = decide({ at, card, event: OPEN })
      const id = i === 0 ? ID_A : ID_B
      return JSON.stringify(receiptOf(id, verdict, { balance: i === 0 ? undefined : 40 })).replace(id, 'ID')
    })
  t.strictSame([...new Set(bytes)], ['{"actionId":"ID","verdict":"refused","reason":"ask-desk"}'])
})

t.test('a receipt tells what the visitor may know', async (t) => {
  const refused = { kind: 'refused', reason: 'limit-reached', againAt: instant(9) } as const
  const table: readonly (readonly [string, Verdict, Parameters<typeof receiptOf>[2], object])[] = [
    [
      'points and balance',
      { kind: 'granted', points: 2, limitKey: 'k' },
      { balance: 12 },
      { actionId: ID_A, verdict: 'granted', points: 2, balance: 12 },
    ],
    [
      'points of earlier taps',
      { kind: 'granted', points: 2, limitKey: 'k' },
      { balance: 12, late: { points: 3, since: instant(5) } },
      { actionId: ID_A, verdict: 'granted', points: 2, balance: 12, late: { points: 3, sinceMs: 5 } },
    ],
    [
      'when it is possible again, and the balance',
      refused,
      { balance: 0 },
      { actionId: ID_A, verdict: 'refused', reason: 'limit-reached', againAtMs: 9, balance: 0 },
    ],
    [
      'until when it was possible',
      { kind: 'refused', reason: 'too-late', until: instant(4) },
      {},
      { actionId: ID_A, verdict: 'refused', reason: 'too-late', untilMs: 4 },
    ],
    [
      'a cancelled event looks like nothing on',
      { kind: 'refused', reason: 'event-cancelled' },
      { balance: 1 },
      { actionId: ID_A, verdict: 'refused', reason: 'nothing-on', balance: 1 },
    ],
    ['that it waits', { kind: 'held', reason: 'event-unknown' }, {}, { actionId: ID_A, verdict: 'held' }],
  ]
  for (const [sentence, verdict, account, expected] of table) {
    t.strictSame(receiptOf(ID_A, verdict, account), expected, sentence)
  }
  t.throws(() => receiptOf(ID_A, { kind: 'granted', points: 1, limitKey: 'k' }, {}), /has a balance/)
})

t.test('every reason has a word for the visitor, and all about the card have the same', async (t) => {
  const desk = REFUSAL_REASONS.filter((reason) => visitorReason(reason) === 'ask-desk')
  t.strictSame(desk, ['card-unknown', 'card-blocked', 'card-deleted', 'card-without-passholder'])
})
