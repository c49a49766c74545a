import mqtt from 'mqtt'
import { connect } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { downFilter, upTopic } from '@spaarzuil/shared/contract/topics.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { milliseconds, type Clock } from '@spaarzuil/shared/time.js'
import { Type } from 'typebox'
import { rowParser } from '@spaarzuil/shared/runtime/database.js'
import { checkLedger } from './check-ins/ledger-check.js'
import { EVENT, PILLARS, secretOf } from './testing/hand-made-fleet.js'
import { openTestPillar, type TestPillar } from './testing/test-pillar.js'
import { eventually, openTestServer, type TestServer } from './testing/test-server.js'

const [FIRST, SECOND] = PILLARS
const RIGHT = { balances: 0, checkIns: 0, doubled: 0, limits: 0 }

const alarmRow = rowParser('alarms', Type.Object({ kind: Type.String(), count: Type.Integer() }))
const alarmsOf = async (server: TestServer) =>
  server.store.reader.all('SELECT kind, count FROM alarms ORDER BY kind', [], alarmRow)

const hello = (pillar: TestPillar, has: { settings?: object; program?: object } = {}) =>
  pillar.client.publishAsync(
    upTopic(pillar.uuid, 'hello'),
    JSON.stringify({
      v: 1,
      kind: 'hello',
      connection: newId(),
      version: '0.1.0',
      minor: 0,
      boot: newId(),
      start: newId(),
      wallMs: systemClock.now(),
      uptimeMs: 1,
      quality: 'synced',
      unsettled: 0,
      ...has,
    }),
    { qos: 1 },
  )

const closeOf = async (pillar: TestPillar): Promise<void> =>
  new Promise((resolve) => {
    pillar.client.once('close', () => {
      resolve()
    })
  })

const fateOf = async (client: mqtt.MqttClient): Promise<string> =>
  new Promise((resolve) => {
    client.once('connect', () => {
      resolve('connected')
    })
    client.once('close', () => {
      resolve('closed')
    })
  })

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

t.test('only a pillar of the fleet with its own secret is let in', async (t) => {
  await using server = await openTestServer(t.testdir())
  const { port } = server.serving
  await t.rejects(openTestPillar(port, FIRST, 'wrong'), /Not authorized|Bad username or password/i)
  await t.rejects(openTestPillar(port, newId(), secretOf(FIRST)), /Not authorized|Bad username or password/i)
  server.fleet.change(SECOND, { status: 'blocked' })
  await t.rejects(openTestPillar(port, SECOND), /Not authorized|Bad username or password/i)
  const other = { clientId: newId(), username: FIRST, password: secretOf(FIRST), reconnectPeriod: 0 }
  await t.rejects(mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { ...other, protocolVersion: 4 }))
  t.equal(server.tally.counts()['CREDENTIALS_REFUSED'], 4)

  const own = { clientId: FIRST, username: FIRST, password: secretOf(FIRST), reconnectPeriod: 0 }
  const will = {
    topic: upTopic(SECOND, 'presence'),
    payload: Buffer.from('x'),
    qos: 1,
    retain: false,
  } as const
  t.equal(
    await fateOf(mqtt.connect(`mqtt://127.0.0.1:${port}`, { ...own, protocolVersion: 4, will })),
    'closed',
  )
  const keeping = { ...own, protocolVersion: 4, clean: false } as const
  t.equal(await fateOf(mqtt.connect(`mqtt://127.0.0.1:${port}`, keeping)), 'closed')
  await using pillar = await server.pillar(FIRST)
  t.ok(pillar.client.connected)
})

t.test('a pillar that is blocked is cut off at once', async (t) => {
  await using server = await openTestServer(t.testdir())
  await using pillar = await server.pillar(FIRST)
  const closed = closeOf(pillar)
  server.fleet.change(FIRST, { status: 'blocked' })
  await closed
  t.equal(server.serving.presence.presenceOf(FIRST)?.online, false)
})

