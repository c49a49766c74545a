import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { Type } from 'typebox'
import { createLookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { createSealingKeys } from '@spaarzuil/shared/cards/sealing-keys.js'
import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import type { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import { rowParser } from '@spaarzuil/shared/runtime/database.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { openStore } from '../store/store.js'
import { handMadeFleet, PILLARS } from '../testing/hand-made-fleet.js'
import { contentsOf, putCheckIns, putKeys, stateOf } from '../testing/state.js'
import { LOOKUP_KEYS, SEALING_KEYS } from '../testing/test-keys.js'
import { openTestServer } from '../testing/test-server.js'
import type { TestPillar } from '../testing/test-pillar.js'
import { backupTo } from './backup.js'
import { restoreFrom } from './restore.js'

const clock = systemClock
const scriptAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

interface Ended {
  readonly code: number | undefined
  readonly signal: string | undefined
  readonly out: string
  readonly err: string
}
const runScript = async (path: string, args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [scriptAt(path), ...args], (_, out, err) => {
      resolve({ code: child.exitCode ?? undefined, signal: child.signalCode ?? undefined, out, err })
    })
  })

/** A state folder with so many check-ins and the keys of the run, and a backup of it. */
async function backedUp(folder: string, checkIns: number) {
  const state = join(folder, 'state')
  const backup = join(folder, 'backup')
  await putKeys(state)
  await using store = await openStore(state, clock)
  await putCheckIns(store, 'before', checkIns)
  const manifest = await backupTo(backup, { stateFolder: state, clock })
  return { state, backup, manifest, epoch: store.epoch }
}

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

t.test('a backup that is not as it was made is refused before anything is touched', async (t) => {
  const { state, backup } = await backedUp(t.testdir(), 50)
  const manifestPath = join(backup, 'manifest.json')
  const manifest = await readFile(manifestPath, 'utf8')
  const flip = async (path: string): Promise<void> => {
    const bytes = await readFile(path)
    bytes.writeUInt8(bytes.readUInt8(9_000 % bytes.length) ^ 1, 9_000 % bytes.length)
    await chmod(path, 0o600)
    await writeFile(path, bytes)
  }
  const damages: readonly (readonly [name: string, damage: () => Promise<unknown>])[] = [
    ['a bit of the database', async () => flip(join(backup, 'fleet.db'))],
    ['a bit of a key file', async () => flip(join(backup, 'keys/lookup.json'))],
    ['a database that is cut', async () => truncate(join(backup, 'fleet.db'), 20_000)],
    ['a database that is gone', async () => rm(join(backup, 'fleet.db'))],
    ['keys that are gone', async () => rm(join(backup, 'keys'), { recursive: true })],
    ['a manifest that is cut', async () => truncate(manifestPath, manifest.length - 20)],
    ['a manifest that is gone', async () => rm(manifestPath)],
    [
      'another count',
      async () => writeFile(manifestPath, manifest.replace('"checkIns": 50', '"checkIns": 51')),
    ],
    ['a newer format', async () => writeFile(manifestPath, manifest.replace('"format": 1', '"format": 2'))],
    [
      'a way out',
      async () => writeFile(manifestPath, manifest.replace('keys/lookup.json', 'keys/../../x.json')),
    ],
    ['no folder', async () => rm(backup, { recursive: true })],
  ]
  const before = await contentsOf(state)
  const whole = `${backup}-whole`
  await cp(backup, whole, { recursive: true })
  for (const [name, damage] of damages) {
    await damage()
    await t.rejects(restoreFrom(backup, state, { clock }), { code: 'BACKUP_INVALID' }, name)
    t.strictSame(await contentsOf(state), before, `${name}: untouched`)
    await rm(backup, { recursive: true, force: true })
    await cp(whole, backup, { recursive: true })
  }
  await t.resolves(restoreFrom(backup, state, { clock }), 'the whole one is taken')
})

