import { LANGUAGES, type Language } from '@spaarzuil/shared/languages.js'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { titleOf } from '../catalogue/explain.js'
import { loadAssets } from './assets.js'
import { viewFleet } from './fleet-view.js'
import { LIVE_LIMITS, openLivePages } from './live.js'
import { openNextChanges } from './next-change.js'
import { renderPage, renderParts, type Ask, type TitleOf } from './page.js'
import type { PageParts } from './ports.js'

/** The page runs its own script and style and nothing else, stands in nobody's frame, and sends forms only home. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const

/** Its address holds the hash of its content: what changes has another address. */
const FOR_GOOD = 'public, max-age=31536000, immutable'
/** A name is shorter than this; what is longer finds nothing anyway. */
const SEARCH_MAX = 100

/** The staff page at `/`, its files, and the stream by which it stays live. It needs no script to be read. */
export const pageRoutes =
  (parts: PageParts): FastifyPluginAsync =>
  async (app) => {
    const { catalogue, clock } = parts
    const assets = await loadAssets()
    const changes = openNextChanges(catalogue)
    const titles: TitleOf = (cdbid, language) => titleOf(catalogue.memory, cdbid, clock.now(), language)
    const view = async () => viewFleet(parts, changes)
    const pages = openLivePages({
      view,
      render: (fleet, ask) => renderParts(fleet, ask, titles),
      clock,
      limits: { ...LIVE_LIMITS, ...parts.limits },
      headers: HEADERS,
      failed: (error) => {
        app.log.error({ err: error }, 'The live page could not be renewed')
      },
    })
    const news = (): void => {
      pages.news()
    }
    const stops = [
      changes.stop,
      parts.live.onDecided(news),
      parts.presence.onChange(news),
      catalogue.onChange(news),
    ]
    app.addHook('preClose', async () => {
      for (const stop of stops) stop()
      pages.close()
    })
    app.addHook('onRequest', async (_, reply) => {
      reply.headers(HEADERS)
    })
    const address = (name: string): string => `/assets/${name}?v=${assets.get(name)?.hash ?? ''}`

    app.get('/', async (request, reply) => {
      reply.type('text/html; charset=utf-8').header('vary', 'accept-language')
      return renderPage(await view(), askOf(request), { titleOf: titles, asset: address })
    })
    app.get('/live', (request, reply) => {
      reply.hijack()
      pages.connect(request.raw, reply.raw, askOf(request))
    })
    app.get<{ Params: { name: string } }>('/assets/:name', (request, reply) => {
      const found = assets.get(request.params.name)
      if (found === undefined) {
        reply.callNotFound()
        return
      }
      const isThisOne = field(request.query, 'v') === found.hash
      reply
        .type(found.type)
        .header('cache-control', isThisOne ? FOR_GOOD : 'no-cache')
        .send(found.body)
    })
  }

function askOf({ query, headers }: FastifyRequest): Ask {
  const cardSystem = field(query, 'system')
  return {
    language: languageOf(field(query, 'lang'), headers['accept-language']),
    filter: {
      cardSystem: cardSystem === '' ? undefined : cardSystem,
      name: field(query, 'q').trim().slice(0, SEARCH_MAX),
    },
  }
}

/** The language that was asked for, else the first of the browser's that we speak, else Dutch. */
function languageOf(asked: string, accepted = ''): Language {
  const wanted = accepted
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().split(';')
      const quality = parameters
        .find((one) => one.trim().startsWith('q='))
        ?.trim()
        .slice(2)
      return {
        language: tag.toLowerCase().split('-')[0],
        quality: quality === undefined ? 1 : Number(quality),
      }
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ language }) => language)
  const spoken = [asked, ...wanted].map((one) => LANGUAGES.find((language) => language === one))
  return spoken.find((language) => language !== undefined) ?? 'nl'
}

function field(query: unknown, name: string): string {
  if (typeof query !== 'object' || query === null) return ''
  const found: unknown = Reflect.get(query, name)
  return typeof found === 'string' ? found : ''
}
