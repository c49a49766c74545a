import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Asset } from './assets.js'
import type { EventStream } from './event-stream.js'
import { simulate, type Simulator } from './simulator-endpoint.js'

const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const

type Parts = {
  readonly assets: ReadonlyMap<string, Asset>
  readonly stream: EventStream
  readonly simulator: Simulator | undefined
  readonly document: () => string
}

/** Answers every request of the page, and refuses whatever the page would not ask. */
export const answering =
  (parts: Parts) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    const names = ownNames(request)
    // A foreign name that resolves to loopback (DNS rebinding) must not reach the page.
    if (!names.includes(request.headers.host?.toLowerCase() ?? ''))
      return tell(response, 421, 'This screen answers to loopback names only.')
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === '/simulator/card-on' || path === '/simulator/card-off')
      return answerHand(request, response, { parts, names, path })
    return answerReader(request, response, { parts, path })
  }

type Asked = { readonly parts: Parts; readonly path: string }

function answerReader(request: IncomingMessage, response: ServerResponse, { parts, path }: Asked): void {
  const asset = parts.assets.get(path)
  if (asset === undefined && path !== '/' && path !== '/events')
    return tell(response, 404, 'There is nothing here.')
  if (request.method !== 'GET')
    return tell(response.setHeader('allow', 'GET'), 405, 'This is only to be read.')
  if (asset !== undefined) return send(response, asset.type, asset.body)
  if (path === '/events') return parts.stream.connect(request, response)
  return send(response, 'text/html; charset=utf-8', parts.document())
}

async function answerHand(
  request: IncomingMessage,
  response: ServerResponse,
  at: Asked & { readonly names: readonly string[] },
): Promise<void> {
  const { simulator } = at.parts
  if (simulator === undefined) return tell(response, 404, 'This pillar has no simulator.')
  if (request.method !== 'POST') return tell(response.setHeader('allow', 'POST'), 405, 'Send this by POST.')
  const isOwnOrigin = (origin: string | undefined): boolean =>
    at.names.some((name) => origin?.toLowerCase() === `http://${name}`)
  const refusal = await simulate(request, simulator, { isOwnOrigin, path: at.path })
  if (refusal !== undefined) return tell(response, refusal.status, refusal.why)
  response.writeHead(204).end()
  return undefined
}

/** The names under which a browser on this machine may know this server. */
function ownNames(request: IncomingMessage): readonly string[] {
  const port = String(request.socket.localPort)
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
}

function tell(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`)
}
