import fc from 'fast-check'
import t from 'tap'
import { Type } from 'typebox'
import type { TapTime } from '@spaarzuil/shared/contract/check-in.js'
import { Nullable, rowParser } from '@spaarzuil/shared/runtime/database.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { days, hours } from '@spaarzuil/shared/time.js'
import { LATER_EVENT, PILLARS } from '../testing/hand-made-fleet.js'
import type { TestPillar } from '../testing/test-pillar.js'
import { eventually, openTestServer, type TestServer } from '../testing/test-server.js'
import { checkLedger } from './ledger-check.js'

const [FIRST, SECOND] = PILLARS
const RIGHT = { balances: 0, checkIns: 0, doubled: 0, limits: 0 }
const NOON = Math.floor(systemClock.now() / days(1)) * days(1) - days(3) + hours(12)

const sumRow = rowParser(
  'ledger',
  Type.Object({
    passholder_id: Type.Integer(),
    limit_key: Nullable(Type.String()),
    points: Type.Integer(),
  }),
)
const sums = async ({ store }: TestServer) =>
  store.reader.all(
    `SELECT l.passholder_id, c.limit_key, SUM(l.points) AS points FROM ledger AS l
     JOIN check_ins AS c ON c.id = l.check_in_id GROUP BY 1, 2 ORDER BY 1, 2`,
    [],
    sumRow,
  )
const correctionRow = rowParser('corrections', Type.Object({ kind: Type.String(), made_by: Type.String() }))
const correctionsOf = async ({ store }: TestServer) =>
  store.reader.all('SELECT kind, made_by FROM corrections ORDER BY id', [], correctionRow)
const balanceRow = rowParser('passholders', Type.Object({ balance: Type.Integer() }))
const balanceOf = async ({ store }: TestServer, id: number) =>
  (await store.reader.get('SELECT balance FROM passholders WHERE id = ?', [id], balanceRow))?.balance

t.test('in whatever order check-ins arrive, the sums per passholder and period are the same', async (t) => {
  const tap = fc.record({
    card: fc.integer({ min: 1, max: 3 }),
    day: fc.integer({ min: 0, max: 2 }),
    pillar: fc.constantFrom(0, 1),
  })
  const taps = fc.array(tap, { minLength: 5, maxLength: 60 })
  let run = 0
  const sumsOf = async (order: readonly { card: number; day: number; pillar: number }[]) => {
    run += 1
    await using server = await openTestServer(`${t.testdirName}/${run}`)
    server.fleet.volume = 2
    for (const card of [1, 2, 3]) await server.addCard(card)
    await using first = await server.pillar(FIRST)
    await using second = await server.pillar(SECOND)
    const pillars = [first, second]
    const sent = pillars.map(async (pillar, place) =>
      pillar.send(
        order
          .filter((one) => one.pillar === place)
          .map(({ card, day }) => pillar.checkIn(card, { time: { wallMs: NOON + day * days(1) } })),
        place === 0 ? 'live' : 'backlog',
      ),
    )
    await Promise.all(sent)
    t.strictSame(await checkLedger(server.store.reader), RIGHT)
    return await sums(server)
  }
  t.testdir()
  await fc.assert(
    fc.asyncProperty(taps, fc.integer(), async (some, seed) => {
      const shuffled = fc.sample(fc.shuffledSubarray(some, { minLength: some.length }), {
        seed,
        numRuns: 1,
      })[0]
      t.strictSame(await sumsOf(shuffled ?? []), await sumsOf(some))
    }),
    { numRuns: 5 },
  )
})

t.test('a card that becomes known is decided again, by the moment of its tap', async (t) => {
  await using server = await openTestServer(t.testdir())
  await using pillar = await server.pillar(FIRST)
  const receipts = await pillar.send([
    pillar.checkIn(1, { time: { wallMs: NOON } }),
    pillar.checkIn(1, { time: { wallMs: NOON + days(1) } }),
    pillar.checkIn(1, { time: { wallMs: NOON - days(2) } }),
  ])
  t.ok(receipts.every((receipt) => receipt.verdict === 'refused' && receipt.reason === 'ask-desk'))
  const lookup = await server.addCard(1, { since: NOON - hours(1) })
  const { redecide } = server.serving
  t.equal(await redecide.cardsKnown([lookup]), 2, 'before it was issued it was nobody')
  t.equal(await balanceOf(server, 1), 2)
  t.equal(await redecide.cardsKnown([lookup]), 0, 'once is enough')
  t.strictSame(await correctionsOf(server), [
    { kind: 'decided-again', made_by: 'server' },
    { kind: 'decided-again', made_by: 'server' },
  ])
  t.strictSame(await checkLedger(server.store.reader), RIGHT)
  const next = await pillar.tap(1)
  t.strictSame(
    next.verdict === 'granted' && next.late,
    { points: 2, sinceMs: NOON },
    'the passholder is told at the next tap',
  )
  await server.addCard(2)
  t.equal((await pillar.tap(2)).verdict, 'granted')
})

t.test('an event that becomes known is decided again', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  server.fleet.chosen = LATER_EVENT
  t.equal((await pillar.tap(1)).verdict, 'held')
  server.fleet.events.set(LATER_EVENT, 2)
  t.equal(await server.serving.redecide.eventsKnown([LATER_EVENT]), 1)
  t.equal(await balanceOf(server, 1), 1)
  t.strictSame(await checkLedger(server.store.reader), RIGHT)
})

