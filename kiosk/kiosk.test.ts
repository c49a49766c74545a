import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createSealingKeys } from '@spaarzuil/shared/cards/sealing-keys.js'
import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { eventually } from './testing/eventually.js'
import { startKiosk } from './testing/kiosk-process.js'
import { EVENT, eventAt, PILLAR, programOf } from './testing/samples.js'
import { openScriptedServer, type ScriptedServer } from './testing/scripted-server.js'

const program = () => {
  const now = systemClock.now()
  return { ...programOf(eventAt(now)), horizonMs: now + 86_400_000 }
}
const checkInsOf = (server: ScriptedServer): readonly CheckIn[] =>
  server.heard.flatMap((message) => (message.kind === 'check-ins' ? message.checkIns : []))

t.test('from card to receipt and back, as processes', async (t) => {
  const folder = t.testdir()
  await using server = await openScriptedServer({ program: program(), secret: 'a secret of a pillar' })
  const kiosk = await startKiosk(folder, { server: server.url })
  t.teardown(async () => kiosk.stop('SIGKILL'))
  await eventually('the event is on the screen', async () =>
    (await kiosk.page()).includes('Jazz in de foyer'),
  )

  await t.test('a tap is saved, with points and balance', async (t) => {
    await kiosk.tap(0)
    await eventually('saved', async () => (await kiosk.page()).includes('Gespaard'))
    const [checkIn] = checkInsOf(server)
    t.match(checkIn, { channel: 'pillar', occurrence: { eventId: EVENT }, why: 'only-candidate' })
    t.match(checkIn?.time, { quality: 'synced' }, 'the welcome brought the time')
    if (checkIn === undefined) return
    const { actionId, time, occurrence, seal } = checkIn
    const open = await server.unsealer.prepare(seal, PILLAR)
    t.strictSame(open(seal, { purpose: 'check-in', actionId, time, occurrence }), {
      kind: 'chip',
      chip: '04A1B2C3D4E510',
    })
  })

  await t.test('says how it fares', async (t) => {
    const health = await eventually('health', () => server.heard.findLast(({ kind }) => kind === 'health'))
    t.match(health, {
      inForce: { eventId: EVENT, why: 'only-candidate' },
      devices: [{ kind: 'reader', state: 'ready' }],
    })
  })

  await t.test('comes back after the line was cut, and brings what was noted meanwhile', async (t) => {
    const before = checkInsOf(server).length
    server.hangUp()
    await kiosk.tap(1)
    await eventually('it arrived', () => checkInsOf(server).length > before)
    t.equal(server.heard.filter(({ kind }) => kind === 'hello').length >= 2, true)
  })

  await t.test('keeps chip numbers and secrets out of files and logs', async (t) => {
    const state = join(folder, 'state')
    const files = await Promise.all(
      (await readdir(state)).map(async (name) => readFile(join(state, name), 'latin1')),
    )
    const everything = [
      ...files,
      kiosk.log(),
      ...server.heard.map((message) => JSON.stringify(message)),
    ].join('\n')
    for (const secret of ['04A1B2C3D4E510', '04a1b2c3d4e510', 'a secret of a pillar']) {
      t.equal(everything.includes(secret), false)
    }
    t.equal(everything.includes(EVENT), true, 'and this search does find things')
  })

  await t.test('stops cleanly when asked', async (t) => {
    t.equal(await kiosk.stop(), 0)
    t.match(server.heard.at(-1), { kind: 'presence', online: false })
  })
})

t.test('a kiosk that was killed after "noted" brings the tap at its next start', async (t) => {
  const folder = t.testdir()
  const keys = createSealingKeys()
  const first = await openScriptedServer({ program: program(), keys })
  const kiosk = await startKiosk(folder, { server: first.url })
  await eventually('ready', async () => (await kiosk.page()).includes('Jazz in de foyer'))
  const { port } = first
  await first[Symbol.asyncDispose]()
  await eventually('offline', () => kiosk.log().includes('The line is down'))
  await kiosk.tap(2)
  await eventually('noted', async () => /noted/.test(await kiosk.page()))
  await kiosk.stop('SIGKILL')
  await using second = await openScriptedServer({ program: program(), keys, port })
  const again = await startKiosk(folder, { server: second.url })
  t.teardown(async () => again.stop('SIGKILL'))
  await eventually('the tap arrived', () => checkInsOf(second).length === 1)
  t.match(
    second.heard.find(({ kind }) => kind === 'hello'),
    { unsettled: 1 },
  )
})

t.test('a second kiosk on the state folder of a running one is refused', async (t) => {
  const folder = t.testdir()
  const server = 'mqtt://127.0.0.1:9'
  const first = await startKiosk(folder, { server })
  t.teardown(async () => first.stop('SIGKILL'))
  await t.rejects(startKiosk(folder, { server }), {
    message: /Another process uses the state folder .*state: another pillar\. Stop it first/,
  })
  t.equal(await first.stop('SIGTERM'), 0)
  const next = await startKiosk(folder, { server })
  await next.stop('SIGKILL')
})

t.test('a wrong configuration names every problem, and no secret', async (t) => {
  const { spawnSync } = await import('node:child_process')
  const main = new URL('./main.js', import.meta.url).pathname
  const path = join(
    t.testdir({
      'kiosk.json': JSON.stringify({ pillarId: 'x', secret: 'short', sever: 'mqtt://127.0.0.1' }),
    }),
    'kiosk.json',
  )
  const { status, stderr } = spawnSync(process.execPath, [main, path], { encoding: 'utf8' })
  t.equal(status, 1)
  t.match(stderr, /pillarId/)
  t.match(stderr, /no setting called "sever"/)
  t.match(stderr, /stateFolder/)
  t.equal(stderr.includes('short'), false)
})

t.test('whatever effect the plug is pulled after, what was shown as noted or saved arrives', async (t) => {
  const main = new URL('./testing/crashing-main.js', import.meta.url).pathname
  await using server = await openScriptedServer({ program: program() })
  const folder = t.testdir()
  // Effects of the first seconds: start, line, settings, program, and then those of one tap.
  for (const crashAfter of [15, 18, 21]) {
    const kiosk = await startKiosk(folder, { server: server.url }, { main, args: [String(crashAfter)] })
    const gone = eventually(
      'it crashes',
      () => kiosk.child.exitCode !== null || kiosk.child.signalCode !== null,
    )
    await eventually('ready', async () => kiosk.log().includes('takes taps'))
    await kiosk.tap(crashAfter % 4).catch(() => undefined)
    await Promise.race([gone, eventually('saved', () => kiosk.standardOutput().includes('saved'))])
    await kiosk.stop('SIGKILL')
    const shown = kiosk
      .standardOutput()
      .split('\n')
      .filter((line) => line !== '')
    const after = await startKiosk(folder, { server: server.url })
    for (const line of shown) {
      const actionId = /"actionId":"([^"]+)"/.exec(line)?.[1] ?? ''
      await eventually(`${line} arrives`, () => server.checkIns.has(actionId))
    }
    t.equal(await after.stop(), 0, `after effect ${crashAfter}, ${shown.length} messages shown`)
  }
})
