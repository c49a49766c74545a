import { once } from 'node:events'
import { get, request as ask, type IncomingMessage } from 'node:http'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { openSimulatedLights } from '../hardware/simulated-lights.js'
import { openSimulatedReader } from '../hardware/simulated-reader.js'
import { openSimulatedSound } from '../hardware/simulated-sound.js'
import type { Reading } from '../ports.js'
import { openScreenServer, type ScreenOptions, type ScreenServer } from './screen-server.js'
import { SCENES, shownIn } from './testing/samples.js'

const CARDS = [
  { label: 'Ann', uid: '04A1B2C3D4E5F0' },
  { label: 'Bilal', uid: '04A1B2C3D4E5F1' },
]

async function open(t: Test, change: Partial<ScreenOptions> = {}): Promise<ScreenServer> {
  const log = pino({ level: 'silent' })
  const screen = await openScreenServer({ host: '127.0.0.1', port: 0, log, clock: systemClock, ...change })
  t.teardown(() => screen[Symbol.asyncDispose]())
  return screen
}

/** A page that listens: events by name, in the order of arrival. */
async function listen(t: Test, screen: ScreenServer): Promise<{ next(event: string): Promise<unknown> }> {
  const request = get(`${screen.url}events`)
  t.teardown(() => {
    request.destroy()
  })
  const response = await new Promise<IncomingMessage>((resolve) => request.once('response', resolve))
  t.equal(response.statusCode, 200)
  let text = ''
  let heard = (): void => undefined
  response
    .setEncoding('utf8')
    .on('error', () => undefined)
    .on('data', (chunk: string) => {
      text += chunk
      heard()
    })
  return {
    next: async (event) => {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end < 0) {
          await new Promise<void>((resolve) => {
            heard = resolve
          })
          continue
        }
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        if (!block.startsWith(`event: ${event}\n`)) continue
        const value: unknown = JSON.parse(block.slice(block.indexOf('data: ') + 6))
        return value
      }
    },
  }
}

type Answer = { readonly status: number | undefined; readonly headers: Headers; readonly text: string }
type Headers = Readonly<Record<string, string | string[] | undefined>>

/** Plain node:http, because fetch does not let a test lie about Host and Origin. */
async function send(
  screen: ScreenServer,
  path: string,
  sent: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<Answer> {
  const request = ask(new URL(path, screen.url), {
    method: sent.method ?? 'GET',
    headers: sent.headers ?? {},
  })
  request.end(sent.body)
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    request.once('response', resolve).once('error', reject),
  )
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
  return { status: response.statusCode, headers: response.headers, text }
}

t.test('a page is served with everything it needs, and may run nothing else', async (t) => {
  const screen = await open(t)
  screen.show(shownIn('fr'))
  const page = await send(screen, '/')
  t.equal(page.status, 200)
  t.match(page.text, '<html lang="fr">')
  t.match(page.text, 'Jazz au foyer')
  t.notMatch(page.text, /simulator|\sstyle=|<script(?! type="module" src)/)
  const policy = String(page.headers['content-security-policy'])
  t.match(policy, "default-src 'none'")
  t.notMatch(policy, 'unsafe')
  for (const [, path = ''] of page.text.matchAll(/(?:href|src)="(\/[^"]*)"/g)) {
    const { status, headers, text } = await send(screen, path)
    t.equal(status, 200, path)
    t.equal(headers['x-content-type-options'], 'nosniff', path)
    for (const [, font = ''] of text.matchAll(/url\('(\/[^']*)'\)/g))
      t.equal((await send(screen, font)).headers['content-type'], 'font/woff2', font)
  }
  t.equal((await send(screen, '/main.js')).status, 404)
  t.equal((await send(screen, '/style.css/../screen-server.js')).status, 404)
  t.equal((await send(screen, '/', { method: 'POST' })).status, 405)
})

t.test('before the kiosk has shown anything the page shows the mark', async (t) => {
  const page = await send(await open(t), '/')
  t.match(page.text, /<main class="stage" id="stage"><div class="starting"><svg class="mark"/)
})

t.test('whoever connects gets the newest picture at once, and each one after it', async (t) => {
  const screen = await open(t)
  screen.show(shownIn('nl', SCENES['noted']))
  screen.show(shownIn('nl', SCENES['saved']))
  const page = await listen(t, screen)
  t.match(await page.next('picture'), {
    state: 'saved',
    language: 'nl',
    spoken: '1 punt gespaard. Je hebt 37 punten.',
    html: /^<div class="screen is-result/,
  })
  t.match(await page.next('lost'), { html: /Even buiten dienst/ })
  screen.show(shownIn('nl', SCENES['already']))
  t.match(await page.next('picture'), { state: 'already' })
  const second = await listen(t, screen)
  t.match(await second.next('picture'), { state: 'already' })
})

