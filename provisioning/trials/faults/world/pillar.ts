import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SampleCard } from '../../../start/sample/numbers.js'
import type { Disk } from '../disk/disks.js'
import type { Line } from '../line/line.js'
import { KIOSK } from './built.js'
import { freePort } from './free-port.js'
import { keepRunning, type KeptRunning } from './kept-running.js'
import type { Machine } from './machine.js'
import { isOk } from './server.js'

export type Credentials = { readonly id: string; readonly secret: string }

/** One pillar of a run. */
export type Pillar = KeptRunning & {
  readonly id: string
  readonly name: string
  readonly disk: Disk
  readonly line: Line
  readonly machine: Machine
  readonly journal: string
  /** The next start ends itself, as by kill -9, after so many effects. */
  readonly orderCrash: (afterEffects: number) => void
  /** Holds a card against the reader for a moment. False when nobody was there to read it. */
  readonly tap: (card: number) => Promise<boolean>
}

type Parts = {
  readonly credentials: Credentials
  readonly name: string
  readonly cards: readonly SampleCard[]
  readonly disk: Disk
  readonly line: Line
  readonly machine: Machine
  /** Where the configuration lies. */
  readonly folder: string
  readonly onLine: (line: string) => void
}

export async function openPillar(parts: Parts): Promise<Pillar> {
  const { credentials, name, disk, line, machine } = parts
  const port = await freePort()
  const config = join(parts.folder, `${name}.json`)
  const stateFolder = join(disk.folder, 'kiosk')
  const content = {
    pillarId: credentials.id,
    secret: credentials.secret,
    server: `mqtt://127.0.0.1:${line.port}`,
    stateFolder,
    screen: { port },
    readers: 'simulated',
    simulator: { cards: parts.cards.map(({ chip }, index) => ({ label: `Card ${index}`, uid: chip })) },
    log: 'info',
  }
  await writeFile(config, JSON.stringify(content))
  const url = `http://127.0.0.1:${port}`
  let crashAfter: number | undefined
  const kept = keepRunning({
    name,
    program: () => {
      const args = [config, ...(crashAfter === undefined ? [] : [String(crashAfter)])]
      crashAfter = undefined
      return { script: KIOSK, args, env: machine.env(), wrapped: machine.wrapped() }
    },
    onLine: parts.onLine,
    isReady: async () => isOk(url),
  })
  return {
    ...kept,
    id: credentials.id,
    name,
    disk,
    line,
    machine,
    journal: join(stateFolder, 'journal.db'),
    orderCrash: (afterEffects) => {
      crashAfter = afterEffects
    },
    tap: async (card) => (await hand(url, 'on', card)) && hand(url, 'off', card),
  }
}

const ANSWER_WITHIN_MS = 2_000

const hand = async (url: string, where: 'on' | 'off', sample: number): Promise<boolean> =>
  fetch(`${url}/simulator/card-${where}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ sample }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).then(
    ({ ok }) => ok,
    () => false,
  )
