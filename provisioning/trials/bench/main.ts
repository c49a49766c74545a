import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { prepareFleet } from './fleet.js'
import { measureChoice } from './measure/choice.js'
import { measurePillar } from './measure/pillar-measures.js'
import { measurePipes, type PipeName } from './measure/pipes.js'
import { HELP, readOptions, type Options, type Part } from './options.js'
import { targetsOf } from './report/targets.js'
import { plainTable, tablesOf } from './report/tables.js'
import { writeReport } from './report/write-report.js'
import { flatResults, type Circumstances, type Measured } from './results.js'
import { scaleFor } from './scale.js'

const PIPES: Readonly<Partial<Record<Part, PipeName>>> = { a: 'committed', b: 'naive', c: 'echo' }
/** Measured in one go, because the real pillar and its server have to run for any of them. */
const PILLAR_PARTS: readonly Part[] = ['d', 'e', 'g', 'h']

/** `npm run bench`: what the programs do as they run by default, beside what the same machine does without them. */
const options = readOptions(process.argv.slice(2))
if (options === undefined) console.log(HELP)
else await bench(options)

async function bench(asked: Options): Promise<void> {
  const started = performance.now()
  // Progress goes where it does not mix with results.
  const say = (line: string): void => {
    const seconds = Math.round((performance.now() - started) / 1_000)
    process.stderr.write(`${String(seconds).padStart(4)} s  ${line}\n`)
  }
  const measured = await measureAll(asked, say)
  if (asked.json) console.log(JSON.stringify({ ...flatResults(measured), targets: targetsOf(measured) }))
  else console.log(`\n${tablesOf(measured).map(plainTable).join('\n')}`)
  if (asked.write) for (const path of await writeReport(measured)) say(`written: ${path}`)
}

async function measureAll({ only, ...asked }: Options, say: (line: string) => void): Promise<Measured> {
  const scale = scaleFor(asked.short)
  const circumstances = await circumstancesNow()
  const folder = resolve(asked.folder)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const withPillar = PILLAR_PARTS.some((part) => only.has(part))
  const names = [...only].flatMap((part) => PIPES[part] ?? [])
  try {
    const choice = only.has('f') ? measureChoice(scale.occurrences, systemClock.now()) : undefined
    const needsFleet = withPillar || only.has('a')
    if (needsFleet) say(`filling the fleet server's database with ${scale.earlier} check-ins`)
    const fleet = needsFleet ? await prepareFleet(folder, scale) : undefined
    const pipes = await measurePipes({ folder, scale, fleet, names, say })
    const pillar =
      fleet !== undefined && withPillar ? await measurePillar({ folder, scale, fleet, say }) : undefined
    return { scale, circumstances, pipes, pillar, choice }
  } finally {
    if (!asked.keep) await rm(folder, { recursive: true, force: true })
  }
}

async function circumstancesNow(): Promise<Circumstances> {
  const load = await readFile('/proc/loadavg', 'utf8').catch(() => '0')
  const cores = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return {
    date: new Date(systemClock.now()).toISOString().slice(0, 16).replace('T', ' '),
    commit: git('rev-parse', '--short=12', 'HEAD'),
    machine: `${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), ${memory} GiB`,
    node: process.version,
    busyBefore: Number(load.split(' ')[0]),
  }
}

function git(...args: readonly string[]): string {
  try {
    const dirty = execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], { encoding: 'utf8' })
    return execFileSync('git', args, { encoding: 'utf8' }).trim() + (dirty === '' ? '' : ' with changes')
  } catch {
    return 'unknown'
  }
}
