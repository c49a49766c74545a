import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import t from 'tap'
import { atomicFile } from './atomic-file.js'
import { readSecretFile, writeSecretFile } from './secret-file.js'

t.test('a secret file comes back as it was written, readable by its owner alone', async (t) => {
  const path = join(t.testdir(), 'keys.json')
  await writeSecretFile(path, { kind: 'test', keys: ['a'] })
  await writeSecretFile(path, { kind: 'test', keys: ['b', 'a'] })
  t.strictSame(await readSecretFile(path), { kind: 'test', keys: ['b', 'a'] })
  t.equal(statSync(path).mode & 0o777, 0o600)
})

t.test('a file that others may read is refused, with what to do', async (t) => {
  const path = join(t.testdir(), 'keys.json')
  for (const mode of [0o604, 0o644, 0o602, 0o601]) {
    writeFileSync(path, '{}')
    chmodSync(path, mode)
    await t.rejects(readSecretFile(path), {
      code: 'CONFIG_INVALID',
      message: new RegExp(`mode ${mode.toString(8)}.*chmod 600`),
    })
  }
})

t.test('a group may read only where it is the group of root, as with credentials of systemd', async (t) => {
  const path = join(t.testdir({ 'keys.json': '{}' }), 'keys.json')
  chmodSync(path, 0o440)
  if (process.getuid?.() === 0) {
    chownSync(path, 0, 0)
    t.strictSame(await readSecretFile(path), {})
    chownSync(path, 0, 1)
  }
  await t.rejects(readSecretFile(path), { code: 'CONFIG_INVALID', message: /mode 440/ })
})

t.test('what is missing, broken or too large is named without its content', async (t) => {
  const folder = t.testdir({ broken: '{"key":"SECRET', large: `"${'x'.repeat(70_000)}"` })
  for (const name of ['broken', 'large']) chmodSync(join(folder, name), 0o600)
  await t.rejects(readSecretFile(join(folder, 'none')), {
    code: 'NOT_FOUND',
    message: /none cannot be opened/,
  })
  await t.rejects(readSecretFile(join(folder, 'large')), { code: 'CONFIG_INVALID', message: /70002 bytes/ })
  const refusal: unknown = await readSecretFile(join(folder, 'broken')).catch((error: unknown) => error)
  t.match(refusal, { code: 'CONFIG_INVALID', message: /not JSON/ })
  t.notOk(inspect(refusal, { depth: 9 }).includes('SECRET'))
})

t.test('writes at the same time wait for each other, and leave nothing behind', async (t) => {
  const folder = t.testdir({})
  const file = atomicFile(join(folder, 'program.json'), 0o640)
  const contents = Array.from({ length: 20 }, (_, n) => `${n}`.repeat(10_000))
  await Promise.all(contents.map(async (content) => file.write(content)))
  t.equal(readFileSync(file.path, 'utf8'), contents.at(-1))
  t.equal(statSync(file.path).mode & 0o777, 0o640)
  t.strictSame(readdirSync(folder), ['program.json'])
})

t.test('what a power cut left beside the file is no obstacle', async (t) => {
  const folder = t.testdir({ 'keys.json.new': '{"half' })
  chmodSync(join(folder, 'keys.json.new'), 0o644)
  await writeSecretFile(join(folder, 'keys.json'), {})
  t.equal(statSync(join(folder, 'keys.json')).mode & 0o777, 0o600)
  t.strictSame(readdirSync(folder), ['keys.json'])
})

t.test('a failed write keeps the old content, and the next one is not held up', async (t) => {
  const folder = t.testdir({ elsewhere: 'untouched' })
  const path = join(folder, 'state')
  const file = atomicFile(path)
  await file.write('old')
  mkdirSync(`${path}.new`)
  await t.rejects(file.write('new'))
  t.equal(readFileSync(path, 'utf8'), 'old')
})

t.test('a link planted beside the file is not followed', async (t) => {
  const folder = t.testdir({ elsewhere: 'untouched' })
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'keys.json.new'))
  await t.rejects(writeSecretFile(join(folder, 'keys.json'), {}), { code: 'ELOOP' })
  await writeSecretFile(join(folder, 'keys.json'), {})
  t.equal(readFileSync(join(folder, 'elsewhere'), 'utf8'), 'untouched')
})
