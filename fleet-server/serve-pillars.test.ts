import t from 'tap'
import { PILLARS } from './testing/hand-made-fleet.js'
import { Type } from 'typebox'
import { rowParser } from '@spaarzuil/shared/runtime/database.js'
import { checkLedger } from './check-ins/ledger-check.js'
import { type TestPillar } from './testing/test-pillar.js'
import { openTestServer, type TestServer } from './testing/test-server.js'

const [FIRST, SECOND] = PILLARS

const RIGHT = { balances: 0, checkIns: 0, doubled: 0, limits: 0 }

const alarmRow = rowParser('alarms', Type.Object({ kind: Type.String(), count: Type.Integer() }))

const alarmsOf = async (server: TestServer) =>
  server.store.reader.all('SELECT kind, count FROM alarms ORDER BY kind', [], alarmRow)

t.test('a check-in sent over MQTT is decided, receipted and in the ledger', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  const receipt = await pillar.tap(1)
  t.strictSame({ ...receipt, actionId: '' }, { actionId: '', verdict: 'granted', points: 1, balance: 1 })
  const again = await pillar.tap(1)
  t.equal(again.verdict === 'refused' && again.reason, 'limit-reached')
  const stranger = await pillar.tap(99)
  t.strictSame({ ...stranger, actionId: '' }, { actionId: '', verdict: 'refused', reason: 'ask-desk' })
  t.strictSame(await checkLedger(server.store.reader), RIGHT)
  t.strictSame(server.problems, [])
})

t.test('a repeated check-in gets the first receipt byte for byte, after a restart too', async (t) => {
  const folder = t.testdir()
  const server = await openTestServer(folder)
  await server.addCard(1)
  const pillar = await server.pillar(FIRST)
  const checkIn = pillar.checkIn(1)
  await pillar.send([checkIn])
  await pillar.send([pillar.checkIn(1)])
  await pillar.send([checkIn, checkIn])
  const first = pillar.raw[0]
  t.equal(
    pillar.raw[2]?.split('"receipts":')[1],
    `[${first?.slice(first.indexOf('[') + 1, -2)},${first?.slice(first.indexOf('[') + 1)}`,
  )
  await pillar[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()

  await using restarted = await openTestServer(folder, { fleet: server.fleet })
  await using back = await restarted.pillar(FIRST)
  await back.send([checkIn], 'backlog')
  t.equal(back.raw[0], first, 'the store epoch is the same too: a restart is no restore')
  t.strictSame(await checkLedger(restarted.store.reader), RIGHT)
})

t.test('the same id with other content is rejected and raises an alarm', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await server.addCard(2)
  await using pillar = await server.pillar(FIRST)
  const checkIn = pillar.checkIn(1)
  await pillar.send([checkIn])
  const { actionId } = checkIn
  await pillar.say('check-ins', {
    v: 1,
    kind: 'check-ins',
    lane: 'live',
    checkIns: [pillar.checkIn(2, { actionId })],
  })
  const rejected = await pillar.next('rejected')
  t.strictSame(rejected.actionIds, [actionId])
  t.strictSame(await alarmsOf(server), [{ kind: 'action-id-reused', count: 1 }])

  await using other = await server.pillar(SECOND)
  await other.say('check-ins', { v: 1, kind: 'check-ins', lane: 'live', checkIns: [checkIn] })
  await other.next('rejected')
  t.strictSame(
    other.received.filter(({ kind }) => kind === 'receipts'),
    [],
    'who copies the check-in of another pillar is not given its receipt',
  )
})

t.test(
  'a seal that was made for another check-in is held, and the others of its message are not',
  async (t) => {
    await using server = await openTestServer(t.testdir())
    await server.addCard(1)
    await using pillar = await server.pillar(FIRST)
    const good = pillar.checkIn(1)
    const replayed = { ...pillar.checkIn(1), seal: good.seal }
    const unknownKey = { ...pillar.checkIn(1), seal: { ...good.seal, keyId: 'ffffffffffffffff' } }
    const receipts = await pillar.send([replayed, unknownKey, good])
    t.strictSame(
      receipts.map(({ verdict }) => verdict),
      ['held', 'held', 'granted'],
    )
    t.equal(server.tally.counts()['held: seal-broken'], 1)
    t.equal(server.tally.counts()['held: seal-key-unknown'], 1)
  },
)

