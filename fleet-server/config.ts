import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { readFile } from 'node:fs/promises'
import { Failure } from '@spaarzuil/shared/errors.js'

const Port = Type.Integer({ minimum: 0, maximum: 65_535, description: '0 takes any free port' })
const Listening = Type.Object(
  { host: Type.String({ minLength: 1, maxLength: 255 }), port: Port },
  { additionalProperties: false },
)

/** The configuration file of the fleet server. Unknown keys are refused: a misspelt key is a problem, not a default. */
export const ServerConfig = Type.Object(
  {
    stateFolder: Type.String({
      minLength: 1,
      description: 'where database and keys live; made when missing',
    }),
    http: Listening,
    broker: Listening,
    logLevel: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  },
  { additionalProperties: false },
)
export type ServerConfig = Static<typeof ServerConfig>

/** What stands when the file leaves it out. */
export const DEFAULT_CONFIG: Omit<ServerConfig, 'stateFolder'> = {
  http: { host: '127.0.0.1', port: 8080 },
  broker: { host: '127.0.0.1', port: 1883 },
  logLevel: 'info',
}

/** 127.0.0.0/8 (RFC 1122, 3.2.1.3), ::1 (RFC 4291, 2.5.3) and the name that RFC 6761 keeps for them. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return bare === 'localhost' || bare === '::1' || /^127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(bare)
}

/** The configuration from a JSON file. Fails with CONFIG_INVALID, naming every problem, or NOT_LOOPBACK. */
export async function readConfig(path: string): Promise<ServerConfig> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Failure('CONFIG_INVALID', `The configuration ${path} cannot be read. Does the file exist?`, {
      cause,
    })
  })
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new Failure('CONFIG_INVALID', `The configuration ${path} is not JSON: ${reasonOf(cause)}`, {
      cause,
    })
  }
  return parseConfig(content, path)
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** Checks parsed JSON; `source` names it in messages. Top-level keys that are absent, save `stateFolder`, have defaults. */
export function parseConfig(content: unknown, source: string): ServerConfig {
  const whole: unknown =
    typeof content === 'object' && content !== null && !Array.isArray(content)
      ? { ...DEFAULT_CONFIG, ...content }
      : content
  const validator = Compile(ServerConfig)
  const problems = validator.Check(whole)
    ? []
    : [...validator.Errors(whole)]
        // Said again, and better, by the object that did not expect the key.
        .filter(({ keyword }) => keyword !== 'boolean')
        .map(
          ({ instancePath, message, params }) =>
            `${instancePath === '' ? '/' : instancePath} ${message}${named(params)}`,
        )
  const open = openHosts(whole)
  if (validator.Check(whole) && open.length === 0) return whole
  throw new Failure(
    problems.length === 0 ? 'NOT_LOOPBACK' : 'CONFIG_INVALID',
    `The configuration ${source} has ${problems.length + open.length} problem(s):\n` +
      [...problems, ...open].map((problem) => `  ${problem}`).join('\n'),
  )
}

/** The names of keys that were not expected: the validator keeps them apart from its message. */
function named(params: object): string {
  const keys: unknown = 'additionalProperties' in params ? params.additionalProperties : undefined
  return Array.isArray(keys) ? `: ${keys.map(String).join(', ')}` : ''
}

function openHosts(content: unknown): readonly string[] {
  return (['http', 'broker'] as const).flatMap((part) => {
    const host = textAt(content, part, 'host')
    if (host === undefined || isLoopback(host)) return []
    return [
      `/${part}/host is ${JSON.stringify(host)}, which other machines may reach. There are no accounts and no ` +
        'encryption yet, so the server listens on this machine alone: use 127.0.0.1, ::1 or localhost',
    ]
  })
}

function textAt(content: unknown, part: string, key: string): string | undefined {
  const inner: unknown = isRecord(content) ? content[part] : undefined
  const found: unknown = isRecord(inner) ? inner[key] : undefined
  return typeof found === 'string' ? found : undefined
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/**
 * Turns the error of a `listen` into one that says which setting to change: PORT_TAKEN for a port that another program
 * has. Anything else is given back as it was.
 */
export function listenFailure(
  error: unknown,
  part: 'http' | 'broker',
  at: { host: string; port: number },
): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error
  return new Failure(
    'PORT_TAKEN',
    code === 'EACCES'
      ? `Port ${at.port} on ${at.host} may not be used by this user. Set ${part}.port to one above 1023`
      : `Port ${at.port} on ${at.host} is taken by another program. Stop that, or set ${part}.port to another (0: any)`,
    { cause: error },
  )
}
