import t from 'tap'
import { openPacketGuard } from '../broker/packet-guard.js'
import { openFairQueue, type Queued } from './queue.js'

const message = (
  pillarId: string,
  lane: 'live' | 'backlog',
  ...items: readonly number[]
): Queued<number> => ({
  pillarId,
  lane,
  items,
})

t.test('pillars take turns, whoever sent most', async (t) => {
  const queue = openFairQueue<number>()
  for (const item of [1, 2, 3]) queue.put(message('a', 'live', item))
  queue.put(message('b', 'live', 4))
  t.strictSame(
    queue.take(3).flatMap(({ items }) => items),
    [1, 4, 2],
  )
  t.strictSame([queue.size(), queue.sizeOf('a'), queue.sizeOf('b')], [1, 1, 0])
})

t.test('live goes first, and the backlog keeps a quarter', async (t) => {
  const queue = openFairQueue<number>()
  for (let item = 0; item < 10; item += 1) {
    queue.put(message(`live ${item}`, 'live', item))
    queue.put(message(`late ${item}`, 'backlog', 100 + item))
  }
  t.strictSame(
    queue.take(8).map(({ lane }) => lane),
    ['live', 'live', 'live', 'live', 'live', 'live', 'backlog', 'backlog'],
  )
  t.equal(queue.take(100).length, 12)
  t.strictSame(queue.take(1), [])
})

t.test('a message is never split', async (t) => {
  const queue = openFairQueue<number>()
  queue.put(message('a', 'live', 1, 2, 3))
  t.equal(queue.take(1)[0]?.items.length, 3)
})

t.test('the packet guard follows frames however they are cut', async (t) => {
  const small = [0x30, 0x03, 1, 2, 3]
  const long = [0x30, 0x81, 0x01, ...Array.from({ length: 129 }, () => 0xff)]
  const stream = Buffer.from([...small, 0xc0, 0x00, ...long, ...small])
  for (const size of [1, 2, 3, 7, 1_000]) {
    const guard = openPacketGuard(129)
    for (let place = 0; place < stream.length; place += size) {
      t.equal(guard(stream.subarray(place, place + size)), 'fine')
    }
    t.equal(guard(Buffer.from([0x30, 0x82, 0x01])), 'too-large', `cut into ${size}`)
  }
  t.equal(
    openPacketGuard(2 ** 30)(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff])),
    'too-large',
    'no such length',
  )
})
