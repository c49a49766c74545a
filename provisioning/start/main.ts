import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { atomicFile } from '@spaarzuil/shared/runtime/atomic-file.js'
import { lockFolder } from '@spaarzuil/shared/runtime/folder-lock.js'
import { writeSecretFile } from '@spaarzuil/shared/runtime/secret-file.js'
import { stopSignal } from '@spaarzuil/shared/runtime/stop.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { seconds } from '@spaarzuil/shared/time.js'
import { openApi } from '../cli/api.js'
import { assertPortFree } from '../process/ports.js'
import { openLogFile } from '../process/log-file.js'
import { supervise, type Supervised } from '../process/supervised.js'
import { fillWithSamples, sampleTaps, type StartedPillar } from './fill.js'
import { readOptions, START_HELP, type StartOptions } from './options.js'

/** `npm start`: a fleet server and one pillar on this machine, with samples to try. Ctrl-C stops both in order. */
const SERVER = fileURLToPath(new URL('../../../fleet-server/dist/main.js', import.meta.url))
const KIOSK = fileURLToPath(new URL('../../../kiosk/dist/main.js', import.meta.url))
/** A cold start on a slow laptop, migrations and keys included. */
const READY_WITHIN = seconds(60)

const stop = stopSignal()
try {
  process.exitCode = await start()
} catch (error) {
  if (!isFailure(error)) throw error
  console.error(`\n${error.message}\n`)
  process.exitCode = 1
}

async function start(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) {
    console.log(START_HELP)
    return 0
  }
  await assertPortFree(options.http, '--http')
  await assertPortFree(options.broker, '--broker')
  await assertPortFree(options.screen, '--screen')
  // Before anything is written: the programs of another npm start read their ports from this folder.
  const lock = await lockFolder(options.state, 'another npm start')
  try {
    return await run(options)
  } finally {
    await lock[Symbol.asyncDispose]()
  }
}

async function run(options: StartOptions): Promise<number> {
  await mkdir(join(options.state, 'logs'), { recursive: true, mode: 0o700 })
  const server = await startServer(options)
  try {
    const address = `http://127.0.0.1:${options.http}`
    if (!(await answers(`${address}/api/v1/health`))) return failed('The fleet server', options)
    const secrets = join(options.state, 'pillar.json')
    const pillar = await fillWithSamples(openApi(address), secrets, systemClock.now())
    const kiosk = await startKiosk(options, pillar)
    try {
      if (!(await answers(`http://127.0.0.1:${options.screen}/`))) return failed('The pillar', options)
      say(options)
      if (!stop.aborted) await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()))
      console.log('\nStopping…')
    } finally {
      await kiosk.stop()
    }
  } finally {
    await server.stop()
  }
  console.log('Stopped. The next npm start goes on where this one was.')
  return 0
}

function say({ http, screen, state }: StartOptions): void {
  console.log(
    [
      '',
      `  The pillar:        http://127.0.0.1:${screen}/   (tap the sample cards below its screen)`,
      `  The fleet server:  http://127.0.0.1:${http}/   (pillars, and check-ins as they come in)`,
      '',
      `  Logs and data: ${state}    Stop: Ctrl-C`,
      '',
    ].join('\n'),
  )
}

function failed(what: string, { state }: StartOptions): number {
  if (!stop.aborted) console.error(`\n${what} did not come up. Its log is in ${join(state, 'logs')}.\n`)
  return stop.aborted ? 0 : 1
}

/** Asks every 100 ms; false when it never answers, or somebody pressed Ctrl-C meanwhile. */
async function answers(url: string): Promise<boolean> {
  const until = systemClock.uptime() + READY_WITHIN
  while (!stop.aborted && systemClock.uptime() < until) {
    const good = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (good) return true
    await systemClock.sleep(seconds(0.1), stop)
  }
  return false
}

async function startServer({ state, http, broker }: StartOptions): Promise<Supervised> {
  const config = join(state, 'server.json')
  await atomicFile(config).write(
    JSON.stringify(
      {
        stateFolder: join(state, 'server'),
        http: { host: '127.0.0.1', port: http },
        broker: { host: '127.0.0.1', port: broker },
      },
      undefined,
      2,
    ),
  )
  return superviseProgram('The fleet server', SERVER, config, join(state, 'logs', 'fleet-server.log'))
}

async function startKiosk(
  { state, broker, screen }: StartOptions,
  { id, secret }: StartedPillar,
): Promise<Supervised> {
  const config = join(state, 'kiosk.json')
  await writeSecretFile(config, {
    pillarId: id,
    secret,
    server: `mqtt://127.0.0.1:${broker}`,
    stateFolder: join(state, 'kiosk'),
    screen: { port: screen },
    readers: 'simulated',
    simulator: { cards: sampleTaps() },
  })
  return superviseProgram('The pillar', KIOSK, config, join(state, 'logs', 'kiosk.log'))
}

function superviseProgram(name: string, script: string, config: string, log: string): Supervised {
  const write = openLogFile(log)
  return supervise({
    script,
    args: [config],
    onLine: write,
    onDeath: (how) => console.error(`${name} died (${how}); it is started again. Its log is in ${log}.`),
  })
}
