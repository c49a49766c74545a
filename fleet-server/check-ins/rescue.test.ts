import t from 'tap'
import { UP_SAMPLES } from '@spaarzuil/shared/contract/sample.js'
import { Failure, invariant } from '@spaarzuil/shared/errors.js'
import { openTestApp } from '../testing/test-app.js'
import { PILLARS } from '../testing/hand-made-fleet.js'
import { openTestServer, type TestServer } from '../testing/test-server.js'

const [FIRST, SECOND] = PILLARS
const recordOf = (server: TestServer, uuid: string) => {
  const pillar = server.fleet.pillar(uuid)
  invariant(pillar !== undefined, 'the fleet has this pillar')
  return pillar
}

t.test('rescued check-ins get the verdicts of the broker, and deliver twice without harm', async (t) => {
  await using server = await openTestServer(t.testdir())
  for (const card of [1, 2]) await server.addCard(card)
  await using pillar = await server.pillar(FIRST)
  const sent = await pillar.tap(1)
  const checkIns = [pillar.checkIn(1), pillar.checkIn(2), pillar.checkIn(3)]
  const [again, granted, unknown] = checkIns
  const { rescue } = server.serving
  const first = await rescue.deliver(recordOf(server, FIRST), checkIns)
  t.match(sent, { verdict: 'granted', balance: 1 })
  t.strictSame({ ...first, receipts: [] }, { receipts: [], known: [], rejected: [], unanswered: [] })
  const byId = new Map(first.receipts.map((receipt) => [receipt.actionId, receipt]))
  t.match(byId.get(again?.actionId ?? ''), { verdict: 'refused', reason: 'limit-reached' })
  t.match(byId.get(granted?.actionId ?? ''), { verdict: 'granted', points: 1 })
  t.match(byId.get(unknown?.actionId ?? ''), { verdict: 'refused', reason: 'ask-desk' })

  const second = await rescue.deliver(recordOf(server, FIRST), checkIns)
  t.strictSame(
    new Set(second.receipts.map((each) => JSON.stringify(each))),
    new Set(first.receipts.map((each) => JSON.stringify(each))),
  )
  t.equal(second.known.length, 3)
  const overTheLine = await pillar.send(checkIns)
  t.strictSame(overTheLine[1], byId.get(granted?.actionId ?? ''), 'and so does the pillar itself')
})

t.test('what can never be taken is named, and the rest of its batch is decided', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  const genuine = pillar.checkIn(1)
  await pillar.send([genuine])
  const copied = { ...genuine, why: 'no-clock' as const }
  const other = pillar.checkIn(1)
  const rescued = await server.serving.rescue.deliver(recordOf(server, FIRST), [copied, other])
  t.strictSame(rescued.rejected, [{ actionId: genuine.actionId, code: 'action-id-reused' }])
  t.match(rescued.receipts, [{ actionId: other.actionId, verdict: 'refused' }])
})

t.test('a journal under the name of another pillar opens no seal', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  const rescued = await server.serving.rescue.deliver(recordOf(server, SECOND), [pillar.checkIn(1)])
  t.match(rescued.receipts, [{ verdict: 'held' }])
})

t.test('a full server says so, and a blocked pillar has no rescue', async (t) => {
  const limits = { pipeline: { batch: 10, waiting: 1, waitingPerPillar: 1 } }
  await using server = await openTestServer(t.testdir(), { limits })
  await using pillar = await server.pillar(FIRST)
  const checkIns = [pillar.checkIn(1), pillar.checkIn(2)]
  const { rescue } = server.serving
  await t.rejects(rescue.deliver(recordOf(server, FIRST), checkIns), {
    code: 'SERVER_BUSY',
    details: { retryAfterMs: Number },
  })
  for (const status of ['blocked', 'removed'] as const) {
    server.fleet.change(FIRST, { status })
    await t.rejects(rescue.deliver(recordOf(server, FIRST), checkIns.slice(1)), { code: 'PILLAR_INACTIVE' })
  }
})

t.test('over HTTP a full server says when to try again, and nonsense is refused by name', async (t) => {
  const busy = new Failure('SERVER_BUSY', 'Later', { details: { retryAfterMs: 1_200 } })
  const checkIn = UP_SAMPLES.flatMap((message) => (message.kind === 'check-ins' ? message.checkIns : []))[0]
  invariant(checkIn !== undefined, 'the samples have a check-in')
  const { app, ask, town } = await openTestApp(t, { rescue: { deliver: async () => Promise.reject(busy) } })
  const path = `pillars/${town.hall.uuid}/rescue`
  const full = await app.inject({
    method: 'POST',
    url: `/api/v1/${path}`,
    headers: { host: '127.0.0.1' },
    payload: [checkIn],
  })
  t.match([full.statusCode, full.headers['retry-after']], [503, '2'])
  const cases: readonly (readonly [path: string, body: unknown, status: number])[] = [
    [path, [], 400],
    [path, Array.from({ length: 51 }, () => checkIn), 400],
    [path, [{ ...checkIn, seal: {} }], 400],
    [path, Array.from({ length: 50 }, () => ({ ...checkIn, more: 'x'.repeat(2_000) })), 413],
    [`pillars/${FIRST}/rescue`, [checkIn], 404],
    [`${path}/clocks`, [{ boot: 'x', start: 'y', finding: {} }], 400],
  ]
  for (const [at, body, status] of cases)
    t.equal((await ask('POST', at, body)).status, status, `${status} ${at}`)
  const finding = { boot: checkIn.time.boot, start: checkIn.time.start, finding: { fromMs: 1, untilMs: 2 } }
  t.equal((await ask('POST', `${path}/clocks`, [finding])).status, 204)
})