t.test('a state folder has one master: a second server and a restore are refused', async (t) => {
  const { state, backup, epoch } = await backedUp(t.testdir(), 1)
  {
    await using store = await openStore(state, clock)
    t.equal(store.epoch, epoch)
    await t.rejects(openStore(state, clock), { code: 'STATE_FOLDER_IN_USE' })
    await t.rejects(restoreFrom(backup, state, { clock }), { code: 'STATE_FOLDER_IN_USE' })
    const ended = await runScript('../restore/main.js', [backup, state])
    t.match(ended, { code: 65, err: /^STATE_FOLDER_IN_USE: Another process uses/, out: '' })
  }
  const ended = await runScript('../restore/main.js', [backup, state, '--json'])
  t.match(ended, { code: 0, err: '' })
  t.match(JSON.parse(ended.out), { counts: { checkIns: 1 }, keyFilesDamaged: [] })
  t.match(await runScript('../restore/main.js', [backup]), { code: 64, err: /FOLDER STATE_FOLDER/ })
})

t.test('keys made after the backup stay in use, and those of the backup come back', async (t) => {
  const folder = t.testdir()
  const { state, backup } = await backedUp(folder, 1)
  const rolled = createSealingKeys(SEALING_KEYS)
  const otherLookup = createLookupKeys()
  await putKeys(state, { sealing: rolled, lookup: otherLookup })
  const restored = await restoreFrom(backup, state, { clock })
  const read = async (path: string): Promise<unknown> =>
    JSON.parse(await readFile(join(state, 'keys', path), 'utf8'))
  t.strictSame(await read('sealing.json'), rolled)
  t.match(await read('lookup.json'), { keys: [otherLookup.keys[0], LOOKUP_KEYS.keys[0]] })
  t.equal(restored.keysKept, 2)

  await writeFile(join(state, 'keys/lookup.json'), '{"kind":"spaarzuil-lookup-keys","keys":[{}]}')
  const again = await restoreFrom(backup, state, { clock })
  t.strictSame(again.keyFilesDamaged, ['lookup.json'])
  t.strictSame(await read('lookup.json'), LOOKUP_KEYS)
  t.match(await readFile(join(again.keptIn ?? '', 'keys/lookup.json'), 'utf8'), '[{}]')

  const elsewhere = join(folder, 'new-machine')
  const moved = await restoreFrom(backup, elsewhere, { clock })
  t.equal(moved.keptIn, undefined)
  t.equal((await stateOf(join(elsewhere, 'fleet.db'))).checkIns, 1)
  t.equal((await stat(join(elsewhere, 'keys'))).mode & 0o777, 0o700)
})

t.test('a restore killed at any step leaves the old state or the new one, whole', async (t) => {
  const folder = t.testdir()
  const { state, backup, epoch } = await backedUp(folder, 20)
  // As a server that was killed leaves it: its last check-ins in a write-ahead log that must not get into the new one.
  const store = await openStore(state, clock)
  await putCheckIns(store, 'after', 30)
  await putKeys(state, { sealing: createSealingKeys(SEALING_KEYS) })
  const left = join(folder, 'left-by-a-kill')
  await cp(state, left, { recursive: true })
  await store[Symbol.asyncDispose]()
  t.ok((await stat(join(left, 'fleet.db-wal'))).size > 0)

  const outcomes: string[] = []
  for (let step = 1; step <= 10; step += 1) {
    const trial = join(folder, `trial-${step}`)
    await cp(left, trial, { recursive: true })
    const ended = await runScript('../testing/restore-and-die.js', [backup, trial, String(step)])
    t.equal(ended.signal, 'SIGKILL', `killed at step ${step} ${ended.err}`)
    await (await openStore(trial, clock))[Symbol.asyncDispose]()
    const after = await stateOf(join(trial, 'fleet.db'))
    const names = await readdir(trial)
    const aside = names.find((name) => name.startsWith('before-restore-'))
    outcomes.push(after.epoch === epoch ? 'old' : 'new')
    if (after.epoch === epoch) {
      t.strictSame([after.checkIns, aside], [50, undefined])
    } else {
      t.equal(after.checkIns, 20)
      t.strictSame(await stateOf(join(trial, aside ?? '', 'fleet.db')), { epoch, checkIns: 50 })
    }
    const sealing = await readFile(join(trial, 'keys/sealing.json'), 'utf8')
    t.match(JSON.parse(sealing), { keys: { length: 2 } }, 'the newer key is there in either')
    t.strictSame(
      names.filter((name) => name.startsWith('restore-')),
      [],
      'nothing half is left',
    )
    t.match(await restoreFrom(backup, trial, { clock }), { counts: { checkIns: 20 } }, 'and again')
  }
  t.strictSame(outcomes, ['old', 'old', 'old', 'old', 'new', 'new', 'new', 'new', 'new', 'new'])
})
