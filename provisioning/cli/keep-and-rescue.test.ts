import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openJournal } from '@spaarzuil/kiosk/journal/journal.js'
import { parseChipNumber } from '@spaarzuil/shared/cards/chip-number.js'
import { openSealer } from '@spaarzuil/shared/cards/seal.js'
import { importSealingKeys, publicPartOf } from '@spaarzuil/shared/cards/sealing-keys.js'
import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { openDatabase } from '@spaarzuil/shared/runtime/database.js'
import { newActionId, newId } from '@spaarzuil/shared/runtime/ids.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { fillWithSamples } from '../start/fill.js'
import { regionCard } from '../start/sample/numbers.js'
import { regionEvents } from '../start/sample/region-events.js'
import { openApi } from './api.js'

// The built programs as processes, as a technician has them.
const built = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const SERVER = built('../../../fleet-server/dist/main.js')
const COMMAND = built('./main.js')

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}
const commandAt =
  (server: string) =>
  async (...args: readonly string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [COMMAND, ...args, '--server', server], (_, out, err) => {
        resolve({ code: child.exitCode, out, err })
      })
    })

/** A server on free ports, until it says that it is ready. */
async function startServer(folder: string): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const config = join(folder, 'server.json')
  const anyPort = { host: '127.0.0.1', port: 0 }
  await writeFile(
    config,
    JSON.stringify({ stateFolder: join(folder, 'state'), http: anyPort, broker: anyPort }),
  )
  const child = spawn(process.execPath, [SERVER, config], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve()
    })
  })
  for await (const line of createInterface(child.stdout)) {
    const said: unknown = JSON.parse(line)
    if (typeof said !== 'object' || said === null || !('http' in said)) continue
    return {
      address: `http://127.0.0.1:${String(said.http)}`,
      stop: async () => {
        child.kill('SIGTERM')
        await ended
      },
    }
  }
  throw new Error('The server did not come up')
}

const TAPS = 120
const SETTLED = 20
/** Of sixty known cards each taps twice; one is blocked; an event gives points once a day. */
const GRANTED = 59

/** A journal as a pillar leaves it that never had a clock until shortly before it died. */
async function writeJournal(path: string, pillarId: string, stateFolder: string): Promise<void> {
  const keys: unknown = JSON.parse(await readFile(join(stateFolder, 'keys/sealing-keys.json'), 'utf8'))
  const [key] = importSealingKeys(keys)
  if (key === undefined) throw new Error('a server has a sealing key')
  const sealer = await openSealer(publicPartOf(key), pillarId)
  const journal = await openJournal({ path, pillarId, clock: systemClock, warn: () => undefined })
  const [boot, start] = [newId(), newId()]
  const checkIns = Array.from({ length: TAPS }, (_, n): CheckIn => {
    const time = { wallMs: 0, uptimeMs: 60_000 + n, boot, start, quality: 'unsynced' as const }
    const actionId = newActionId()
    const chip = parseChipNumber(regionCard(n % 60).chip)
    const seal = sealer.seal({ kind: 'chip', chip }, { purpose: 'check-in', actionId, time })
    return { actionId, channel: 'pillar', seal, time, why: 'no-clock' }
  })
  for (const checkIn of checkIns) await journal.append(checkIn)
  const offsetMs = systemClock.now() - 60_000
  await journal.boots.find(boot, { offsetMs, atUptimeMs: 60_000, quality: 'synced' })
  journal.settle(
    checkIns.slice(-SETTLED).map(({ actionId }) => actionId),
    newId(),
  )
  await journal.close()
}

