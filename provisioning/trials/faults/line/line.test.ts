import { connect, createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import fc from 'fast-check'
import { generate, parser, type IPublishPacket, type Packet } from 'mqtt-packet'
import t, { type Test } from 'tap'
import { openDice } from '../dice.js'
import { until } from '../world/until.js'
import {
  cuttingMidMessage,
  duplicating,
  losingAnswers,
  refusing,
  reordering,
  silent,
  slow,
} from './behaviours.js'
import { openFrames } from './frames.js'
import { HONEST, openLine, type Behaviour, type Line } from './line.js'

const WITHIN_MS = 5_000

const publish = (text: string, channel = 'check-ins', messageId = 7): Buffer =>
  generate({
    cmd: 'publish',
    topic: `spaarzuil/v1/pillars/x/${channel === 'receipts' ? 'down' : 'up'}/${channel}`,
    payload: text,
    qos: 1,
    messageId,
    dup: false,
    retain: false,
  })
const puback = (messageId: number): Buffer => generate({ cmd: 'puback', messageId })

/** What arrives at one end, as text: payloads, or the kind of packet. */
type End = { readonly got: string[]; readonly write: (bytes: Buffer) => void; readonly closed: () => boolean }

function listenAt(socket: Socket): End {
  const got: string[] = []
  const reader = parser({ protocolVersion: 4 })
  reader.on('packet', (packet: Packet) =>
    got.push(
      packet.cmd === 'publish' ? packet.payload.toString() : `${packet.cmd} ${packet.messageId ?? ''}`,
    ),
  )
  let closed = false
  socket
    .on('data', (bytes: Buffer) => reader.parse(bytes))
    .on('error', () => undefined)
    .on('close', () => (closed = true))
  return { got, write: (bytes) => void socket.write(bytes), closed: () => closed }
}

type Net = {
  readonly line: Line
  readonly pillar: () => Promise<End>
  readonly broker: () => Promise<End>
  readonly seen: string[]
}

async function openNet(t: Test): Promise<Net> {
  const ends: End[] = []
  const sockets: Socket[] = []
  const broker = createServer((socket) => {
    sockets.push(socket)
    ends.push(listenAt(socket))
  }).listen(0, '127.0.0.1')
  await once(broker, 'listening')
  const address = broker.address()
  const seen: string[] = []
  const line = await openLine({
    broker: () => (typeof address === 'object' ? address?.port : undefined),
    onPublish: (direction: string, { payload }: IPublishPacket) =>
      seen.push(`${direction} ${payload.toString()}`),
  })
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    await line[Symbol.asyncDispose]()
    broker.close()
  })
  return {
    line,
    seen,
    pillar: async () => {
      const socket = connect(line.port, '127.0.0.1')
      sockets.push(socket)
      await once(socket, 'connect')
      return listenAt(socket)
    },
    broker: async () => {
      await until(WITHIN_MS, () => ends.length > 0)
      const end = ends.at(-1)
      if (end === undefined) throw new Error('The line did not go on to the broker')
      return end
    },
  }
}

type Arrived = { readonly up: readonly string[]; readonly down: readonly string[] }

/** Five messages up and five receipts down, through a line that behaves so. */
async function carried(
  t: Test,
  behaviour: Behaviour,
  enough: (arrived: Arrived) => boolean = ({ up, down }) => up.length >= 5 && down.length >= 5,
): Promise<{ readonly up: string[]; readonly down: string[]; readonly net: Net }> {
  const net = await openNet(t)
  const pillar = await net.pillar()
  const broker = await net.broker()
  net.line.behave(behaviour)
  for (const n of [1, 2, 3, 4, 5]) {
    pillar.write(publish(`tap ${n}`))
    broker.write(publish(`verdict ${n}`, 'receipts'))
  }
  await until(WITHIN_MS, () => net.seen.length === 10 && enough({ up: broker.got, down: pillar.got }))
  return { up: broker.got, down: pillar.got, net }
}

t.test('a stream is cut into the packets that were written, however it arrives', async (t) => {
  const packets = [publish('a'), puback(3), publish('b'.repeat(70_000)), generate({ cmd: 'pingreq' })]
  const stream = Buffer.concat(packets)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 40 }), (sizes) => {
      const frames = openFrames()
      const found: Buffer[] = []
      let at = 0
      for (const size of [...sizes, stream.length]) {
        found.push(...frames.add(stream.subarray(at, at + size)))
        at += size
      }
      return (
        found.length === packets.length && Buffer.concat(found).equals(stream) && frames.rest().length === 0
      )
    }),
  )
  t.equal(openFrames().add(stream.subarray(0, stream.length - 1)).length, 3)
})

