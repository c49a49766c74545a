import t from 'tap'
import type { DownMessage } from '@spaarzuil/shared/contract/codec.js'
import type { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import {
  EPOCH,
  EVENING,
  EVENT,
  checkInOf,
  eventAt,
  id,
  nowAt,
  programOf,
  SETTINGS,
} from '../testing/samples.js'
import type { Effect, Happening } from './happening.js'
import type { Message } from './shown.js'
import { start, step } from './step.js'
import { startState, type PillarState } from './state.js'

const ready = (line: PillarState['line'] = 'online'): PillarState => ({
  ...startState({
    settings: SETTINGS,
    program: programOf(eventAt(EVENING)),
    doneCommands: [],
    fallbackName: 'f0000000',
  }),
  line,
})
const quiet = (line: PillarState['line'] = 'online'): PillarState => ({
  ...startState({ settings: SETTINGS, program: programOf(), doneCommands: [], fallbackName: 'f0000000' }),
  line,
})
const card = (n: number, mark = `mark ${n}`, reader = 'one'): Happening => ({
  kind: 'card',
  uid: '04AABBCCDDEE80',
  mark,
  reader,
  tapId: id(n),
})
const removed: Happening = { kind: 'removed', reader: 'one' }
const journalled = (n: number): Happening => ({
  kind: 'journal',
  news: { kind: 'journalled', checkIn: checkInOf(id(n)) },
})
const server = (message: DownMessage): Happening => ({ kind: 'server', message })
const granted = (n: number): Receipt => ({ actionId: id(n), verdict: 'granted', points: 2, balance: 14 })
const receipts = (...list: Receipt[]): Happening =>
  server({ v: 1, kind: 'receipts', storeEpoch: EPOCH, receipts: list })
const due = (n: number): Happening => ({ kind: 'due', timer: { kind: 'receipt', tapId: id(n) } })

/** Plays happenings, each with its time in milliseconds; gives the last state and all effects. */
function play(from: PillarState, ...story: readonly (readonly [number, Happening])[]) {
  return story.reduce<{ state: PillarState; effects: readonly Effect[]; last: readonly Effect[] }>(
    (sofar, [ms, happening]) => {
      const { state, effects } = step(sofar.state, happening, nowAt(ms))
      return { state, effects: [...sofar.effects, ...effects], last: effects }
    },
    { state: from, effects: [], last: [] },
  )
}
const kinds = (effects: readonly Effect[]): readonly string[] => effects.map(({ kind }) => kind)
const messages = (effects: readonly Effect[]): readonly (Message['kind'] | 'idle')[] =>
  effects.flatMap((effect) => (effect.kind === 'show' ? [effect.shown.message?.kind ?? 'idle'] : []))

t.test('light, tone and message say "read" before the journal is asked', async (t) => {
  const { effects } = play(ready(), [0, card(1)])
  t.strictSame(kinds(effects), ['light', 'tone', 'show', 'start-timer', 'journal'])
  t.match(effects[0], { kind: 'light', sign: 'read' })
  t.match(effects[4], {
    draft: {
      actionId: id(1),
      occurrence: { eventId: EVENT },
      why: 'only-candidate',
      program: { revision: 7 },
    },
  })
})

t.test(
  'a check-in is published only after it is on storage, and "saved" comes with its receipt',
  async (t) => {
    const { effects, last } = play(ready(), [0, card(1)], [5, journalled(1)], [40, receipts(granted(1))])
    const order = kinds(effects)
    t.ok(order.indexOf('journal') < order.indexOf('send-live'))
    t.ok(order.indexOf('send-live') < order.indexOf('settle'))
    t.strictSame(kinds(last), ['settle', 'light', 'tone', 'show', 'start-timer'])
    t.strictSame(messages(effects), ['read', 'saved'])
  },
)

t.test('without a receipt in time the tap is noted, and the receipt may still follow', async (t) => {
  const waiting = play(ready(), [0, card(1)], [5, journalled(1)])
  t.match(waiting.last[1], { kind: 'start-timer', timer: { kind: 'receipt', tapId: id(1) }, after: 445 })
  const { effects } = play(waiting.state, [450, due(1)], [900, receipts(granted(1))])
  t.strictSame(messages(effects), ['noted', 'saved'])
})

t.test('when the line is known to be down the tap is noted at once and nothing is sent', async (t) => {
  const { effects, last } = play(ready('offline'), [0, card(1)], [5, journalled(1)])
  t.strictSame(messages(last), ['noted'])
  t.notOk(kinds(effects).includes('send-live'))
})

t.test('a busy server, or one that cannot take the check-in, lets nobody wait', async (t) => {
  const busy = server({ v: 1, kind: 'busy', actionIds: [id(1)], retryAfterMs: 1_000 })
  const rejected = server({ v: 1, kind: 'rejected', actionIds: [id(1)], code: 'CONTENT_DIFFERS' })
  const tapped = play(ready(), [0, card(1)], [5, journalled(1)]).state
  t.strictSame(kinds(play(tapped, [20, busy]).last).slice(0, 1), ['hold-back'])
  t.strictSame(messages(play(tapped, [20, busy]).last), ['noted'])
  t.strictSame(messages(play(tapped, [20, rejected]).last), ['noted'])
})

t.test("a receipt touches no other visitor's message", async (t) => {
  const { last, state } = play(
    ready(),
    [0, card(1)],
    [5, journalled(1)],
    [100, removed],
    [200, card(2)],
    [210, receipts(granted(1))],
  )
  t.strictSame(messages(last), [])
  t.equal(state.message?.tapId, id(2))
  const back = play(state, [300, removed], [400, card(3, 'mark 1')])
  t.strictSame(messages(back.last), ['saved'], 'the first card, back at once, sees its own')
  t.notOk(kinds(back.last).includes('journal'))
})

t.test('the same receipt twice sounds once', async (t) => {
  const { last } = play(
    ready(),
    [0, card(1)],
    [5, journalled(1)],
    [40, receipts(granted(1))],
    [41, receipts(granted(1))],
  )
  t.strictSame(kinds(last), ['settle'])
})

t.test('a receipt that is ahead of the journal shows nothing', async (t) => {
  t.strictSame(messages(play(ready(), [0, card(1)], [1, receipts(granted(1))]).last), [])
})

t.test('hold-off', async (t) => {
  const told = play(ready(), [0, card(1)], [5, journalled(1)], [40, receipts(granted(1))]).state
  const cases: readonly (readonly [string, readonly (readonly [number, Happening])[], boolean])[] = [
    ['a card that never left repeats its message', [[9_000, card(2, 'mark 1')]], false],
    [
      'a card back within 3 s repeats its message',
      [
        [500, removed],
        [3_499, card(2, 'mark 1')],
      ],
      false,
    ],
    [
      'a card back after 3 s is a new check-in',
      [
        [500, removed],
        [3_500, card(2, 'mark 1')],
      ],
      true,
    ],
    ['another card is a new check-in', [[500, card(2)]], true],
    [
      'another card on the reader means that the first has left',
      [
        [500, card(2)],
        [3_600, card(3, 'mark 1')],
      ],
      true,
    ],
  ]
  for (const [sentence, story, taken] of cases) {
    t.test(sentence, async (t) => {
      const { last } = play(told, ...story)
      t.equal(kinds(last).includes('journal'), taken)
      t.strictSame(messages(last), [taken ? 'read' : 'saved'])
    })
  }
})

t.test('what is no pass makes no check-in', async (t) => {
  const cases: readonly (readonly [string, string, Message['kind']])[] = [
    ['a phone, whose number changes', '08AABBCC', 'not-a-pass'],
    ['a number that no card has', '00000000', 'hold-still'],
    ['a number of a strange length', '04AABB', 'hold-still'],
  ]
  for (const [sentence, uid, message] of cases) {
    t.test(sentence, async (t) => {
      const { effects } = step(
        ready(),
        { kind: 'card', uid, mark: 'm', reader: 'one', tapId: id(1) },
        nowAt(0),
      )
      t.strictSame(messages(effects), [message])
      t.notOk(kinds(effects).includes('journal'))
    })
  }
  t.strictSame(messages(play(ready(), [0, { kind: 'unreadable', reader: 'one' }]).last), ['hold-still'])
  const two = play(ready(), [0, { kind: 'several', reader: 'one' }]).last
  t.strictSame(messages(two), ['one-card'])
  t.notOk(kinds(two).includes('journal'), 'neither of two cards at once is taken')
})

t.test('without clock or program the server chooses', async (t) => {
  const blind = (state: PillarState, usable: boolean) =>
    step(state, card(1), nowAt(0, usable)).effects.find(({ kind }) => kind === 'journal')
  t.match(blind(ready(), false), { draft: { why: 'no-clock', occurrence: undefined } })
  const never = startState({ settings: SETTINGS, doneCommands: [], fallbackName: 'x' })
  t.match(blind(never, true), { draft: { why: 'beyond-program', occurrence: undefined } })
  const past = { ...programOf(eventAt(EVENING)), horizonMs: EVENING - 1 }
  const old = startState({ settings: SETTINGS, program: past, doneCommands: [], fallbackName: 'x' })
  t.match(blind(old, true), { draft: { why: 'beyond-program', occurrence: undefined } })
})

t.test('while nothing is on a tap shows the balance and makes no check-in', async (t) => {
  const asked = play(quiet(), [0, card(1)])
  t.strictSame(kinds(asked.last), ['light', 'tone', 'show', 'start-timer', 'enquire', 'start-timer'])
  const answer = server({
    v: 1,
    kind: 'balance',
    answer: { enquiryId: id(1), answer: 'balance', balance: 12 },
  })
  t.strictSame(messages(play(asked.state, [30, answer]).last), ['balance'])
  t.strictSame(messages(play(asked.state, [450, due(1)]).last), ['nothing-on'], 'no answer in time')
  t.strictSame(messages(play(quiet('offline'), [0, card(1)]).last), ['nothing-on'], 'no line')
  const fourth = play(quiet(), [0, card(1)], [10, card(2)], [20, card(3)], [30, card(4)])
  t.strictSame(messages(fourth.last), ['nothing-on'], 'asked too often in one minute')
  t.notOk(kinds(fourth.last).includes('enquire'))
  t.ok(kinds(play(fourth.state, [60_100, card(5)]).last).includes('enquire'), 'and again a minute later')
})

t.test('a full journal refuses where everybody sees it, and the card may try again at once', async (t) => {
  const refused: Happening = {
    kind: 'journal',
    news: { kind: 'not-journalled', tapId: id(1), storage: 'full' },
  }
  const { state, last } = play(ready(), [0, card(1)], [5, refused])
  t.strictSame(messages(last), ['not-taken'])
  t.match(
    last.find(({ kind }) => kind === 'show'),
    { shown: { idle: { kind: 'out-of-order', why: 'journal-full' } } },
  )
  const again = play(state, [300, removed], [400, card(2, 'mark 1')], [410, journalled(2)])
  t.ok(kinds(again.effects).includes('journal'))
  t.equal(again.state.storage, 'ok')
})

t.test('what the pillar says while nobody is there', async (t) => {
  const idle = (state: PillarState, usable = true) =>
    start(state, nowAt(0, usable)).effects.find((effect) => effect.kind === 'show')?.shown.idle
  const dead = { kind: 'reader', name: 'ACR1252', state: 'missing', sinceMs: 0, recoveries: 0 } as const
  t.match(idle(ready()), { kind: 'ready', title: { nl: 'Jazz in de foyer' }, points: 2 })
  t.match(idle(ready(), false), { kind: 'ready-blind' })
  t.match(idle(quiet()), { kind: 'nothing-on' })
  t.match(idle({ ...ready(), devices: [dead] }), { kind: 'out-of-order', why: 'no-reader' })
  t.match(idle({ ...ready(), devices: [dead, { ...dead, state: 'ready' }] }), { kind: 'ready' })
  t.match(idle({ ...ready(), settings: undefined }), { why: 'not-set-up', pillarName: 'f0000000' })
  const members = programOf({ ...eventAt(EVENING), membersOnly: true })
  t.strictSame(
    idle(startState({ settings: SETTINGS, program: members, doneCommands: [], fallbackName: 'x' })),
    { kind: 'ready', title: {}, organiser: undefined, points: 2, until: EVENING + 7 * 3_600_000 },
    'the title of a members-only event is not for everybody',
  )
})

t.test('a message gives way when its time is over, and only its own time', async (t) => {
  const { state, effects } = play(ready('offline'), [0, card(1)], [5, journalled(1)])
  const timers = effects.flatMap((effect) =>
    effect.kind === 'start-timer' && effect.timer.kind === 'message' ? [effect.timer] : [],
  )
  const [ofRead, ofNoted] = timers
  if (ofRead === undefined || ofNoted === undefined) throw new Error('two messages, two timers')
  t.strictSame(messages(play(state, [2_000, { kind: 'due', timer: ofRead }]).last), [])
  t.strictSame(messages(play(state, [2_505, { kind: 'due', timer: ofNoted }]).last), ['idle'])
})

t.test('a command is done once, and not after its expiry', async (t) => {
  const command = (expiresAtMs: number, what: 'restart' | 'identify' = 'restart'): Happening =>
    server({ v: 1, kind: 'command', id: id(9), expiresAtMs, command: what })
  const once = play(ready(), [0, command(EVENING + 60_000)])
  t.strictSame(kinds(once.last), ['keep', 'answer', 'restart'])
  t.strictSame(kinds(play(once.state, [1, command(EVENING + 60_000)]).last), ['answer'])
  t.match(play(ready(), [0, command(EVENING - 1)]).last, [{ kind: 'answer', result: 'expired' }])
  const here = play(ready(), [0, command(EVENING + 60_000, 'identify')])
  t.strictSame(kinds(here.last), ['keep', 'answer', 'light', 'tone', 'start-timer'])
  const over = here.last.flatMap((effect) => (effect.kind === 'start-timer' ? [effect.timer] : []))[0]
  if (over === undefined) throw new Error('a timer ends the signal')
  t.match(play(here.state, [2_500, { kind: 'due', timer: over }]).last.at(-1), {
    kind: 'light',
    sign: 'idle',
  })
})
