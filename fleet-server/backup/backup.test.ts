import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { Type } from 'typebox'
import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import type { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import { rowParser } from '@spaarzuil/shared/runtime/database.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { openStore } from '../store/store.js'
import { handMadeFleet, PILLARS } from '../testing/hand-made-fleet.js'
import { putKeys } from '../testing/state.js'
import { openTestApp } from '../testing/test-app.js'
import { openTestServer } from '../testing/test-server.js'
import type { TestPillar } from '../testing/test-pillar.js'
import { backupTo } from './backup.js'
import { restoreFrom } from './restore.js'

const clock = systemClock

/** Fewer at once than a server lets one pillar have waiting. */
async function sendAll(pillar: TestPillar, checkIns: readonly CheckIn[]): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = []
  for (let from = 0; from < checkIns.length; from += 200) {
    receipts.push(...(await pillar.send(checkIns.slice(from, from + 200), 'backlog')))
  }
  return receipts
}

const SUMS = rowParser(
  'sums',
  Type.Object({
    check_ins: Type.Integer(),
    granted: Type.Integer(),
    points: Type.Integer(),
    told: Type.Integer(),
  }),
)

t.test(
  'a backup made while taps go on, a thousand taps, a restore: nothing lost, nothing twice',
  async (t) => {
    const folder = t.testdir()
    const state = join(folder, 'state')
    const backup = join(folder, 'backup')
    await putKeys(state)
    const fleet = Object.assign(handMadeFleet(), { volume: 10_000 })
    const cards = Array.from({ length: 40 }, (_, index) => index + 1)

    const journal = await (async () => {
      await using server = await openTestServer(state, { fleet })
      for (const card of cards) await server.addCard(card)
      await using pillar = await server.pillar(PILLARS[0])
      const tapsOf = (count: number) =>
        Array.from({ length: count }, (_, n) => pillar.checkIn(cards[n % cards.length] ?? 1))
      const early = tapsOf(200)
      await pillar.send(early)
      const meanwhile = tapsOf(200)
      const sent = pillar.send(meanwhile)
      const manifest = await backupTo(backup, { stateFolder: state, clock })
      t.ok(manifest.counts.checkIns >= 200 && manifest.counts.checkIns <= 400, 'as of one moment')
      t.equal(manifest.counts.ledgerLines, manifest.counts.checkIns)
      await sent
      const late = tapsOf(1_000)
      await sendAll(pillar, late)
      t.strictSame(server.problems, [])
      return { entries: [...early, ...meanwhile, ...late], epoch: server.store.epoch, manifest }
    })()

    const restored = await restoreFrom(backup, state, { clock })
    t.strictSame(restored.counts, journal.manifest.counts)
    t.equal(journal.manifest.storeEpoch, journal.epoch)
    t.not(restored.storeEpoch, journal.epoch, 'pillars notice, and send again')

    await using server = await openTestServer(state, { fleet })
    t.equal(server.store.epoch, restored.storeEpoch)
    await using pillar = await server.pillar(PILLARS[0])
    const receipts = await sendAll(pillar, journal.entries)
    t.equal(receipts.filter(({ verdict }) => verdict === 'granted').length, 1_400)
    const [sums] = await server.store.reader.all(
      `SELECT COUNT(*) AS check_ins, SUM(verdict = 'granted') AS granted, (SELECT SUM(points) FROM ledger) AS points,
            (SELECT SUM(balance) FROM passholders) AS told FROM check_ins`,
      [],
      SUMS,
    )
    t.strictSame(sums, { check_ins: 1_400, granted: 1_400, points: 1_400, told: 1_400 })
    t.strictSame(server.problems, [])
  },
)

t.test('half a backup never has the name of a whole one, and nobody else may read it', async (t) => {
  const folder = t.testdir()
  const state = join(folder, 'state')
  const backup = join(folder, 'backup')
  await putKeys(state)
  await using store = await openStore(state, clock)
  const seen: (readonly [step: string, whole: boolean])[] = []
  const manifest = await backupTo(backup, {
    stateFolder: state,
    clock,
    onStep: (step) => seen.push([step, existsSync(backup)]),
  })
  t.equal(manifest.storeEpoch, store.epoch)
  t.strictSame(seen, [
    ['copying-database', false],
    ['copying-keys', false],
    ['checking', false],
    ['done', true],
  ])
  t.strictSame((await readdir(folder)).toSorted(), ['backup', 'state'])
  const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8)
  for (const path of [backup, join(backup, 'keys')]) t.equal(await modeOf(path), '700', path)
  for (const path of ['fleet.db', 'manifest.json', 'keys/lookup.json', 'keys/sealing.json']) {
    t.equal(await modeOf(join(backup, path)), '600', path)
  }
})

t.test('a backup that cannot be made says why and leaves nothing behind', async (t) => {
  const folder = t.testdir({ taken: {}, 'no-keys': {}, 'bad-keys': { keys: { 'sealing.json': '{"kind' } } })
  const state = join(folder, 'state')
  await putKeys(state)
  for (const name of ['state', 'no-keys', 'bad-keys'])
    await (await openStore(join(folder, name), clock))[Symbol.asyncDispose]()
  const cases: readonly (readonly [to: string, from: string, code: string])[] = [
    ['relative/folder', state, 'REQUEST_INVALID'],
    [join(folder, 'taken'), state, 'ALREADY_EXISTS'],
    [join(folder, 'nowhere/backup'), state, 'NOT_FOUND'],
    [join(folder, 'new'), join(folder, 'no-state'), 'NOT_FOUND'],
    [join(folder, 'new'), join(folder, 'no-keys'), 'NOT_FOUND'],
    [join(folder, 'new'), join(folder, 'bad-keys'), 'CONFIG_INVALID'],
  ]
  for (const [to, stateFolder, code] of cases) {
    await t.rejects(backupTo(to, { stateFolder, clock }), { code }, `${to} from ${stateFolder}`)
  }
  t.strictSame((await readdir(folder)).toSorted(), ['bad-keys', 'no-keys', 'state', 'taken'])
})

t.test('over HTTP a backup is made for whoever is on this machine, one at a time', async (t) => {
  const { app, ask, town } = await openTestApp(t)
  await putKeys(town.folder)
  const folder = join(town.folder, 'backup')
  const answers = await Promise.all([
    ask('POST', 'backups', { folder }),
    ask('POST', 'backups', { folder: `${folder}-2` }),
  ])
  t.strictSame(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 503],
  )
  t.match(answers.find(({ status }) => status === 201)?.json(), { kind: 'spaarzuil-backup', format: 1 })
  for (const [wanted, status] of [
    [folder, 409],
    ['relative', 400],
    [join(folder, 'no/where'), 404],
  ] as const) {
    t.equal((await ask('POST', 'backups', { folder: wanted })).status, status, wanted)
  }
  const elsewhere = await app.inject({
    method: 'POST',
    url: '/api/v1/backups',
    remoteAddress: '192.0.2.7',
    headers: { host: '127.0.0.1' },
    payload: { folder: `${folder}-3` },
  })
  t.match([elsewhere.statusCode, existsSync(`${folder}-3`)], [403, false])
})
