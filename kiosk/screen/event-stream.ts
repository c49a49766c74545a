import type { IncomingMessage, ServerResponse } from 'node:http'

/** One display, and a few people who look at the same page while they set it up. */
const CLIENTS_MAX = 8
/** A page that has this much unread hangs; it is cut off, and comes back for the newest picture alone. */
const UNREAD_MAX_BYTES = 256 * 1_024
/** How long a page waits before it asks again, in milliseconds: a kiosk that restarts is back about then. */
const RETRY_MS = 1_000

/** What a page hears of. `beat` says only that the kiosk still lives. */
export type StreamEvent = 'picture' | 'lost' | 'lights' | 'tone' | 'beat'

/** Server-sent events to all pages that are open. The newest of what lasts is sent to a page as soon as it connects. */
export type EventStream = {
  /** Takes over the answer to one request. */
  connect(request: IncomingMessage, response: ServerResponse): void
  /** Sends to all; `kept` values are also sent to whoever connects later. */
  send(event: StreamEvent, value: unknown, lasting?: 'kept'): void
  count(): number
  close(): void
}

export function openEventStream(onCount: (count: number) => void): EventStream {
  const clients = new Set<ServerResponse>()
  const kept = new Map<StreamEvent, string>()

  const leave = (client: ServerResponse): void => {
    if (clients.delete(client)) onCount(clients.size)
  }
  const write = (client: ServerResponse, text: string): void => {
    if (client.writableLength > UNREAD_MAX_BYTES) {
      leave(client)
      client.destroy()
    } else client.write(text)
  }
  return {
    connect: (request, response) => {
      if (clients.size >= CLIENTS_MAX) {
        response.writeHead(503, { 'retry-after': '5', 'content-type': 'text/plain' })
        response.end(`This screen is already open ${String(CLIENTS_MAX)} times. Close a page.\n`)
        return
      }
      // A small event must not wait for company: the sign for "read" is due within a blink.
      request.socket.setNoDelay(true)
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      response.write(`retry: ${String(RETRY_MS)}\n\n`)
      clients.add(response)
      response.on('close', () => {
        leave(response)
      })
      for (const text of kept.values()) write(response, text)
      onCount(clients.size)
    },
    send: (event, value, lasting) => {
      // JSON has no line breaks of its own, so one event is always one data line.
      const text = `event: ${event}\ndata: ${JSON.stringify(value)}\n\n`
      if (lasting === 'kept') kept.set(event, text)
      for (const client of clients) write(client, text)
    },
    count: () => clients.size,
    close: () => {
      for (const client of clients) client.end()
      clients.clear()
    },
  }
}
