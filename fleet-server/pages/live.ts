import type { IncomingMessage, ServerResponse } from 'node:http'
import { milliseconds, seconds, type Clock, type Uptime } from '@spaarzuil/shared/time.js'
import type { FleetView } from './fleet-view.js'
import { PARTS, queryOf, type Ask, type Parts } from './page.js'
import type { LiveLimits } from './ports.js'

/** Every desk of a large card system with a page open, and technicians beside. */
export const LIVE_LIMITS: LiveLimits = { streams: 100 }
/** A reader takes in what changed; more often than this it only flickers. */
const PAUSE = seconds(1)
/** However large the fleet, watching it takes no more than a tenth of the server's time. */
const SHARE = 10
/** A proxy closes a line that is silent for a minute; and hours pass in which "next" becomes "now". */
const BEAT = seconds(15)
/** A page that has not taken in the last news for this long hangs: its line is cut, and it comes back by itself. */
const STALLED = seconds(30)
/** How long a page waits before it comes back, in milliseconds: a server that restarts is there about then. */
const RETRY_MS = 2_000

export interface LiveParts {
  readonly view: () => Promise<FleetView>
  readonly render: (view: FleetView, ask: Ask) => Parts
  readonly clock: Clock
  readonly limits: LiveLimits
  readonly headers: Readonly<Record<string, string>>
  readonly failed: (error: unknown) => void
}

/** Pages that watch. Each is sent the newest state of what changed, never a backlog of what was. */
export interface LivePages {
  /** Takes over the answer to one request. */
  connect(request: IncomingMessage, response: ServerResponse, ask: Ask): void
  /** Something may have changed. Cheap: called for every batch of decisions. */
  news(): void
  count(): number
  close(): void
}

interface Stream {
  readonly response: ServerResponse
  readonly ask: Ask
  readonly sent: Map<string, string>
  /** Since when its last news is not taken in. */
  stalledSince: Uptime | undefined
}

export function openLivePages(parts: LiveParts): LivePages {
  const { clock } = parts
  const streams = new Set<Stream>()
  let isNews = false
  let isRunning = false
  let sleeping = new AbortController()
  const closing = new AbortController()

  const leave = (stream: Stream): void => {
    streams.delete(stream)
    if (streams.size === 0) sleeping.abort()
  }
  const cutOff = (): void => {
    for (const { response } of streams) response.end()
    streams.clear()
    sleeping.abort()
  }
  const round = async (): Promise<void> => {
    isNews = false
    const began = clock.uptime()
    await sendNews(parts, streams)
    await clock.sleep(milliseconds(Math.max(PAUSE, (clock.uptime() - began) * SHARE)), closing.signal)
  }
  const watch = async (): Promise<void> => {
    while (streams.size > 0) {
      await round()
      if (isNews || streams.size === 0) continue
      sleeping = new AbortController()
      await clock.sleep(BEAT, sleeping.signal)
    }
  }
  const run = async (): Promise<void> => {
    if (isRunning) return
    isRunning = true
    try {
      await watch()
    } catch (error) {
      // The pages come back by themselves, and are told by the page itself what is wrong.
      parts.failed(error)
      cutOff()
    } finally {
      isRunning = false
    }
  }
  const news = (): void => {
    isNews = true
    sleeping.abort()
  }
  return {
    connect: (request, response, ask) => {
      if (streams.size >= parts.limits.streams) {
        sendAway(response, parts)
        return
      }
      begin(request, response, parts.headers)
      const stream: Stream = { response, ask, sent: new Map(), stalledSince: undefined }
      streams.add(stream)
      response.on('close', () => {
        leave(stream)
      })
      news()
      void run()
    },
    news,
    count: () => streams.size,
    close: () => {
      closing.abort()
      cutOff()
    },
  }
}

/** Renders once for all pages that ask the same. */
async function sendNews(parts: LiveParts, streams: ReadonlySet<Stream>): Promise<void> {
  const view = await parts.view()
  const rendered = new Map<string, Parts>()
  for (const stream of streams) {
    if (!mayWrite(stream, parts.clock.uptime())) continue
    const key = queryOf(stream.ask, '')
    const html = rendered.get(key) ?? parts.render(view, stream.ask)
    rendered.set(key, html)
    writeChanges(stream, html)
  }
}

function sendAway(response: ServerResponse, { headers, limits }: LiveParts): void {
  response.writeHead(503, { ...headers, 'retry-after': '30', 'content-type': 'text/plain' })
  response.end(`This page is already open ${limits.streams} times. Close one.\n`)
}

function begin(request: IncomingMessage, response: ServerResponse, headers: LiveParts['headers']): void {
  request.socket.setNoDelay(true)
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' })
  response.write(`retry: ${RETRY_MS}\n\n`)
}

/** Who has not read the last news is given none: it gets the newest when it has. */
function mayWrite(stream: Stream, now: Uptime): boolean {
  if (stream.response.writableLength === 0) {
    stream.stalledSince = undefined
    return true
  }
  stream.stalledSince ??= now
  if (now - stream.stalledSince > STALLED) stream.response.destroy()
  return false
}

function writeChanges({ response, sent }: Stream, html: Parts): void {
  for (const part of PARTS) {
    if (sent.get(part) === html[part]) continue
    sent.set(part, html[part])
    // JSON has no line breaks of its own, so a part is one data line whatever stands in it.
    response.write(`event: ${part}\ndata: ${JSON.stringify(html[part])}\n\n`)
  }
  // The page must be able to tell silence from a dead line: a bare comment would be hidden from it.
  response.write('event: beat\ndata: alive\n\n')
}
