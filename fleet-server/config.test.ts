import { writeFileSync } from 'node:fs'
import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isFailure } from '@spaarzuil/shared/errors.js'
import t from 'tap'
import { isLoopback, listenFailure, parseConfig, readConfig } from './config.js'

const failure = (content: unknown): string => {
  try {
    parseConfig(content, 'fleet.json')
    return 'taken'
  } catch (error) {
    return isFailure(error) ? `${error.code} ${error.message}` : String(error)
  }
}

t.test('what is left out has a default; a state folder has none', async (t) => {
  t.strictSame(parseConfig({ stateFolder: './var' }, 'fleet.json'), {
    stateFolder: './var',
    http: { host: '127.0.0.1', port: 8080 },
    broker: { host: '127.0.0.1', port: 1883 },
    logLevel: 'info',
  })
  t.match(failure({}), /^CONFIG_INVALID[^]*stateFolder/)
})

t.test('all problems are named at once', async (t) => {
  const told = failure({
    stateFolder: 7,
    http: { host: '0.0.0.0', port: 99_999 },
    brokr: {},
    logLevel: 'loud',
  })
  t.match(told, /^CONFIG_INVALID The configuration fleet\.json has 5 problem/)
  for (const part of [/\/stateFolder/, /\/http\/port/, /brokr/, /\/logLevel/, /\/http\/host/])
    t.match(told, part)
})

t.test('only this machine is listened on', async (t) => {
  const names = {
    '127.0.0.1': true,
    '127.8.9.255': true,
    '::1': true,
    '[::1]': true,
    localhost: true,
    LOCALHOST: true,
  }
  for (const host of Object.keys(names)) t.equal(isLoopback(host), true, host)
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    '127.0.0.256',
    '1127.0.0.1',
    '',
    'localhost.evil',
  ]) {
    t.equal(isLoopback(host), false, host)
  }
  t.match(
    failure({ stateFolder: 'x', broker: { host: '0.0.0.0', port: 1 } }),
    /^NOT_LOOPBACK[^]*other machines/,
  )
})

t.test('a file that is missing or no JSON says so', async (t) => {
  const path = join(t.testdir(), 'fleet.json')
  await t.rejects(readConfig(path), { code: 'CONFIG_INVALID', message: /cannot be read/ })
  writeFileSync(path, '{"stateFolder": }')
  await t.rejects(readConfig(path), { code: 'CONFIG_INVALID', message: /not JSON/ })
  writeFileSync(path, '{"stateFolder": "x"}')
  t.match(await readConfig(path), { stateFolder: 'x' })
})

t.test('a port that is taken names the setting to change', async (t) => {
  const first = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => first.once('listening', resolve))
  t.teardown(() => first.close())
  const address = first.address()
  const at = { host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 }
  const error = await new Promise((resolve) => createServer().once('error', resolve).listen(at.port, at.host))
  t.match(listenFailure(error, 'http', at), { code: 'PORT_TAKEN', message: /set http\.port to another/ })
  const other = new Error('x')
  t.equal(listenFailure(other, 'http', at), other)
})

t.test(
  'a server whose broker finds its port taken says so and ends, so that somebody starts it again',
  async (t) => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    t.teardown(() => other.close())
    const address = other.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const folder = t.testdir()
    const config = join(folder, 'fleet.json')
    const broker = { host: '127.0.0.1', port }
    writeFileSync(
      config,
      JSON.stringify({ stateFolder: join(folder, 'state'), http: { ...broker, port: 0 }, broker }),
    )
    const program = fileURLToPath(new URL('./main.js', import.meta.url))
    const ended = await new Promise((resolve) => {
      const child = execFile(process.execPath, [program, config], { timeout: 20_000 }, (_, __, err) => {
        resolve({ code: child.exitCode, err })
      })
    })
    t.match(ended, { code: 1, err: /^PORT_TAKEN: Port \d+ on 127\.0\.0\.1 is taken.*set broker\.port/ })
  },
)