t.test('an honest line carries everything in order, and tells what was published', async (t) => {
  const { up, down, net } = await carried(t, HONEST)
  t.strictSame(up, ['tap 1', 'tap 2', 'tap 3', 'tap 4', 'tap 5'])
  t.strictSame(down, ['verdict 1', 'verdict 2', 'verdict 3', 'verdict 4', 'verdict 5'])
  t.equal(net.seen.length, 10)
  t.ok(net.seen.includes('up tap 1') && net.seen.includes('down verdict 5'))
})

t.test('a slow line is late and in order', async (t) => {
  const { up } = await carried(t, slow(openDice(1), 50))
  t.strictSame(up, ['tap 1', 'tap 2', 'tap 3', 'tap 4', 'tap 5'])
})

t.test('a duplicating line repeats messages, and loses none', async (t) => {
  const { up } = await carried(t, duplicating(openDice(1)))
  t.strictSame([...new Set(up)], ['tap 1', 'tap 2', 'tap 3', 'tap 4', 'tap 5'])
  t.ok(up.length > 5, 'some came twice')
})

t.test('a reordering line lets messages overtake each other, and loses none', async (t) => {
  const { up } = await carried(t, reordering(openDice(3)))
  t.strictSame(up.toSorted(), ['tap 1', 'tap 2', 'tap 3', 'tap 4', 'tap 5'])
  t.notSame(up, up.toSorted(), 'in another order')
})

t.test('a line that loses answers loses receipts, and no check-in', async (t) => {
  const { up, down } = await carried(
    t,
    losingAnswers(openDice(2)),
    (arrived) => arrived.up.length === 5 && arrived.down.length > 0,
  )
  t.equal(up.length, 5)
  t.ok(down.length > 0 && down.length < 5, `${down.length} of 5 receipts arrived`)
})

t.test('a silent line carries nothing until it is resumed', async (t) => {
  const behaviour = silent()
  const { up, down } = await carried(t, behaviour, () => true)
  t.strictSame([...up, ...down], [])
  behaviour.resume()
  t.ok(await until(WITHIN_MS, () => up.length === 5 && down.length === 5))
})

t.test(
  'a line cut in the middle of a message ends the connection for both, and carries no whole message',
  async (t) => {
    const net = await openNet(t)
    const pillar = await net.pillar()
    const broker = await net.broker()
    let cut = false
    net.line.behave(cuttingMidMessage('up', () => (cut = true)))
    pillar.write(puback(9))
    pillar.write(publish('half'))
    pillar.write(publish('the next one'))
    t.ok(await until(WITHIN_MS, () => cut && pillar.closed() && broker.closed()))
    t.strictSame(broker.got, ['puback 9'])
  },
)

t.test('a line that refuses lets nobody in, and does again when it is mended', async (t) => {
  const net = await openNet(t)
  net.line.behave(refusing)
  const refused = connect(net.line.port, '127.0.0.1')
  await new Promise((resolve) => refused.on('error', () => undefined).once('close', resolve))
  net.line.behave(HONEST)
  const pillar = await net.pillar()
  pillar.write(publish('again'))
  const broker = await net.broker()
  t.ok(await until(WITHIN_MS, () => broker.got.includes('again')))
})

t.test(
  'a message of the past is put on the present connection, and its acknowledgement stays here',
  async (t) => {
    const net = await openNet(t)
    t.equal(
      net.line.inject({ topic: 'a/check-ins', payload: Buffer.from('old') }),
      false,
      'nobody is connected',
    )
    const pillar = await net.pillar()
    const broker = await net.broker()
    t.ok(net.line.inject({ topic: 'a/check-ins', payload: Buffer.from('old') }))
    t.ok(await until(WITHIN_MS, () => broker.got.includes('old')))
    for (const id of [64_001, 64_002]) broker.write(puback(id))
    broker.write(puback(5))
    t.ok(await until(WITHIN_MS, () => pillar.got.length > 0))
    t.strictSame(pillar.got, ['puback 5'])
  },
)
