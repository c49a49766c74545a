import { parseArgs } from 'node:util'

export type Options = {
  readonly short: boolean
  readonly json: boolean
  readonly write: boolean
  readonly keep: boolean
  readonly only: ReadonlySet<Part>
  readonly folder: string
}

/** The letters of what is measured. */
export const PARTS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const
export type Part = (typeof PARTS)[number]

export const HELP = [
  'npm run bench -- [--short] [--only a,b,…] [--json] [--write] [--folder FOLDER] [--keep]',
  '',
  '  a  committed check-ins per second, whole path, all rules      e  memory after 10,000 taps',
  '  b  the same pipe with a bare insert and no rules              f  choosing among 100,000 occurrences',
  '  c  the bare QoS 1 echo of the broker                          g  draining a backlog of 10,000 with live taps',
  '  d  tap to "read", to verdict, to "noted"                      h  bytes written per tap',
  '',
  '  --short   under a minute and a half: 100,000 earlier check-ins, one round, 2,000 taps',
  '  --json    only the results, as JSON',
  '  --write   results and pictures into docs/results/',
  '  --folder  where databases and logs go; a real disk, not memory (var/bench)',
  '  --keep    leave them there',
].join('\n')

/** Undefined when help was asked for. Throws for an option or letter that there is not. */
export function readOptions(argv: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      short: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      only: { type: 'string', default: PARTS.join(',') },
      folder: { type: 'string', default: 'var/bench' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { short, json, write, keep, folder } = values
  return { short, json, write, keep, folder, only: partsIn(values.only) }
}

function partsIn(list: string): ReadonlySet<Part> {
  const letters = list.split(',').map((letter) => letter.trim())
  return new Set(
    letters.map((letter) => {
      const part = PARTS.find((known) => known === letter)
      if (part === undefined) throw new Error(`--only ${list}: "${letter}" is none of ${PARTS.join(', ')}`)
      return part
    }),
  )
}