t.test('a pillar speaks and listens on its own topics only, and retains nothing', async (t) => {
  await using server = await openTestServer(t.testdir())
  await using watcher = await server.pillar(FIRST)
  t.match(await watcher.client.subscribeAsync(downFilter(SECOND)).catch((error: unknown) => error), Error)
  t.match(await watcher.client.subscribeAsync('#').catch((error: unknown) => error), Error)

  const attempts = [
    { topic: upTopic(FIRST, 'health'), retain: false },
    { topic: `spaarzuil/v1/pillars/${SECOND}/down/commands`, retain: false },
    { topic: upTopic(SECOND, 'health'), retain: true },
  ]
  for (const { topic, retain } of attempts) {
    const pillar = await server.pillar(SECOND)
    const closed = closeOf(pillar)
    pillar.client.publish(topic, '{}', { retain })
    await closed
    await pillar[Symbol.asyncDispose]()
  }
  t.equal(server.tally.counts()['TOPIC_FOREIGN'], 5)
  t.ok(watcher.client.connected, 'a stranger to a topic harms nobody else')
})

t.test('messages that are no messages are counted, and the next one is taken', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  const topic = upTopic(FIRST, 'check-ins')
  const bad = [
    '',
    'null',
    '[]',
    '{',
    '{"v":2,"kind":"check-ins"}',
    '{"v":1,"kind":"check-ins","lane":"live"}',
  ]
  const tooLarge = JSON.stringify({ v: 1, kind: 'check-ins', filling: 'x'.repeat(70_000) })
  const unknownKind = '{"v":1,"kind":"from the future"}'
  for (const payload of [...bad, tooLarge, unknownKind])
    await pillar.client.publishAsync(topic, payload, { qos: 1 })
  t.equal((await pillar.tap(1)).verdict, 'granted')
  const counts = server.tally.counts()
  t.strictSame(
    [
      counts['MESSAGE_INVALID'],
      counts['MESSAGE_VERSION_FOREIGN'],
      counts['MESSAGE_TOO_LARGE'],
      counts['messages-ignored'],
    ],
    [5, 1, 1, 1],
  )
  await eventually(async () =>
    (await alarmsOf(server)).some(({ kind, count }) => kind === 'message-refused' && count === 5),
  )
})

t.test('a packet larger than any message ends the connection before it is read', async (t) => {
  await using server = await openTestServer(t.testdir())
  const socket = connect(server.serving.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  // CONNECT with a remaining length of 256 MB: the broker would wait for all of it.
  socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 0x00]))
  await once(socket, 'close')
  t.equal(server.tally.counts()['MESSAGE_TOO_LARGE'], 1)
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

t.test('hello is answered with what the pillar lacks, and only that', async (t) => {
  await using server = await openTestServer(t.testdir())
  await using pillar = await server.pillar(FIRST)
  await hello(pillar)
  const { storeEpoch } = await pillar.next('welcome')
  t.equal(storeEpoch, server.store.epoch)
  const { settings } = await pillar.next('settings')
  const { program } = await pillar.next('program')
  t.strictSame([settings.revision, program.revision, program.epoch], [1, 1, storeEpoch])
  t.equal(server.serving.presence.presenceOf(FIRST)?.hello?.version, '0.1.0')

  const has = {
    settings: { epoch: storeEpoch, revision: 1 },
    program: { epoch: storeEpoch, revision: 1 },
  }
  await using same = await server.pillar(SECOND)
  await hello(same, has)
  await same.next('welcome')
  t.equal(server.serving.presence.presenceOf(SECOND)?.online, true)

  server.fleet.points = 2
  server.fleet.change(FIRST, {})
  const changed = await pillar.next('program', (message) => message.program.revision === 2)
  t.equal(changed.program.events[0]?.points, 2)
  t.equal(pillar.received.filter(({ kind }) => kind === 'settings').length, 1)
  t.equal(same.received.filter(({ kind }) => kind === 'program').length, 0)
})

