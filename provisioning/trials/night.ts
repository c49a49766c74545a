import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus, platform, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { atomicFile } from '@spaarzuil/shared/runtime/atomic-file.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'

/** `npm run night`: everything, longer than CI has time for. Writes docs/results/night.md. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const RESULT = `${ROOT}docs/results/night.md`

const STEPS = [
  { name: 'unit, property and integration tests', args: ['run', 'test'] },
  { name: 'system tests with the native reader stack', args: ['run', 'test:system'] },
  { name: 'faults, 500 of them', args: ['run', 'faults', '--', '--runs', '500'] },
  { name: 'bench', args: ['run', 'bench', '--', '--write'] },
] as const

const rows: string[] = []
let failed = 0
for (const { name, args } of STEPS) {
  console.log(`\n=== ${name}`)
  const started = systemClock.uptime()
  const child = spawn('npm', args, { cwd: ROOT, stdio: 'inherit' })
  await once(child, 'exit')
  const minutes = ((systemClock.uptime() - started) / 60_000).toFixed(1)
  const good = child.exitCode === 0
  if (!good) failed += 1
  rows.push(`| ${name} | \`npm ${args.join(' ')}\` | ${minutes} min | ${good ? 'good' : 'FAILED'} |`)
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT }).toString().trim()
await atomicFile(RESULT).write(
  [
    '# The last night run',
    '',
    `Commit ${commit}, ${new Date(systemClock.now()).toISOString().slice(0, 16)} UTC, Node ${process.version}, ` +
      `${platform()} ${release()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB. Repeat: \`npm run night\`.`,
    '',
    '| what | command | took | result |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n'),
)
console.log(`\n${STEPS.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
