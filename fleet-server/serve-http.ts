import type { FastifyBaseLogger, FastifyPluginAsync } from 'fastify'
import type { LookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import { buildApp } from './app.js'
import type { Catalogue } from './catalogue/catalogue.js'
import { listenFailure } from './config.js'
import type { ServingPillars } from './serve-pillars.js'
import type { Store } from './store/store.js'
import type { Tally } from './tally.js'

export interface ServeHttpParts {
  readonly store: Store
  readonly stateFolder: string
  readonly catalogue: Catalogue
  readonly lookupKeys: LookupKeys
  readonly serving: ServingPillars
  readonly listen: { readonly host: string; readonly port: number }
  readonly clock: Clock
  readonly tally: Tally
  readonly log: FastifyBaseLogger
  readonly version: string
  readonly pages?: FastifyPluginAsync
}

export interface ServingHttp extends AsyncDisposable {
  readonly port: number
}

/** API and pages, listening. Fails with PORT_TAKEN, naming the setting to change. */
export async function serveHttp(parts: ServeHttpParts): Promise<ServingHttp> {
  const { serving, listen, tally } = parts
  const app = await buildApp({
    ...parts,
    redecide: serving.redecide,
    corrections: serving.corrections,
    commands: serving.commands,
    rescue: serving.rescue,
    clockNews: serving.clockNews,
    vitals: {
      // The broker listens from the moment it is open; the process ends when it cannot.
      brokerListening: () => serving.port > 0,
      waiting: () => serving.pipeline.waiting(),
      counts: () => tally.counts(),
    },
  })
  try {
    await app.listen({ host: listen.host, port: listen.port })
  } catch (error) {
    await app.close()
    throw listenFailure(error, 'http', listen)
  }
  const address = app.server.address()
  invariant(typeof address === 'object' && address !== null, 'a server that listens has an address')
  return { port: address.port, [Symbol.asyncDispose]: async () => app.close() }
}
