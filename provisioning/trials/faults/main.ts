import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomInt } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HELP, parseOptions, type Options } from './options.js'
import { asJson, asText, isGood } from './report.js'
import { run } from './run.js'
import { shell } from './disk/shell.js'
import { openWorld, type World } from './world/world.js'

const EXIT_USAGE = 64
const INSIDE = 'SPAARZUIL_FAULTS_NAMESPACE'

const options = parseOptions(process.argv.slice(2), randomInt(1_000_000))
if (options === undefined) {
  console.error(HELP)
  process.exitCode = EXIT_USAGE
} else if (process.getuid?.() === 0 && process.env[INSIDE] === undefined)
  process.exitCode = await inOwnNamespace(options.seed)
else process.exitCode = await perform(options)

/**
 * The same program with mounts of its own: what it mounts is seen by nobody else, and is gone with its last process, even
 * when it is killed itself.
 */
async function inOwnNamespace(seed: number): Promise<number> {
  const words = process.argv.includes('--seed') ? [] : ['--seed', String(seed)]
  const [node = process.execPath, ...program] = process.argv
  const child = spawn('unshare', ['--mount', '--propagation', 'private', node, ...program, ...words], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  })
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
  process.on('SIGTERM', pass)
  // Ctrl-C reaches the child by itself; this one only waits for it.
  process.on('SIGINT', () => undefined)
  await once(child, 'exit')
  return child.exitCode ?? 1
}

async function perform(wanted: Options): Promise<number> {
  const stopping = new AbortController()
  const stop = (): void => {
    if (stopping.signal.aborted) process.exit(130)
    stopping.abort()
    progress(wanted, 'Stopping: no more faults; once more to end at once')
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  progress(wanted, 'Starting a server and three pillars')
  const world = await openWorld()
  try {
    const outcome = await run({
      world,
      options: wanted,
      signal: stopping.signal,
      onStrike: (number, kind) => {
        progress(wanted, `fault ${number} of ${wanted.runs}: ${kind}`)
      },
      onPhase: (phase) => {
        progress(wanted, phase)
      },
    })
    progress(wanted, '')
    console.log(wanted.json ? asJson(wanted, outcome) : asText(wanted, outcome))
    return isGood(outcome) ? 0 : 1
  } finally {
    if (wanted.keep) console.error(`The run is kept in ${await keepFiles(world)}`)
    await world[Symbol.asyncDispose]()
  }
}

/** Disks are let go of at the end; what was on them is copied beside. */
async function keepFiles({ folder, server, pillars }: World): Promise<string> {
  const kept = `${folder}-kept`
  await mkdir(kept)
  const folders = [join(folder, 'logs'), ...[server, ...pillars].map(({ disk }) => disk.folder)]
  await shell('cp', '-r', ...folders, kept)
  return kept
}

/** One line that changes on a terminal, and nothing at all where nobody watches. */
function progress({ json }: Options, text: string): void {
  if (process.stderr.isTTY && !json) process.stderr.write(`\r\u001B[K${text}`)
}
