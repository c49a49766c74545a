import { createWriteStream, rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { regionCard, type SampleCard } from '../../../start/sample/numbers.js'
import { openDisks, plainFolders, whyNoDisks, type Disks } from '../disk/disks.js'
import { openLine } from '../line/line.js'
import { killAllNow } from '../program.js'
import { openScanner, type Scanner } from '../scan/scanner.js'
import { spellingsOfChip, spellingsOfPass } from '../scan/spellings.js'
import { fill } from './fill.js'
import { openMachine } from './machine.js'
import { openPast, type Past } from './past.js'
import { openPillar, type Credentials, type Pillar } from './pillar.js'
import { openServer, type Server } from './server.js'
import { openWitness, type Witness } from './witness.js'

/** A fleet in small, made of real processes: one server, three pillars, and the network between them. */
export type World = AsyncDisposable & {
  readonly folder: string
  /** Files of the trial itself, in which numbers may stand in clear. */
  readonly own: ReadonlySet<string>
  readonly server: Server
  readonly pillars: readonly Pillar[]
  readonly cards: number
  readonly volumeOf: (event: string) => number
  readonly witness: Witness
  readonly scanner: Scanner
  /** Messages with check-ins that a pillar has sent before. */
  readonly past: Past
}

const NAMES = ['hall', 'stairs', 'garden'] as const
const CARDS = 400
/** Sparse: what is not used takes no room. */
const SERVER_MEGABYTES = 2_000
const PILLAR_MEGABYTES = 256

export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'spaarzuil-faults-'))
  const undo: (() => Promise<void>)[] = [async () => rm(folder, { recursive: true, force: true })]
  const dispose = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step()
  }
  try {
    const disks = whyNoDisks() === undefined ? await openDisks(folder) : plainFolders(folder)
    undo.push(async () => disks[Symbol.asyncDispose]())
    letGoAtExit(folder, disks)
    return { ...(await populate({ folder, disks, undo })), [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** Whatever ends the trial: no process, no mounted disk and no file of it stays behind. */
function letGoAtExit(folder: string, disks: Disks): void {
  process.once('exit', () => {
    killAllNow()
    disks.letGoNow()
    rmSync(folder, { recursive: true, force: true })
  })
}

type Making = { readonly folder: string; readonly disks: Disks; readonly undo: (() => Promise<void>)[] }

async function populate({ folder, disks, undo }: Making): Promise<Omit<World, typeof Symbol.asyncDispose>> {
  const trial = join(folder, 'trial')
  const logs = join(folder, 'logs')
  await mkdir(trial)
  await mkdir(logs)
  await mkdir(join(folder, 'backups'))
  const cards = Array.from({ length: CARDS }, (_, index) => regionCard(index))
  const scanner = openScanner(cards.flatMap(spellingsOf))
  const witness = openWitness()
  const past = openPast()
  const logOf = (name: string): ((line: string) => void) => {
    const file = createWriteStream(join(logs, `${name}.log`))
    undo.push(async () => new Promise((resolve) => file.end(resolve)))
    return (line) => {
      file.write(`${line}\n`)
    }
  }
  const server = await openServer({
    disk: await disks.make('server', SERVER_MEGABYTES),
    folder: trial,
    onLine: logOf('server'),
  })
  undo.push(server.stop)
  await server.start()
  const { pillars: credentials, volumeOf } = await fill(server.url, { cards, names: NAMES })

  const raise = async (name: string, known: Credentials): Promise<Pillar> => {
    const log = logOf(name)
    const line = await openLine({
      broker: () => (server.running() ? server.brokerPort : undefined),
      onPublish: (direction, packet) => {
        const payload = Buffer.from(packet.payload)
        scanner.look(`topic ${packet.topic}`, Buffer.from(packet.topic))
        scanner.look(`message ${direction} on ${packet.topic}`, payload)
        if (direction === 'up') past.remember(name, { topic: packet.topic, payload })
      },
    })
    undo.push(async () => line[Symbol.asyncDispose]())
    const pillar = await openPillar({
      credentials: known,
      name,
      cards,
      line,
      folder: trial,
      disk: await disks.make(name, PILLAR_MEGABYTES),
      machine: await openMachine(join(trial, `${name}.clock`)),
      onLine: (said) => {
        log(said)
        witness.hear(name, said)
      },
    })
    undo.push(pillar.stop)
    await pillar.start()
    return pillar
  }
  const pillars: Pillar[] = []
  for (const [index, name] of NAMES.entries()) {
    const known = credentials[index]
    if (known !== undefined) pillars.push(await raise(name, known))
  }
  const own = new Set([trial, join(folder, 'power'), join(folder, 'power.xfs')])
  return { folder, own, server, pillars, cards: CARDS, volumeOf, witness, scanner, past }
}

const spellingsOf = ({ chip, number }: SampleCard, index: number) => [
  ...spellingsOfChip(`card ${index}`, chip),
  ...spellingsOfPass(`card ${index}`, number),
]
