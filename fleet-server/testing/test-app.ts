import { listOf, textOf } from '@spaarzuil/shared/events/loose-json.js'
import type { FastifyInstance } from 'fastify'
import { buildApp, type AppParts } from '../app.js'
import { openCorrections } from '../check-ins/correct.js'
import { lookupKeys } from './test-keys.js'
import { openTown, type Town } from './town.js'

/** The HTTP side on a town, without pillars: what it asked of the rest is written down. */
export interface TestApp {
  readonly app: FastifyInstance
  readonly town: Town
  readonly cardsKnown: string[][]
  readonly eventsKnown: string[][]
  /** Asks as a program on this machine would. */
  readonly ask: (method: Method, url: string, payload?: unknown) => Promise<Answer>
}
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly json: () => unknown
  /** A text in the answer. */
  readonly field: (name: string) => string
  readonly items: () => readonly unknown[]
}

type Test = { testdir: () => string; teardown: (job: () => Promise<void>) => void }

export async function openTestApp(test: Test, change: Partial<AppParts> = {}): Promise<TestApp> {
  const town = await openTown(test.testdir())
  const cardsKnown: string[][] = []
  const eventsKnown: string[][] = []
  const app = await buildApp({
    store: town.store,
    stateFolder: town.folder,
    catalogue: town.catalogue,
    lookupKeys,
    clock: town.clock,
    redecide: {
      cardsKnown: async (lookups) => Promise.resolve(cardsKnown.push([...lookups])),
      eventsKnown: async (cdbids) => Promise.resolve(eventsKnown.push([...cdbids])),
    },
    corrections: openCorrections(town.store, town.clock),
    rescue: {
      deliver: async () => Promise.resolve({ receipts: [], known: [], rejected: [], unanswered: [] }),
    },
    clockNews: { take: async () => Promise.resolve() },
    commands: { send: async () => Promise.resolve('done') },
    vitals: { brokerListening: () => true, waiting: () => 0, counts: () => ({ refused: 2 }) },
    version: '0.0.0',
    ...change,
  })
  test.teardown(async () => {
    await app.close()
    await town.store[Symbol.asyncDispose]()
  })
  const ask: TestApp['ask'] = async (method, url, payload) => {
    const body = payload === undefined ? {} : { payload: JSON.stringify(payload) }
    const type = payload === undefined ? {} : { 'content-type': 'application/json' }
    const response = await app.inject({
      method,
      url: url.startsWith('/') ? url : `/api/v1/${url}`,
      headers: { host: '127.0.0.1:8080', ...type },
      ...body,
    })
    return {
      status: response.statusCode,
      type: String(response.headers['content-type']),
      text: response.body,
      json: (): unknown => response.json(),
      field: (name) => textOf(response.json(), name) ?? '',
      items: () => listOf(response.json(), 'items'),
    }
  }
  return { app, town, cardsKnown, eventsKnown, ask }
}
