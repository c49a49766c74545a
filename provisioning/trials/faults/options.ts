import { parseArgs } from 'node:util'
import { KINDS } from './kinds/kinds.js'
import type { Kind } from './kinds/kind.js'

export type Options = {
  readonly runs: number
  readonly seed: number
  readonly kinds: readonly Kind[]
  readonly json: boolean
  /** The world stays on disk, to look at. */
  readonly keep: boolean
}

/** What CI has time for. */
const RUNS = 50
const RUNS_MAX = 10_000

export const HELP = `npm run faults [-- --runs N --seed S --kinds a,b --json --keep]

Runs a fleet server and three pillars as processes, lets visitors tap all the time, and breaks things:
kills, power cuts, lines, disks, clocks, restores. At the end everything that a screen has shown as
"saved" or "noted" is looked for in the server's books. Ends with 1 when anything was lost or doubled.

  --runs N     how many faults (${RUNS} unless said)
  --seed S     the dice of an earlier run
  --kinds a,b  these kinds only: ${KINDS.map(({ name }) => name).join(', ')}
  --json       the result as data
  --keep       leaves the folder of the run, with logs and databases
`

/** Undefined when the words make no sense; then HELP is what to say. */
export function parseOptions(words: readonly string[], anySeed: number): Options | undefined {
  const values = wordsOf(words)
  if (values === undefined || values.help === true) return undefined
  const runs = wholeNumber(values.runs ?? String(RUNS), RUNS_MAX)
  const seed = wholeNumber(values.seed ?? String(anySeed), 2 ** 32 - 1)
  const names = values.kinds?.split(',')
  const kinds = names === undefined ? KINDS : KINDS.filter(({ name }) => names.includes(name))
  if (runs === undefined || seed === undefined || (names !== undefined && kinds.length !== names.length))
    return undefined
  return { runs, seed, kinds, json: values.json === true, keep: values.keep === true }
}

function wordsOf(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        runs: { type: 'string' },
        seed: { type: 'string' },
        kinds: { type: 'string' },
        json: { type: 'boolean' },
        keep: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  } catch {
    return undefined
  }
}

function wholeNumber(text: string, max: number): number | undefined {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : undefined
  return number !== undefined && number <= max ? number : undefined
}