t.test('health tells whether a browser shows the screen', async (t) => {
  const screen = await open(t)
  const state = (): string | undefined => screen.health()[0]?.state
  const until = async (wanted: string): Promise<void> => {
    while (state() !== wanted) await new Promise((resolve) => setImmediate(resolve))
  }
  t.equal(state(), 'missing')
  const first = get(`${screen.url}events`)
  await once(first, 'response')
  t.match(screen.health(), [{ kind: 'screen', state: 'ready', recoveries: 0 }])
  first.on('error', () => undefined).destroy()
  await until('missing')
  await listen(t, screen)
  t.match(screen.health(), [{ kind: 'screen', state: 'ready', recoveries: 1 }])
})

t.test('only so many pages are served at once; the others are asked to come back', async (t) => {
  const screen = await open(t)
  for (let pages = 0; pages < 8; pages++) await listen(t, screen)
  const refused = await send(screen, '/events')
  t.equal(refused.status, 503)
  t.match(refused.text, 'already open 8 times')
})

t.test('a foreign name for this machine is refused', async (t) => {
  const screen = await open(t)
  const { port } = new URL(screen.url)
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1.evil.example:${port}`])
    for (const path of ['/', '/events', '/style.css'])
      t.equal((await send(screen, path, { headers: { host } })).status, 421, `${host} ${path}`)
  for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
    t.equal((await send(screen, '/', { headers: { host } })).status, 200, host)
})

t.test('the page stays on this machine, and says so when its port is taken', async (t) => {
  // @ts-expect-error -- configuration may still bring it
  await t.rejects(open(t, { host: '0.0.0.0' }), { code: 'NOT_LOOPBACK' })
  const { port } = new URL((await open(t)).url)
  const error = await open(t, { port: Number(port) }).catch((trouble: unknown) => trouble)
  t.ok(isFailure(error, 'PORT_TAKEN') && error.message.includes(port))
})

t.test('a kiosk that ends lets its pages go', async (t) => {
  const screen = await openScreenServer({
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'silent' }),
    clock: systemClock,
  })
  const request = get(`${screen.url}events`)
  const response = await new Promise<IncomingMessage>((resolve) => request.once('response', resolve))
  const ended = once(response.resume(), 'close')
  await screen[Symbol.asyncDispose]()
  await ended
  t.ok(response.destroyed)
})

t.test('a sample card in the browser is a card on the reader', async (t) => {
  const hand = openSimulatedReader({ clock: systemClock })
  const screen = await open(t, { simulator: { cards: CARDS, hand } })
  const page = await send(screen, '/')
  t.match(page.text, /data-sample="0".*Ann.*data-sample="1".*Bilal.*data-sample="two-cards"/s)
  t.notMatch(page.text, /04A1B2C3/, 'numbers stay in the kiosk')

  const ending = new AbortController()
  const readings = hand.readings(ending.signal)[Symbol.asyncIterator]()
  const next = async (): Promise<Reading> => {
    const result: IteratorResult<Reading, unknown> = await readings.next()
    if (result.done === true) throw new Error('the reader has ended')
    return result.value
  }
  const headers = { origin: new URL(screen.url).origin, 'content-type': 'application/json' }
  const post = async (path: string, sample: unknown): Promise<number | undefined> =>
    (await send(screen, `/simulator/${path}`, { method: 'POST', headers, body: JSON.stringify({ sample }) }))
      .status

  const reader = 'simulated reader'
  t.equal(await post('card-on', 1), 204)
  t.strictSame(await next(), { kind: 'card', uid: '04A1B2C3D4E5F1', reader })
  t.equal(await post('card-off', 1), 204)
  t.strictSame(await next(), { kind: 'removed', reader })
  t.equal(await post('card-off', 1), 204, 'nothing lies on the reader: nothing is told')
  t.equal(await post('card-on', 'moved-too-soon'), 204)
  t.strictSame(await next(), { kind: 'unreadable', reader })
  await post('card-on', 'two-cards')
  t.strictSame(await next(), { kind: 'several', reader })
  await post('card-on', 'phone')
  await post('card-on', 'phone')
  const [one, other] = [await next(), await next()]
  t.match([one, other], [{ uid: /^08[0-9A-F]{6}$/ }, { uid: /^08[0-9A-F]{6}$/ }])
  t.notSame(one, other, 'a phone has another number at every touch')
  ending.abort()
  t.equal((await readings.next()).done, true)
})

t.test('nobody but the page itself can hold a card against the pillar', async (t) => {
  const hand = openSimulatedReader({ clock: systemClock })
  const screen = await open(t, { simulator: { cards: CARDS, hand } })
  const { origin, port } = new URL(screen.url)
  const json = 'application/json'
  const table: readonly (readonly [number, Record<string, string>, string])[] = [
    [403, { 'content-type': json }, '{"sample":0}'],
    [403, { 'content-type': json, origin: 'null' }, '{"sample":0}'],
    [403, { 'content-type': json, origin: 'https://evil.example' }, '{"sample":0}'],
    [403, { 'content-type': json, origin: `https://127.0.0.1:${port}` }, '{"sample":0}'],
    [403, { 'content-type': json, origin: 'http://127.0.0.1:1' }, '{"sample":0}'],
    [421, { 'content-type': json, origin, host: 'evil.example' }, '{"sample":0}'],
    [415, { origin }, '{"sample":0}'],
    [415, { 'content-type': 'text/plain', origin }, '{"sample":0}'],
    [413, { 'content-type': json, origin }, `{"sample":0,"x":"${'x'.repeat(100_000)}"}`],
    [400, { 'content-type': json, origin }, '{"sample":'],
    [400, { 'content-type': json, origin }, 'null'],
    [400, { 'content-type': json, origin }, '{"sample":-1}'],
    [400, { 'content-type': json, origin }, '{"sample":"constructor"}'],
    [404, { 'content-type': json, origin }, '{"sample":2}'],
  ]
  for (const [status, headers, body] of table) {
    const answer = await send(screen, '/simulator/card-on', { method: 'POST', headers, body })
    t.equal(answer.status, status, `${JSON.stringify(headers)} ${body.slice(0, 40)}`)
  }
  t.equal((await send(screen, '/simulator/card-on')).status, 405)
  hand.movedTooSoon()
  const readings = hand.readings(new AbortController().signal)[Symbol.asyncIterator]()
  t.match((await readings.next()).value, { kind: 'unreadable' }, 'none of them reached the reader')
})

