import { createServer, type Server } from 'node:http'
import type { Logger } from 'pino'
import { Failure, invariant } from '@spaarzuil/shared/errors.js'
import { seconds, type Clock } from '@spaarzuil/shared/time.js'
import type { DeviceHealth, LightSign, Screen, ToneSign } from '../ports.js'
import { answering } from './answering.js'
import { loadAssets } from './assets.js'
import { openEventStream, type EventStream } from './event-stream.js'
import { page } from './page.js'
import { lostPicture, picture, type Picture } from './render.js'
import type { Simulator } from './simulator-endpoint.js'

export type ScreenOptions = {
  /** A loopback address: the page shows what visitors do, and has no password. */
  readonly host: '127.0.0.1' | '::1' | 'localhost'
  /** 0 takes a free one. */
  readonly port: number
  readonly log: Logger
  readonly clock: Clock
  /** Sample cards beside the screen; without it neither the cards nor their endpoint exist. */
  readonly simulator?: Simulator | undefined
}

/** What simulated lights and sound say to the page. */
export type SimulatedSigns = {
  readonly showLights: (sign: LightSign) => void
  readonly playTone: (sign: ToneSign) => void
}

export type ScreenServer = Screen & SimulatedSigns & { readonly url: string }

/** A page that hears nothing for three of these believes that the kiosk is gone. */
const BEAT = seconds(5)
/** More than the pages may hold open, for their styles and fonts; a browser opens at most six at a time. */
const CONNECTIONS_MAX = 64
const HEADERS_MAX_BYTES = 8 * 1_024

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

/**
 * Serves the display's page on loopback and keeps every open page at the newest picture.
 * Fails with NOT_LOOPBACK for another host, and with PORT_TAKEN where the port is in use.
 */
export async function openScreenServer(options: ScreenOptions): Promise<ScreenServer> {
  const { host, log, clock, simulator } = options
  if (!LOOPBACK.has(host))
    throw new Failure(
      'NOT_LOOPBACK',
      `The screen's page stays on this machine: "${host}" is not a loopback address.`,
    )
  const assets = await loadAssets(simulator !== undefined)
  const closing = new AbortController()
  let newest: { readonly shown: Picture; readonly lost: Picture } | undefined
  let lights: LightSign = 'off'
  const watch = watchBrowser(clock, log)
  const stream = openEventStream(watch.pages)
  const answer = answering({
    assets,
    stream,
    simulator,
    document: () =>
      page({
        picture: newest?.shown,
        lost: newest?.lost,
        simulator:
          simulator === undefined ? undefined : { labels: simulator.cards.map(({ label }) => label), lights },
      }),
  })
  const server = createServer(
    { maxHeaderSize: HEADERS_MAX_BYTES, requestTimeout: seconds(10), headersTimeout: seconds(5) },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        log.error({ err: error, path: request.url }, 'a request of the screen failed')
        response.destroy()
      })
    },
  )
  server.maxConnections = CONNECTIONS_MAX
  const port = await listen(server, options)
  const beating = beat(stream, clock, closing.signal)

  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${String(port)}/`,
    show: (shown) => {
      const next = picture(shown)
      // First what the visitor waits for.
      stream.send('picture', next, 'kept')
      const lost = lostPicture(shown)
      if (lost.html !== newest?.lost.html) stream.send('lost', { html: lost.html }, 'kept')
      newest = { shown: next, lost }
    },
    showLights: (sign) => {
      lights = sign
      stream.send('lights', sign, 'kept')
    },
    playTone: (sign) => {
      stream.send('tone', sign)
    },
    health: () => [watch.health()],
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      stream.close()
      await beating
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      })
    },
  }
}

/** Whether anybody can see the screen: without a page the pillar still takes cards, and staff are told. */
function watchBrowser(
  clock: Clock,
  log: Logger,
): { readonly pages: (count: number) => void; readonly health: () => DeviceHealth } {
  let since = clock.now()
  let open = false
  let losses = 0
  let recoveries = 0
  return {
    pages: (count) => {
      if (count > 0 === open) return
      open = count > 0
      since = clock.now()
      if (!open) losses += 1
      else if (losses > 0) recoveries += 1
      log.info({ pages: count }, open ? 'a browser shows the screen' : 'no browser shows the screen')
    },
    health: () => ({
      kind: 'screen',
      name: 'browser',
      state: open ? 'ready' : 'missing',
      sinceMs: since,
      recoveries,
    }),
  }
}

/** Opens the port; resolves to the one that was given where any would do. */
async function listen(server: Server, { host, port }: ScreenOptions): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Failure('PORT_TAKEN', `Port ${String(port)} for the screen is in use. Set another port.`, {
              cause: error,
            })
          : error,
      )
    })
    server.listen(port, host, resolve)
  })
  const address = server.address()
  invariant(typeof address === 'object' && address !== null, 'a server that listens on a port has an address')
  return address.port
}

/** A page on loopback hears at once when the kiosk dies; these tell it when the kiosk only hangs. */
async function beat(stream: EventStream, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(BEAT, signal)
    stream.send('beat', 0)
  }
}