t.test('the occurrence of a program that was sent is honoured, of any other it is not', async (t) => {
  await using server = await openTestServer(t.testdir())
  for (const card of [1, 2, 3]) await server.addCard(card)
  await using pillar = await server.pillar(FIRST)
  await hello(pillar)
  const { program } = await pillar.next('program')
  server.fleet.chosen = undefined
  const shown = { eventId: EVENT }
  const { epoch, revision } = program
  const honoured = await pillar.tap(1, { occurrence: shown, program: { epoch, revision } })
  t.equal(honoured.verdict, 'granted')
  const neverSent = await pillar.tap(2, { occurrence: shown, program: { epoch, revision: 2 } })
  t.equal(neverSent.verdict === 'refused' && neverSent.reason, 'nothing-on')
  const elsewhere = { eventId: EVENT, startMs: 1, endMs: 2 }
  const notInIt = await pillar.tap(3, { occurrence: elsewhere, program: { epoch, revision } })
  t.equal(notInIt.verdict === 'refused' && notInIt.reason, 'nothing-on')
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

t.test('presence follows the line, and a will of an old connection changes nothing', async (t) => {
  await using server = await openTestServer(t.testdir())
  const pillar = await server.pillar(FIRST)
  const { presence } = server.serving
  await eventually(() => presence.presenceOf(FIRST)?.online === true)
  await pillar.say('presence', { v: 1, kind: 'presence', connection: newId(), online: false })
  await hello(pillar)
  await pillar.next('welcome')
  t.equal(presence.presenceOf(FIRST)?.online, true)
  await pillar[Symbol.asyncDispose]()
  await eventually(() => presence.presenceOf(FIRST)?.online === false)
  await presence.settle()
  const rows = await server.store.reader.all('SELECT online FROM pillar_presence', [], (row) => row['online'])
  t.strictSame(rows, [0])
})

t.test('a pillar answers a command, and one that is not there is said to be offline', async (t) => {
  await using server = await openTestServer(t.testdir())
  const { commands } = server.serving
  t.equal(await commands.send(FIRST, 'identify'), 'offline')
  await using pillar = await server.pillar(FIRST)
  const result = commands.send(FIRST, 'identify')
  const { id } = await pillar.next('command')
  await pillar.say('answers', { v: 1, kind: 'answer', commandId: id, result: 'done' })
  t.equal(await result, 'done')
})

t.test('a full disk hinders housekeeping, and ends nothing', async (t) => {
  const clock: Clock = {
    ...systemClock,
    sleep: async (length, signal) => systemClock.sleep(milliseconds(Math.min(length, 20)), signal),
  }
  await using server = await openTestServer(t.testdir(), { clock })
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  const { writer, reader } = server.store
  const [pages] = await writer.all('PRAGMA page_count', [], (row) => Number(row['page_count']))
  await writer.all(`PRAGMA max_page_count = ${pages}`, [], (row) => row)
  const device = { kind: 'reader', state: 'failing', sinceMs: 0, recoveries: 0 } as const
  const devices = Array.from({ length: 20 }, (_, n) => ({
    ...device,
    name: `reader ${n}`,
    lastError: 'x'.repeat(500),
  }))
  await pillar.say('health', {
    v: 1,
    kind: 'health',
    wallMs: systemClock.now(),
    quality: 'synced',
    devices,
    journal: { unsettled: 0, settled: 0, setAside: 0 },
    inForce: { why: 'only-candidate' },
  })
  await eventually(() => server.problems.some((problem) => problem.includes('disk is full')))
  await writer.all('PRAGMA max_page_count = 100000', [], (row) => row)
  const written = async () => reader.all('SELECT health FROM pillar_presence', [], (row) => row['health'])
  await eventually(async () => String((await written())[0]).includes('reader 19'))
  t.match(await pillar.tap(1), { verdict: 'granted' })
})