t.test('without a simulator there is no endpoint, no cards and no script for them', async (t) => {
  const screen = await open(t)
  const headers = { origin: new URL(screen.url).origin, 'content-type': 'application/json' }
  for (const path of ['/simulator/card-on', '/simulator/card-off', '/simulator.js', '/simulator.css'])
    t.equal((await send(screen, path, { method: 'POST', headers, body: '{"sample":0}' })).status, 404, path)
})

t.test('simulated lights and sound are told to the page; a later page knows the lights', async (t) => {
  const hand = openSimulatedReader({ clock: systemClock })
  const screen = await open(t, { simulator: { cards: CARDS, hand } })
  const lights = openSimulatedLights({ clock: systemClock, onSign: screen.showLights })
  const sound = openSimulatedSound({ clock: systemClock, onTone: screen.playTone })
  const page = await listen(t, screen)
  lights.show('saved')
  sound.play('saved')
  t.equal(await page.next('lights'), 'saved')
  t.equal(await page.next('tone'), 'saved')
  t.match((await send(screen, '/')).text, 'data-sign="saved"')
  t.equal(await (await listen(t, screen)).next('lights'), 'saved')
  t.match(
    [...lights.health(), ...sound.health(), ...hand.health()],
    [
      { kind: 'lights', state: 'ready' },
      { kind: 'sound', state: 'ready' },
      { kind: 'reader', state: 'ready' },
    ],
  )
})

t.test('a reader that nobody listens to keeps a bounded number of readings', async (t) => {
  const hand = openSimulatedReader({ clock: systemClock })
  for (let i = 0; i < 100; i++) hand.movedTooSoon()
  const seen: string[] = []
  for await (const { kind } of hand.readings(new AbortController().signal)) {
    seen.push(kind)
    if (seen.length === 16) hand.cardOn('04A1B2C3D4E5F0')
    if (kind === 'card') await hand[Symbol.asyncDispose]()
  }
  t.strictSame(seen, [...Array.from({ length: 16 }, () => 'unreadable'), 'card'])
})
