import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import type { Credentials } from '../swarm/swarm-pillar.js'
import { SCRIPTS, startProgram, type Program } from './child.js'
import { fillFleet } from './fill/fill-fleet.js'
import { makeUpRegion, type Region } from './fill/made-up.js'
import type { Scale } from './scale.js'

/** The fleet server of a run: its folder, its ports, and how it is started. Always with its defaults. */
export type Fleet = {
  readonly folder: string
  readonly databaseFile: string
  readonly region: Region
  readonly brokerPort: number
  start(nodeFlags?: readonly string[]): Promise<Program>
}

/** Migrations, keys and indexes over a million rows, on a busy machine. */
const READY_WITHIN_MS = 60_000

/** Lets a real server make its keys and database, stops it, and puts a year of history into the file. */
export async function prepareFleet(folder: string, scale: Scale): Promise<Fleet> {
  const stateFolder = join(folder, 'server')
  await mkdir(stateFolder, { recursive: true })
  const [http, broker] = [await freePort(), await freePort()]
  const configFile = join(folder, 'server.json')
  const config = {
    stateFolder,
    http: { host: '127.0.0.1', port: http },
    broker: { host: '127.0.0.1', port: broker },
  }
  await writeFile(configFile, JSON.stringify(config))
  const start = async (nodeFlags: readonly string[] = []): Promise<Program> => {
    const program = startProgram({
      script: SCRIPTS.server,
      args: [configFile],
      logFile: join(folder, 'server.log'),
      nodeFlags,
    })
    await listening(broker, READY_WITHIN_MS)
    return program
  }
  const first = await start()
  await first.stop()
  const now = systemClock.now()
  const region = makeUpRegion(scale, now)
  const databaseFile = join(stateFolder, 'fleet.db')
  const lookupKeysFile = join(stateFolder, 'keys', 'lookup-keys.json')
  const { cards, earlier } = scale
  await fillFleet({ databaseFile, lookupKeysFile, region, cards, earlier, now })
  return { folder, databaseFile, region, brokerPort: broker, start }
}

/** The pillars that a load speaks for; the last one is left to the real kiosk. */
export const swarmPillars = ({ region }: Fleet): readonly Credentials[] =>
  region.houses.slice(0, -1).map(({ id, secret }) => ({ id, secret }))

/** The broker listens last of all: when keys, database and catalogue are there. */
async function listening(port: number, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const good = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (good) return
    if (performance.now() > until) throw new Error(`The fleet server did not listen within ${withinMs} ms`)
    await delay(50)
  }
}

/** Resolves when the address answers with success. */
export async function answering(url: string, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs
  for (;;) {
    const good = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (good) return
    if (performance.now() > until) throw new Error(`Nothing answered at ${url} within ${withinMs} ms`)
    await delay(50)
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