t.test('two pillars at once share the limit of a passholder', async (t) => {
  await using server = await openTestServer(t.testdir())
  for (const card of [1, 2, 3, 4, 5]) await server.addCard(card)
  await using first = await server.pillar(FIRST)
  await using second = await server.pillar(SECOND)
  const taps = async (pillar: TestPillar) => pillar.send([1, 2, 3, 4, 5].map((card) => pillar.checkIn(card)))
  const receipts = (await Promise.all([taps(first), taps(second)])).flat()
  t.equal(receipts.filter(({ verdict }) => verdict === 'granted').length, 5)
  t.equal(receipts.length, 10)
  t.strictSame(await checkLedger(server.store.reader), RIGHT)
})

t.test('a bug in one check-in stops neither its batch nor the next', async (t) => {
  await using server = await openTestServer(t.testdir())
  for (const card of [1, 2, 3]) await server.addCard(card)
  await using pillar = await server.pillar(FIRST)
  const chosenAt = server.fleet.chosenAt.bind(server.fleet)
  const poison = 1_000_000
  server.fleet.chosenAt = (uuid, at) => {
    if (at === poison) throw new Error('a bug')
    return chosenAt(uuid, at)
  }
  const bad = pillar.checkIn(2, { time: { wallMs: poison } })
  const good = [pillar.checkIn(1), pillar.checkIn(3)]
  await pillar.say('check-ins', { v: 1, kind: 'check-ins', lane: 'live', checkIns: [bad, ...good] })
  await pillar.next('receipts', ({ receipts }) =>
    receipts.some(({ actionId }) => actionId === good[1]?.actionId),
  )
  t.equal((await pillar.tap(1)).verdict, 'refused')
  t.equal(server.tally.counts()['bug'], 1)
  server.fleet.chosenAt = chosenAt
  const [receipt] = await pillar.send([bad])
  t.equal(receipt?.verdict, 'granted', 'nothing of it was stored, so a mended server decides it')
})

t.test('a full queue says busy, and takes what is sent again', async (t) => {
  const limits = { pipeline: { batch: 10, waiting: 20, waitingPerPillar: 10 } }
  await using server = await openTestServer(t.testdir(), { limits })
  for (const card of [1, 2]) await server.addCard(card)
  await using pillar = await server.pillar(FIRST)
  const many = Array.from({ length: 11 }, () => pillar.checkIn(1))
  await pillar.say('check-ins', { v: 1, kind: 'check-ins', lane: 'live', checkIns: many })
  const busy = await pillar.next('busy')
  t.strictSame(
    busy.actionIds,
    many.map(({ actionId }) => actionId),
  )
  t.ok(busy.retryAfterMs >= 1_000)
  const receipts = await pillar.send(many.slice(0, 10))
  t.equal(receipts.filter(({ verdict }) => verdict === 'granted').length, 1)
})

t.test('a balance is told to who holds the card, a few times a minute', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await server.addCard(2, { status: 'blocked' })
  await using pillar = await server.pillar(FIRST)
  await pillar.tap(1)
  const enquire = async (card: number) => {
    const { time, actionId: enquiryId } = pillar.checkIn(card)
    await pillar.say('check-ins', pillar.enquiry(card, { enquiryId, time }))
    const { answer } = await pillar.next('balance', (message) => message.answer.enquiryId === enquiryId)
    return answer.answer === 'balance' ? answer.balance : answer.answer
  }
  t.equal(await enquire(1), 1)
  t.equal(await enquire(2), 'ask-desk')
  t.equal(await enquire(99), 'ask-desk')
  t.equal(await enquire(1), 'too-many')
})