t.test(
  'a technician backs up, rescues a dead pillar and restores, and nothing is lost or counted twice',
  async (t) => {
    const folder = t.testdir()
    const first = await startServer(folder)
    const spaarzuil = commandAt(first.address)
    const pillar = await fillWithSamples(
      openApi(first.address),
      join(folder, 'pillar.json'),
      systemClock.now(),
    )
    await mkdir(join(folder, 'card'))
    const journal = join(folder, 'card/journal.db')
    await writeJournal(journal, pillar.id, join(folder, 'state'))
    const backup = join(folder, 'backup')

    const made = await spaarzuil('backup', backup, '--json')
    t.match(JSON.parse(made.out), { folder: backup, counts: { checkIns: 0 } })

    const rescued = await spaarzuil('rescue', journal, '--pillar', pillar.id, '--json')
    t.equal(rescued.code, 0, rescued.err)
    const unsettled = TAPS - SETTLED
    t.strictSame(JSON.parse(rescued.out), {
      pillarId: pillar.id,
      delivered: unsettled,
      granted: GRANTED,
      refused: unsettled - GRANTED,
      held: 0,
      known: 0,
      rejected: 0,
      unanswered: 0,
      lost: 0,
    })
    t.match(await spaarzuil('rescue', journal), { code: 0, out: /granted +0\n[^]*known already +100\n/ })
    t.match(await spaarzuil('rescue', journal, '--pillar', newId()), {
      code: 64,
      err: /is the journal of pillar/,
    })

    const state = join(folder, 'state')
    t.match(await spaarzuil('restore', backup, '--state', state), { code: 65, err: /^STATE_FOLDER_IN_USE/ })
    await first.stop()
    t.match(await spaarzuil('restore', backup, '--state', state), { code: 0, out: /Start the server/ })

    const second = await startServer(folder)
    t.teardown(async () => second.stop())
    const again = commandAt(second.address)
    const delivered: unknown = JSON.parse((await again('rescue', journal, '--all', '--json')).out)
    t.match(delivered, { delivered: TAPS, granted: GRANTED, known: 0, held: 0 })
    t.match(await again('ledger', 'check'), { code: 0, out: /right/ })

    const damaged = join(folder, 'card/damaged.db')
    await cp(journal, damaged)
    const database = await openDatabase(damaged, { busyTimeoutMs: 1_000 })
    await database.run('UPDATE entries SET content = substr(content, 9) WHERE seq <= 3')
    await database.close()
    t.match(await again('rescue', damaged), { code: 1, out: /97 check-ins delivered[^]*UNREADABLE +3/ })
  },
)

t.test('one broken file in a folder of events keeps none of the others out', async (t) => {
  const folder = t.testdir({
    events: { 'a.json': '{"@id":', 'b.json': '5', 'c.json': JSON.stringify(regionEvents(systemClock.now())) },
  })
  const server = await startServer(folder)
  t.teardown(async () => server.stop())
  const spaarzuil = commandAt(server.address)
  await fillWithSamples(openApi(server.address), join(folder, 'pillar.json'), systemClock.now())
  const { code, out } = await spaarzuil('events', 'import', join(folder, 'events'))
  t.equal(code, 1)
  t.match(out, /^0 new, [^]*a\.json: .*is not JSON\n[^]*b\.json: .*no UiTdatabank event/)
  t.notMatch(out, /^0 new, 0 changed, 0 as before/, 'the third file was taken')
  t.match(await spaarzuil('events', 'import', join(folder, 'events/a.json')), {
    code: 65,
    err: /is not JSON/,
  })
})

t.test('a command that cannot be carried out says why, with the exit code of its kind', async (t) => {
  const spaarzuil = commandAt('http://127.0.0.1:9')
  t.match(await spaarzuil('rescue', '--help'), { code: 0, out: /^spaarzuil rescue JOURNAL/ })
  t.match(await spaarzuil('restore'), { code: 64, err: /^spaarzuil restore FOLDER/ })
  t.match(await spaarzuil('restore', 'backup'), { code: 64, err: /--state STATE_FOLDER/ })
  t.match(await commandAt('localhost')('ledger', 'check'), { code: 64, err: /is not a URL/ })
  t.match(await spaarzuil('backup', 'somewhere'), { code: 69, err: /No fleet server answers/ })
})
