import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import type { Measured } from '../results.js'
import { tapPicture, throughputPicture } from './picture.js'
import { markdownTable, tablesOf } from './tables.js'

const RESULTS = fileURLToPath(new URL('../../../../../docs/results/', import.meta.url))
/** What a person wrote about the numbers stands below this line, and stays when they are measured again. */
const NOTES = '<!-- Notes: kept when the results are written again. -->'

/** Writes docs/results/bench.md and its pictures; gives the paths. */
export async function writeReport(measured: Measured): Promise<readonly string[]> {
  await mkdir(RESULTS, { recursive: true })
  const pictures = [
    ['bench-throughput.svg', throughputPicture(measured)],
    ['bench-taps.svg', tapPicture(measured)],
  ] as const
  const drawn: string[] = []
  for (const [name, svg] of pictures) {
    if (svg === undefined) continue
    await writeFile(join(RESULTS, name), svg)
    drawn.push(name)
  }
  const page = join(RESULTS, 'bench.md')
  await writeFile(page, `${markdown(measured, drawn)}\n${NOTES}\n${await notesOf(page)}`)
  return [page, ...drawn.map((name) => join(RESULTS, name))]
}

async function notesOf(page: string): Promise<string> {
  const before = await readFile(page, 'utf8').catch(() => '')
  return before.split(NOTES)[1]?.replace(/^\n/, '') ?? ''
}

function markdown(measured: Measured, drawn: readonly string[]): string {
  const { date, commit, machine, node, busyBefore } = measured.circumstances
  const { scale } = measured
  return [
    '# Bench: how fast it is',
    '',
    `Measured on ${date} at commit \`${commit}\`, Node ${node}, ${machine}. Load average of the machine before: ${busyBefore}.`,
    'Load, broker, server, database and disk share that machine. Every number comes from one run:',
    '',
    '```sh',
    `npm run bench --${scale.name === 'short' ? ' --short' : ''} --write`,
    '```',
    '',
    `${scale.cards.toLocaleString('en')} cards, ${scale.events.toLocaleString('en')} events, ${scale.pillars} pillars,`,
    `${scale.earlier.toLocaleString('en')} check-ins in the databases before. Server and kiosk run with their defaults. The pipes take`,
    `turns for ${scale.rounds} round(s); the median counts.`,
    '',
    ...drawn.map((name) => `![${name}](${name})`),
    '',
    ...tablesOf(measured).map(markdownTable),
  ].join('\n')
}
