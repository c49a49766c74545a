import { parseArgs } from 'node:util'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { Refused } from './api.js'
import { EXIT, type Command } from './command.js'
import { backup } from './commands/backup.js'
import { cardsImport } from './commands/cards-import.js'
import { eventsExpand } from './commands/events-expand.js'
import { eventsImport } from './commands/events-import.js'
import { explain } from './commands/explain.js'
import { ledgerCheck } from './commands/ledger-check.js'
import { pillarsAdd } from './commands/pillars-add.js'
import { rescue } from './commands/rescue.js'
import { restore } from './commands/restore.js'

const COMMANDS: readonly Command[] = [
  eventsExpand,
  eventsImport,
  cardsImport,
  pillarsAdd,
  explain,
  ledgerCheck,
  backup,
  restore,
  rescue,
]
const DEFAULT_SERVER = 'http://127.0.0.1:8480'

const usageOf = ({ name, usage }: Command): string => `spaarzuil ${name} ${usage}`.trimEnd()

const overview = (): string =>
  [
    'spaarzuil: the technician’s command',
    '',
    ...COMMANDS.map((command) => `  ${usageOf(command)}\n      ${command.summary}`),
    '',
    'Every command: --help, --json (the answer as data), --server URL',
    `(or SPAARZUIL_SERVER; otherwise ${DEFAULT_SERVER}).`,
  ].join('\n')

const helpOf = (command: Command): string =>
  [usageOf(command), '', command.summary, '', command.help].join('\n')

async function perform(typed: readonly string[]): Promise<number> {
  const argv = commandFirst(typed)
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, index) => argv[index] === word))
  if (command === undefined) return unknownCommand(argv)
  const parsed = parseArgs({
    args: argv.slice(command.name.split(' ').length),
    allowPositionals: true,
    options: {
      ...command.options,
      help: { type: 'boolean' },
      json: { type: 'boolean' },
      server: { type: 'string' },
    },
  })
  const values: Record<string, string | boolean | undefined> = {}
  for (const [name, value] of Object.entries(parsed.values)) {
    if (typeof value === 'string' || typeof value === 'boolean') values[name] = value
  }
  if (values['help'] === true) {
    console.log(helpOf(command))
    return EXIT.done
  }
  if (parsed.positionals.length !== command.words) {
    console.error(usageOf(command))
    return EXIT.usage
  }
  const { server } = values
  return command.run({
    words: parsed.positionals,
    values,
    server: typeof server === 'string' ? server : (process.env['SPAARZUIL_SERVER'] ?? DEFAULT_SERVER),
    answer: (human, data) => console.log(values['json'] === true ? JSON.stringify(data) : human),
    progress: (line) => {
      if (process.stderr.isTTY && values['json'] !== true) process.stderr.write(`\r\u001b[K${line}`)
    },
  })
}

/** Options that every command has may also stand before it: they are moved behind it. */
function commandFirst(typed: readonly string[]): readonly string[] {
  const [first = '', ...rest] = typed
  if (first === '--json') return [...commandFirst(rest), first]
  if (first.startsWith('--server=')) return [...commandFirst(rest), first]
  const [address, ...behind] = rest
  return first === '--server' && address !== undefined ? [...commandFirst(behind), first, address] : typed
}

function unknownCommand(argv: readonly string[]): number {
  if (argv.length === 0 || argv[0] === '--help' || argv[0] === 'help') {
    console.log(overview())
    return EXIT.done
  }
  console.error(`There is no command "${argv.slice(0, 2).join(' ')}". spaarzuil --help lists them.`)
  return EXIT.usage
}

try {
  process.exitCode = await perform(process.argv.slice(2))
} catch (error) {
  process.exitCode = say(error)
}

function say(error: unknown): number {
  if (isFailure(error)) {
    console.error(`${error.code}: ${error.message}`)
    if (error.code === 'REQUEST_INVALID') return EXIT.usage
    return error.code === 'SERVER_UNREACHABLE' ? EXIT.noServer : EXIT.badData
  }
  if (error instanceof Refused) {
    console.error(error.message)
    return EXIT.failed
  }
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    console.error(error.message)
    return EXIT.usage
  }
  throw error
}
