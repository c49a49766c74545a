import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadChip } from '../../swarm/cards.js'
import { SCRIPTS, startProgram, type Program } from '../child.js'
import { answering, freePort, type Fleet } from '../fleet.js'
import { watchScreen, type ScreenWatch } from './screen-watch.js'

/** The real kiosk of a run, as the last pillar of the fleet. */
export type Pillar = {
  readonly program: Program
  readonly screen: ScreenWatch
  stop(): Promise<void>
}

/** As many as a pillar's configuration takes. */
export const SAMPLE_CARDS = 1_000
const READY_WITHIN_MS = 30_000

/** Starts the kiosk on its own journal; a second start goes on with the first one's. */
export async function startPillar(fleet: Fleet, nodeFlags: readonly string[] = []): Promise<Pillar> {
  const house = fleet.region.houses.at(-1)
  if (house === undefined) throw new Error('the fleet has a pillar')
  const folder = join(fleet.folder, 'kiosk')
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const configFile = join(folder, 'kiosk.json')
  const config = {
    pillarId: house.id,
    secret: house.secret,
    server: `mqtt://127.0.0.1:${fleet.brokerPort}`,
    stateFolder: join(folder, 'state'),
    screen: { port },
    readers: 'simulated',
    simulator: { cards: sampleCards() },
  }
  await writeFile(configFile, JSON.stringify(config), { mode: 0o600 })
  const program = startProgram({
    script: SCRIPTS.kiosk,
    args: [configFile],
    logFile: join(folder, 'kiosk.log'),
    nodeFlags,
  })
  await answering(`http://127.0.0.1:${port}/`, READY_WITHIN_MS)
  const screen = await watchScreen(port)
  return {
    program,
    screen,
    stop: async () => {
      screen.close()
      await program.stop()
    },
  }
}

const sampleCards = () =>
  Array.from({ length: SAMPLE_CARDS }, (_, index) => ({ label: `card ${index}`, uid: loadChip(index) }))
