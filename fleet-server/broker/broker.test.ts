import mqtt from 'mqtt'
import { connect } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { downFilter, upTopic } from '@spaarzuil/shared/contract/topics.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { Type } from 'typebox'
import { rowParser } from '@spaarzuil/shared/runtime/database.js'
import { PILLARS, secretOf } from '../testing/hand-made-fleet.js'
import { openTestPillar, type TestPillar } from '../testing/test-pillar.js'
import { eventually, openTestServer, type TestServer } from '../testing/test-server.js'

const [FIRST, SECOND] = PILLARS

const alarmRow = rowParser('alarms', Type.Object({ kind: Type.String(), count: Type.Integer() }))

const alarmsOf = async (server: TestServer) =>
  server.store.reader.all('SELECT kind, count FROM alarms ORDER BY kind', [], alarmRow)

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
