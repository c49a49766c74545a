import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { LookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import { alarmRoutes } from './api/alarm-routes.js'
import { refuseStrangers } from './api/guard.js'
import { healthRoutes } from './api/health-routes.js'
import type { Vitals } from './api/ports.js'
import { Problem, sendProblem } from './api/problem.js'
import { backupRoutes } from './backup/routes.js'
import { cardRoutes } from './cards/routes.js'
import { cardSystemRoutes } from './card-systems/routes.js'
import type { Catalogue } from './catalogue/catalogue.js'
import type { ClockNews } from './check-ins/clock-news.js'
import type { Corrections } from './check-ins/correct.js'
import type { Redecide } from './check-ins/redecide.js'
import type { Rescue } from './check-ins/rescue.js'
import { rescueRoutes } from './check-ins/rescue-routes.js'
import { checkInRoutes } from './check-ins/routes.js'
import { counterRoutes } from './counters/routes.js'
import { eventRoutes } from './events/routes.js'
import type { Commands } from './fleet/commands.js'
import { explainRoutes } from './pillars/explain-routes.js'
import { pinRoutes } from './pillars/pin-routes.js'
import { pillarRoutes } from './pillars/routes.js'
import type { Store } from './store/store.js'

export interface AppParts {
  readonly store: Pick<Store, 'writer' | 'reader' | 'epoch'>
  readonly stateFolder: string
  readonly catalogue: Catalogue
  readonly lookupKeys: LookupKeys
  readonly clock: Clock
  readonly redecide: Pick<Redecide, 'cardsKnown' | 'eventsKnown'>
  readonly corrections: Corrections
  readonly commands: Pick<Commands, 'send'>
  readonly rescue: Pick<Rescue, 'deliver'>
  readonly clockNews: Pick<ClockNews, 'take'>
  readonly vitals: Vitals
  readonly version: string
  /** The pages for staff, as a plugin: the API works without. */
  readonly pages?: FastifyPluginAsync
  /** Absent in tests: then nothing is logged. */
  readonly log?: FastifyBaseLogger
}

/** What a form or a correction needs, ten times over; routes that take more say so. */
const BODY_BYTES_MAX = 128 * 1024
/** Beyond this a client that says nothing is gone; a card file of 64 MB comes through in less. */
const REQUEST_TIMEOUT_MS = 120_000

/** The HTTP side of the fleet server: API under /api/v1, pages elsewhere. Not listening yet. */
export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const app = Fastify({
    ...(parts.log === undefined ? { logger: false } : { loggerInstance: parts.log }),
    // The body is what was sent: nothing dropped, nothing turned into something else.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } },
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<TypeBoxTypeProvider>()
  // A form of another site can send plain text without asking first.
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler(async (request, reply) =>
    sendProblem(
      new Failure('NOT_FOUND', `There is no ${request.method} ${pathOf(request.url)}`),
      request,
      reply,
    ),
  )
  app.addHook('onRequest', async (request) => refuseStrangers(request))
  app.addSchema(Problem)
  await app.register(api(parts), { prefix: '/api/v1' })
  if (parts.pages !== undefined) await app.register(parts.pages)
  return app
}

const pathOf = (url: string): string => url.replace(/[?#].*$/s, '').slice(0, 200)

const api = (parts: AppParts) => async (app: FastifyInstance) => {
  const { reader, writer } = parts.store
  const all = { ...parts, reader, writer }
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'spaarzuil fleet server',
        version: parts.version,
        description: 'Pillars, events, cards and check-ins. Errors are problem details (RFC 9457).',
      },
    },
    refResolver: {
      buildLocalReference: (schema, _, __, index) =>
        typeof schema['$id'] === 'string' ? schema['$id'] : `schema-${index}`,
    },
  })
  await app.register(healthRoutes(all))
  await app.register(cardSystemRoutes(all))
  await app.register(counterRoutes(all))
  await app.register(pillarRoutes(all))
  await app.register(pinRoutes(all))
  await app.register(explainRoutes(all))
  await app.register(eventRoutes(all))
  await app.register(cardRoutes(all))
  await app.register(checkInRoutes(all))
  await app.register(alarmRoutes(all))
  await app.register(rescueRoutes(all))
  await app.register(backupRoutes(all))
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
}
