import { mkdir, mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeSecretFile } from '@spaarzuil/shared/runtime/secret-file.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { milliseconds } from '@spaarzuil/shared/time.js'
import { openApi, type Api } from '../../cli/api.js'
import { openLogFile } from '../../process/log-file.js'
import { supervise, type Supervised } from '../../process/supervised.js'
import { fillWithSamples } from '../../start/fill.js'

/** A fleet server with samples, and one pillar with real PC/SC readers: built programs, as in a hall. */
export type House = {
  readonly api: Api
  readonly address: string
  readonly screen: string
  readonly folder: string
  startServer(): Promise<void>
  killServer(): Promise<void>
  startPillar(): Promise<void>
  close(): Promise<void>
}

const program = (name: 'fleet-server' | 'kiosk'): string =>
  fileURLToPath(new URL(`../../../../${name}/dist/main.js`, import.meta.url))
const READY_WITHIN_MS = 30_000

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A listening server has a port')
  return address.port
}

export async function openHouse(): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'spaarzuil-system-'))
  const [http, broker, screenPort] = [await freePort(), await freePort(), await freePort()]
  const address = `http://127.0.0.1:${http}`
  const screen = `http://127.0.0.1:${screenPort}/`
  const api = openApi(address)
  const serverConfig = join(folder, 'server.json')
  await writeSecretFile(serverConfig, {
    stateFolder: join(folder, 'server'),
    http: { host: '127.0.0.1', port: http },
    broker: { host: '127.0.0.1', port: broker },
  })
  await mkdir(join(folder, 'kiosk'))
  let server: Supervised | undefined
  let pillar: Supervised | undefined
  const start = (name: 'fleet-server' | 'kiosk', config: string): Supervised =>
    supervise({
      script: program(name),
      args: [config],
      onLine: openLogFile(join(folder, `${name}.log`)),
      onDeath: (how) => console.log(`        (${name} ended: ${how})`),
    })
  return {
    api,
    address,
    screen,
    folder,
    startServer: async () => {
      server ??= start('fleet-server', serverConfig)
      await answering(`${address}/api/v1/health`)
    },
    killServer: async () => {
      // Stopped for good rather than killed: the supervisor would bring it back while the trial looks.
      await server?.stop()
      server = undefined
    },
    startPillar: async () => {
      const { id, secret } = await fillWithSamples(api, join(folder, 'pillar.json'), systemClock.now())
      const config = join(folder, 'kiosk.json')
      await writeSecretFile(config, {
        pillarId: id,
        secret,
        server: `mqtt://127.0.0.1:${broker}`,
        stateFolder: join(folder, 'kiosk'),
        screen: { port: screenPort },
        readers: 'pcsc',
      })
      pillar = start('kiosk', config)
      await answering(screen)
    },
    close: async () => {
      await pillar?.stop()
      await server?.stop()
    },
  }
}

async function answering(url: string): Promise<void> {
  await eventually(`an answer from ${url}`, async () =>
    fetch(url).then(
      (response) => response.ok,
      () => false,
    ),
  )
}

/** Asks ten times a second until it is so; fails with what was expected. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const until = systemClock.uptime() + READY_WITHIN_MS
  while (!(await isSo())) {
    if (systemClock.uptime() > until) throw new Error(`Expected ${what}, within ${READY_WITHIN_MS / 1000} s`)
    await systemClock.sleep(milliseconds(100))
  }
}
