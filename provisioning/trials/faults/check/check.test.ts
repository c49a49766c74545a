import t from 'tap'
import { check, type Evidence, type InboxRow, type ShownTap } from './check.js'

const EVENT = 'choir'
const row = (actionId: string, more: Partial<InboxRow> = {}): InboxRow => ({
  actionId,
  verdict: 'granted',
  reason: undefined,
  passholder: 1,
  event: EVENT,
  limitKey: 'DAY:2026-05-03:2x1',
  points: 1,
  ...more,
})
const shown = (actionId: string, message: 'saved' | 'noted' = 'saved', restores = 0): ShownTap => ({
  pillar: 'hall',
  actionId,
  message,
  restores,
})
const paid = (actionId: string, points = 1) => ({ actionId, passholder: 1, points })
const refused = { verdict: 'refused', reason: 'limit-reached', limitKey: undefined, points: 0 }

/** Two taps, one saved and one noted, both on record and in the books. */
const honest: Evidence = {
  shown: [shown('a'), shown('b', 'noted')],
  taps: 2,
  restores: 0,
  inbox: [row('a'), row('b')],
  ledger: [paid('a'), paid('b')],
  balances: new Map([[1, 2]]),
  journals: [{ pillar: 'hall', unsettled: 0, setAside: {}, damaged: 0 }],
  alarms: [],
  days: new Set(['2026-05-03']),
  volumeOf: () => 2,
}

t.test('an honest run has nothing lost, nothing doubled and no problem', async (t) => {
  t.strictSame(check(honest), {
    saved: 1,
    noted: 1,
    granted: 2,
    refused: 0,
    held: 0,
    moved: 0,
    lost: [],
    doubled: [],
    problems: [],
  })
})

type Case = readonly [
  name: string,
  change: Partial<Evidence>,
  find: 'lost' | 'doubled' | 'problems',
  text: RegExp,
]
const CASES: readonly Case[] = [
  [
    'a saved tap that is not in the inbox',
    { inbox: [row('b')], ledger: [paid('b')], balances: new Map([[1, 1]]) },
    'lost',
    /^a of hall .* not in the inbox/,
  ],
  [
    'a noted tap that is not in the inbox',
    { inbox: [row('a')], ledger: [paid('a')], balances: new Map([[1, 1]]) },
    'lost',
    /^b of hall was shown as noted/,
  ],
  [
    'a saved tap that was refused',
    { inbox: [row('a', refused), row('b')] },
    'lost',
    /refused \(limit-reached\)/,
  ],
  [
    'a saved tap that is held',
    { inbox: [row('a', { verdict: 'held', reason: 'clock' }), row('b')] },
    'lost',
    /held \(clock\)/,
  ],
  ['a saved tap without a movement', { ledger: [paid('b')] }, 'lost', /no movement/],
  [
    'a saved tap whose movement was taken back',
    { ledger: [paid('a'), paid('a', -1), paid('b')] },
    'lost',
    /no movement/,
  ],
  [
    'one id twice in the inbox',
    { inbox: [row('a'), row('a'), row('b')], taps: 3 },
    'doubled',
    /2 times in the inbox/,
  ],
  [
    'two movements for one id',
    { ledger: [paid('a'), paid('a'), paid('b')] },
    'doubled',
    /2 movements that stand/,
  ],
  ['more granted than the limit', { volumeOf: () => 1 }, 'doubled', /2 granted where 1 are allowed/],
  ['more check-ins than taps', { taps: 1 }, 'doubled', /1 more check-ins/],
  [
    'a balance that is not the sum',
    { balances: new Map([[1, 3]]) },
    'problems',
    /balance of passholder 1 is 3, .* 2/,
  ],
  [
    'points for what was refused',
    { inbox: [row('a'), row('b', refused)] },
    'problems',
    /b is refused and has 1/,
  ],
  [
    'a held check-in without a reason',
    { inbox: [row('a'), row('b', { verdict: 'held' })], ledger: [paid('a')] },
    'problems',
    /without a reason/,
  ],
  [
    'an entry without a receipt',
    { journals: [{ pillar: 'hall', unsettled: 4, setAside: {}, damaged: 0 }] },
    'problems',
    /4 entries of hall got no receipt/,
  ],
  [
    'an entry set aside',
    { journals: [{ pillar: 'hall', unsettled: 0, setAside: { SEAL_BROKEN: 1 }, damaged: 0 }] },
    'problems',
    /set aside: SEAL_BROKEN/,
  ],
  [
    'an entry that can no longer be read',
    { journals: [{ pillar: 'hall', unsettled: 0, setAside: {}, damaged: 2 }] },
    'problems',
    /2 entries of hall could not be read/,
  ],
  [
    'a check-in refused as if nothing were on',
    {
      inbox: [row('a'), row('b', { verdict: 'refused', reason: 'nothing-on', limitKey: undefined })],
      ledger: [paid('a')],
      balances: new Map([[1, 1]]),
    },
    'problems',
    /b is refused \(nothing-on\) although/,
  ],
  [
    'a check-in counted on another day',
    { inbox: [row('a'), row('b', { limitKey: 'DAY:1970-01-01:2x1' })] },
    'problems',
    /b is counted on 1970-01-01/,
  ],
  ['an alarm of the server', { alarms: ['same-id-other-content: 1'] }, 'problems', /same-id/],
]

for (const [name, change, find, text] of CASES) {
  t.test(`it finds ${name}`, async (t) => {
    const findings = check({ ...honest, ...change })
    t.ok(
      findings[find].some((line) => text.test(line)),
      JSON.stringify(findings),
    )
  })
}

t.test(
  'a tap that was noted first and saved then is a saved one, in whatever order it was heard',
  async (t) => {
    for (const both of [
      [shown('a', 'noted'), shown('a')],
      [shown('a'), shown('a', 'noted')],
    ]) {
      const findings = check({ ...honest, shown: both })
      t.match(findings, { saved: 1, noted: 0, lost: [] })
    }
  },
)

t.test('a restored server may give the point of a limit to another tap, and not to nobody', async (t) => {
  const restored: Evidence = {
    ...honest,
    restores: 1,
    taps: 3,
    shown: [shown('a'), shown('b'), shown('c')],
    inbox: [row('a', refused), row('b'), row('c')],
    ledger: [paid('b'), paid('c')],
  }
  t.match(check(restored), { moved: 1, lost: [], doubled: [], problems: [] })
  t.match(check({ ...restored, shown: [shown('a', 'saved', 1)] }), { moved: 0, lost: [/^a of hall/] })
  t.match(check({ ...restored, volumeOf: () => 3 }), { moved: 0, lost: [/^a of hall/] })
})
