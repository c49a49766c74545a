import t from 'tap'
import { upTopic } from '@spaarzuil/shared/contract/topics.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { milliseconds, type Clock } from '@spaarzuil/shared/time.js'
import { EVENT, PILLARS } from '../testing/hand-made-fleet.js'
import { type TestPillar } from '../testing/test-pillar.js'
import { eventually, openTestServer } from '../testing/test-server.js'

const [FIRST, SECOND] = PILLARS

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
