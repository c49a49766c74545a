import { parseArgs } from 'node:util'
import { resolve } from 'node:path'
import { Failure } from '@spaarzuil/shared/errors.js'

/** What `npm start -- …` may be told. */
export type StartOptions = {
  readonly http: number
  readonly broker: number
  readonly screen: number
  readonly state: string
}

export const START_HELP = [
  'npm start -- [--http PORT] [--broker PORT] [--screen PORT] [--state FOLDER]',
  '',
  '  --http PORT     the fleet server: page and API (8480)',
  '  --screen PORT   the screen of the pillar (8481)',
  '  --broker PORT   the embedded MQTT broker (8482)',
  '  --state FOLDER  where everything is kept (./var)',
].join('\n')

/** Undefined when help was asked for. Fails with CONFIG_INVALID, naming the option. */
export function readOptions(argv: readonly string[]): StartOptions | undefined {
  const values = valuesOf(argv)
  if (values.help) return undefined
  return {
    http: port('--http', values.http),
    broker: port('--broker', values.broker),
    screen: port('--screen', values.screen),
    state: resolve(values.state),
  }
}

function valuesOf(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        http: { type: 'string', default: '8480' },
        broker: { type: 'string', default: '8482' },
        screen: { type: 'string', default: '8481' },
        state: { type: 'string', default: 'var' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Failure('CONFIG_INVALID', `${error.message}\n\n${START_HELP}`, { cause: error })
  }
}

function port(option: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 65_535) return value
  throw new Failure('CONFIG_INVALID', `${option} ${text}: a port is a whole number from 1 to 65535`)
}
