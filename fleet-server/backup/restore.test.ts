import { execFile } from 'node:child_process'
import { chmod, cp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createLookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { createSealingKeys } from '@spaarzuil/shared/cards/sealing-keys.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { openStore } from '../store/store.js'
import { contentsOf, putCheckIns, putKeys, stateOf } from '../testing/state.js'
import { LOOKUP_KEYS, SEALING_KEYS } from '../testing/test-keys.js'
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
  }
  const interrupted = join(folder, 'trial-6')
  t.match(await restoreFrom(backup, interrupted, { clock }), { counts: { checkIns: 20 } }, 'and again')
  t.strictSame(outcomes, ['old', 'old', 'old', 'old', 'new', 'new', 'new', 'new', 'new', 'new'])
})
