import { get, type IncomingMessage } from 'node:http'
import { seconds } from '@spaarzuil/shared/time.js'
import t from 'tap'
import { serve } from './testing/serve-sample.js'

/** Reads server-sent events as a browser does, from a real connection. */
async function watch(url: string) {
  const request = get(url)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject)
  })
  response.setEncoding('utf8')
  const seen: { readonly event: string; readonly data: string }[] = []
  let rest = ''
  const hasEnded = new Promise((resolve) => response.on('close', resolve))
  response.on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
      if (field('data') !== '') seen.push({ event: field('event'), data: field('data') })
    }
  })
  response.on('error', () => undefined)
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    seen,
    hasEnded,
    stop: () => request.destroy(),
  }
}

t.test('who watches sees check-ins and pillars change, and only what changed', async (t) => {
  const { fleet, app } = await serve(t)
  const { clock } = fleet.town
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const stream = await watch(`${url}/live?lang=nl`)
  t.match(stream.type, 'text/event-stream')
  const until = async (isSo: () => boolean): Promise<void> => {
    for (let turns = 0; turns < 400 && !isSo(); turns += 1) {
      // The disk and the line take their real time, however fast the clock is turned.
      await new Promise((resolve) => setTimeout(resolve, 5))
      await clock.advance(seconds(0.1))
    }
    t.ok(isSo())
  }
  const events = () => stream.seen.map(({ event }) => event)
  await until(() => events().includes('beat'))
  t.strictSame(events().slice(0, 4), ['overview', 'pillars', 'check-ins', 'beat'])

  stream.seen.length = 0
  await fleet.checkIn({
    pillar: fleet.pillars.foyer,
    cdbid: fleet.events.jazz,
    verdict: { kind: 'granted', points: 1, takenBack: false },
    ago: seconds(1),
  })
  await until(() => events().includes('check-ins'))
  t.match(stream.seen.find(({ event }) => event === 'check-ins')?.data, 'Jazz in de foyer')
  t.notOk(events().includes('overview'))

  fleet.hear(fleet.pillars.youth, { online: false, since: clock.now() })
  await until(() => events().includes('overview'))
  t.match(stream.seen.findLast(({ event }) => event === 'overview')?.data, '5 van 8 zuilen klaar')

  stream.seen.length = 0
  await until(() => events().filter((event) => event === 'beat').length >= 2)
  t.strictSame([...new Set(events())], ['beat'])

  await app.close()
  await stream.hasEnded
  t.equal(fleet.listeners(), 0)
})

t.test('more pages than allowed are sent away until one is closed', async (t) => {
  const { fleet, app } = await serve(t, { streams: 1 })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const first = await watch(`${url}/live`)
  const second = await watch(`${url}/live`)
  t.equal(first.status, 200)
  t.equal(second.status, 503)
  first.stop()
  await first.hasEnded
  let third = await watch(`${url}/live`)
  for (let tries = 0; tries < 50 && third.status === 503; tries += 1) {
    await fleet.town.clock.advance(seconds(1))
    third = await watch(`${url}/live`)
  }
  t.equal(third.status, 200)
  third.stop()
})

t.test('a server that stops waits for nothing, though a page was just sent its news', async (t) => {
  const { fleet, app } = await serve(t)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const stream = await watch(`${url}/live`)
  for (let turns = 0; turns < 400 && fleet.sleepers() === 0; turns += 1)
    await new Promise((resolve) => setTimeout(resolve, 5))
  t.equal(fleet.sleepers(), 1)
  await app.close()
  await stream.hasEnded
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(fleet.sleepers(), 0)
})
