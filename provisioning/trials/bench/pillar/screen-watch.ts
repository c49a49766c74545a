import { Agent, get, request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Type } from 'typebox'
import { Check } from 'typebox/value'

/**
 * A hand and an eye at the real kiosk: taps through the simulated reader's endpoint, and sees what the screen's page
 * would see, when it would see it.
 */
export type ScreenWatch = {
  /** Holds the n-th sample card against the pillar until its message stands. */
  tap(sample: number): Promise<Seen>
  /** The screen asks for a card. */
  ready(): Promise<void>
  close(): void
}

/** Milliseconds from the moment the tap was sent off; `state` is the name of the message that stood in the end. */
export type Seen = { readonly readMs: number; readonly messageMs: number; readonly state: string }

/** Longer than any message of the pillar takes, even offline. */
const MESSAGE_WITHIN_MS = 10_000
/** A new pillar has to be told its settings and program first. */
const READY_WITHIN_MS = 30_000
const Picture = Type.Object({ state: Type.String() })
/** What the screen shows while it waits for a card: no message of a tap. */
const WAITING = new Set(['ready', 'ready-blind', 'nothing-on', 'out-of-order'])

export async function watchScreen(port: number): Promise<ScreenWatch> {
  const listeners = new Set<(state: string, at: number) => void>()
  const screen = { shows: '' }
  const events = await openEvents(port, (state) => {
    const at = performance.now()
    screen.shows = state
    for (const listener of listeners) listener(state, at)
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 2, noDelay: true })
  const post = async (path: string, sample: number): Promise<void> =>
    postSample({ port, agent, path, sample })

  return {
    ready: async () => {
      const until = performance.now() + READY_WITHIN_MS
      while (screen.shows !== 'ready') {
        if (performance.now() > until)
          throw new Error(`The pillar asks for no card; it shows "${screen.shows}"`)
        await delay(10)
      }
    },
    tap: async (sample) => {
      let from = 0
      const seen = new Promise<Seen>((resolve, reject) => {
        let readAt: number | undefined
        const late = setTimeout(() => {
          listeners.delete(look)
          const what = readAt === undefined ? 'not read' : 'read, and got no message'
          reject(new Error(`Sample card ${sample} was ${what} within ${MESSAGE_WITHIN_MS} ms`))
        }, MESSAGE_WITHIN_MS)
        const look = (state: string, at: number): void => {
          if (from === 0) return
          if (state === 'read') readAt ??= at
          else if (readAt !== undefined && !WAITING.has(state)) {
            clearTimeout(late)
            listeners.delete(look)
            resolve({ readMs: readAt - from, messageMs: at - from, state })
          }
        }
        listeners.add(look)
      })
      from = performance.now()
      const [result] = await Promise.all([seen, post('/simulator/card-on', sample)])
      await post('/simulator/card-off', sample)
      return result
    },
    close: () => {
      events.destroy()
      agent.destroy()
    },
  }
}

async function openEvents(port: number, onState: (state: string) => void): Promise<IncomingMessage> {
  const asked = get({ host: '127.0.0.1', port, path: '/events', headers: { accept: 'text/event-stream' } })
  asked.setNoDelay(true)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve)
    asked.once('error', reject)
  })
  response.on('error', () => undefined)
  response.setEncoding('utf8')
  let rest = ''
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = /^event: picture\ndata: (.*)$/m.exec(block)?.[1]
      const picture: unknown = data === undefined ? undefined : JSON.parse(data)
      if (Check(Picture, picture)) onState(picture.state)
    }
  })
  return response
}

type Post = {
  readonly port: number
  readonly agent: Agent
  readonly path: string
  readonly sample: number
}

async function postSample({ port, agent, path, sample }: Post): Promise<void> {
  const sent = request({
    agent,
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: `http://127.0.0.1:${port}` },
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
  })
  sent.end(JSON.stringify({ sample }))
  const response = await answered
  response.resume()
  await once(response, 'end')
  if (response.statusCode !== 204) throw new Error(`The pillar refused a tap with ${response.statusCode}`)
}