t.test('points of the backlog are told at the next live tap, once', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  const noted = [0, 1].map((day) => pillar.checkIn(1, { time: { wallMs: NOON + day * days(1) } }))
  const receipts = await pillar.send(noted, 'backlog')
  t.ok(receipts.every((receipt) => receipt.verdict === 'granted' && receipt.late === undefined))
  const told = await pillar.tap(1)
  t.strictSame(told.verdict === 'granted' && told.late, { points: 2, sinceMs: NOON })
  const after = await pillar.tap(1, { time: { wallMs: NOON + days(2) } })
  t.strictSame([after.verdict, after.verdict === 'granted' && after.late], ['granted', undefined])
})

t.test('a tap without a clock is held until the pillar knows what time it was', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  const boot = newId()
  const start = newId()
  const time: TapTime = { wallMs: 0, uptimeMs: 60_000, boot, start, quality: 'unsynced' }
  const checkIn = pillar.checkIn(1, { time })
  const [receipt] = await pillar.send([checkIn])
  t.equal(receipt?.verdict, 'held')
  const finding = { offsetMs: NOON, atUptimeMs: 70_000, quality: 'synced' } as const
  for (let times = 0; times < 2; times += 1)
    await pillar.say('clock', { v: 1, kind: 'clock', boot, start, finding })
  await eventually(async () => (await balanceOf(server, 1)) === 1)
  t.strictSame(await correctionsOf(server), [{ kind: 'clock-corrected', made_by: 'server' }])
  const [repeated] = await pillar.send([checkIn])
  t.equal(repeated?.verdict, 'held', 'the first receipt stays what it was')
  const later = await pillar.tap(1, { time: { ...time, uptimeMs: 61_000 } })
  t.equal(
    later.verdict === 'refused' && later.reason,
    'limit-reached',
    'the next of that boot is judged at once',
  )
  t.strictSame(await checkLedger(server.store.reader), RIGHT)
})

t.test('a boot that ended without a clock is judged over all of its span', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  const inSpan = async (fromMs: number, untilMs: number) => {
    const boot = newId()
    const start = newId()
    await pillar.say('clock', { v: 1, kind: 'clock', boot, start, finding: { fromMs, untilMs } })
    return pillar.tap(1, { time: { wallMs: 0, uptimeMs: 1_000, boot, start, quality: 'unsynced' } })
  }
  t.equal((await inSpan(NOON, NOON + hours(2))).verdict, 'granted')
  t.equal((await inSpan(NOON, NOON + days(1))).verdict, 'held', 'it may belong to either of two days')
  t.equal((await inSpan(NOON, NOON + hours(2))).verdict, 'refused')
  t.strictSame(await checkLedger(server.store.reader), RIGHT)
})

t.test('news about a clock takes back no points, and moves the limit to the right day', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  const boot = newId()
  const start = newId()
  const find = async (offsetMs: number, atUptimeMs: number) =>
    pillar.say('clock', {
      v: 1,
      kind: 'clock',
      boot,
      start,
      finding: { offsetMs, atUptimeMs, quality: 'synced' },
    })
  await find(NOON, 1_000_000)
  const time: TapTime = { wallMs: 0, uptimeMs: 1_000, boot, start, quality: 'unsynced' }
  t.equal((await pillar.tap(1, { time })).verdict, 'granted')
  // Nearer to the tap, so it is believed: the tap was a day later.
  await find(NOON + days(1), 2_000)
  await eventually(async () => (await correctionsOf(server)).length === 1)
  t.equal(await balanceOf(server, 1), 1)
  t.equal(
    (await pillar.tap(1, { time: { wallMs: NOON } })).verdict,
    'granted',
    'the day before is free again',
  )
  t.equal((await pillar.tap(1, { time: { wallMs: NOON + days(1) } })).verdict, 'refused')
  t.strictSame(await checkLedger(server.store.reader), RIGHT)
})

t.test('a reversal takes the points back, frees the limit and stays', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  const { corrections, redecide } = server.serving
  const receipt = await pillar.tap(1)
  const order = { reason: 'wrong card', by: 'An' }
  t.equal(await corrections.reverse(receipt.actionId, order), 'reversed')
  t.equal(await corrections.reverse(receipt.actionId, order), 'nothing-to-reverse')
  await t.rejects(corrections.reverse(newId(), order), { code: 'NOT_FOUND' })
  t.equal(await balanceOf(server, 1), 0)
  t.equal((await pillar.tap(1)).verdict, 'granted')
  const refused = await pillar.tap(1)
  t.equal(await corrections.reverse(refused.actionId, order), 'nothing-to-reverse')
  t.equal(await redecide.keysKnown(), 0)
  t.strictSame(await correctionsOf(server), [{ kind: 'reversed', made_by: 'An' }])
  t.strictSame(await checkLedger(server.store.reader), RIGHT)
})

t.test('the ledger check finds a balance and a check-in that do not add up', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar: TestPillar = await server.pillar(FIRST)
  await pillar.tap(1)
  const { writer, reader } = server.store
  await writer.run('INSERT INTO ledger (passholder_id, points, check_in_id, at) VALUES (1, 1, 1, 0)')
  t.strictSame(await checkLedger(reader), { ...RIGHT, balances: 1, checkIns: 1, doubled: 1 })
  await writer.run('DELETE FROM ledger')
  await writer.run('UPDATE check_ins SET limit_key = NULL')
  t.strictSame(await checkLedger(reader), { ...RIGHT, balances: 1, checkIns: 1, limits: 1 })
})
