import { dirname, resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { Uuid } from '@spaarzuil/shared/contract/check-in.js'
import { Failure } from '@spaarzuil/shared/errors.js'

const SampleCard = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 40 }),
    uid: Type.String({ pattern: '^([0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$' }),
  },
  { additionalProperties: false },
)

/** The configuration of a pillar: what must be known before the server can tell the rest. One JSON file. */
export const KioskConfig = Type.Object(
  {
    pillarId: Uuid,
    /** One of the two; a file is for a pillar in service, the text for trying out. */
    secretFile: Type.Optional(Type.String({ minLength: 1 })),
    secret: Type.Optional(Type.String({ minLength: 16, maxLength: 200 })),
    server: Type.String({ pattern: '^mqtt://[^/?#]+$', description: 'mqtt://127.0.0.1:PORT' }),
    /** Where journal and kept state live; made when it is missing. */
    stateFolder: Type.String({ minLength: 1 }),
    screen: Type.Object(
      { port: Type.Integer({ minimum: 0, maximum: 65_535 }) },
      { additionalProperties: false },
    ),
    readers: Type.Union([Type.Literal('pcsc'), Type.Literal('simulated')]),
    /** Sample cards beside the screen, to tap with mouse or keyboard. Only with simulated readers. */
    simulator: Type.Optional(
      Type.Object({ cards: Type.Array(SampleCard, { maxItems: 1_000 }) }, { additionalProperties: false }),
    ),
    log: Type.Optional(
      Type.Union([
        Type.Literal('debug'),
        Type.Literal('info'),
        Type.Literal('warn'),
        Type.Literal('error'),
        Type.Literal('silent'),
      ]),
    ),
  },
  { additionalProperties: false },
)
export type KioskConfig = Static<typeof KioskConfig>

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])
const validator = Compile(KioskConfig)

/**
 * The content of a configuration file. Throws CONFIG_INVALID with every problem at once and no value in it, and
 * NOT_LOOPBACK for a server elsewhere: until lines are encrypted they stay on this machine. Paths are taken from the
 * file's own folder.
 */
export function parseConfig(text: string, path: string): KioskConfig {
  const value = parseJson(text, path)
  const problems = validator.Check(value) ? crossProblems(value) : schemaProblems(value)
  if (!validator.Check(value) || problems.length > 0) {
    const list = problems.map((problem) => `\n  ${problem}`).join('')
    throw new Failure('CONFIG_INVALID', `The configuration ${path} has ${problems.length} problem(s):${list}`)
  }
  const { hostname } = new URL(value.server)
  if (!LOOPBACK.has(hostname)) {
    throw new Failure(
      'NOT_LOOPBACK',
      `The configuration ${path} names the server ${hostname}. Until lines are encrypted only this machine is ` +
        'allowed: mqtt://127.0.0.1:PORT',
    )
  }
  const from = dirname(resolve(path))
  return {
    ...value,
    stateFolder: resolve(from, value.stateFolder),
    ...(value.secretFile === undefined ? {} : { secretFile: resolve(from, value.secretFile) }),
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Without the cause: the parser quotes what it could not read, and that may be the secret.
    throw new Failure('CONFIG_INVALID', `The configuration ${path} is not JSON`)
  }
}

function schemaProblems(value: unknown): readonly string[] {
  return [...validator.Errors(value)].flatMap(({ keyword, instancePath, message, params }) => {
    const place = instancePath === '' ? '/' : instancePath
    if (keyword !== 'additionalProperties') return [`${place} ${message}`]
    return params.additionalProperties.map((name) => `${place} has no setting called "${name}"`)
  })
}

function crossProblems(config: KioskConfig): readonly string[] {
  const secrets = [config.secret, config.secretFile].filter((given) => given !== undefined).length
  return [
    ...(secrets === 1 ? [] : ['/ needs either secret or secretFile, and not both']),
    ...(config.simulator !== undefined && config.readers !== 'simulated'
      ? ['/simulator is only for readers "simulated": sample cards do not belong on a pillar in service']
      : []),
  ]
}
