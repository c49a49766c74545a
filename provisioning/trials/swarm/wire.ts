import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { generate, parser, type Packet } from 'mqtt-packet'

/**
 * One MQTT 3.1.1 connection with as little in between as can be, so that a load comes from the measured side and not
 * from the generator: no queue, no store, no reconnect. TCP_NODELAY, QoS 1 both ways.
 */
export type Wire = {
  publish(topic: string, payload: string): void
  close(): void
}

export type WireOptions = {
  readonly port: number
  readonly id: string
  readonly secret: string
  readonly filter: string
  readonly onMessage: (topic: string, payload: Buffer) => void
  readonly onClose?: () => void
}

const PACKET_IDS = 65_535

export async function openWire(options: WireOptions): Promise<Wire> {
  const socket: Socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const incoming = parser({ protocolVersion: 4 })
  let packetId = 0
  const nextId = (): number => (packetId = (packetId % PACKET_IDS) + 1)
  let corked = false
  const send = (packet: Packet): void => {
    // What one answer leads to travels together: a write is a system call, and the load must cost less than what it loads.
    if (!corked) {
      corked = true
      socket.cork()
      process.nextTick(() => {
        corked = false
        socket.uncork()
      })
    }
    socket.write(generate(packet))
  }
  const waiting = new Map<string, (packet: Packet) => void>()
  const expect = async (command: string): Promise<Packet> =>
    new Promise((resolve) => waiting.set(command, resolve))

  incoming.on('packet', (packet: Packet) => {
    if (packet.cmd === 'publish') {
      if (packet.messageId !== undefined) send({ cmd: 'puback', messageId: packet.messageId })
      options.onMessage(packet.topic, Buffer.from(packet.payload))
      return
    }
    waiting.get(packet.cmd)?.(packet)
    waiting.delete(packet.cmd)
  })
  socket.on('data', (chunk: Buffer) => incoming.parse(chunk))
  socket.on('error', () => undefined)
  socket.on('close', () => options.onClose?.())

  const connected = expect('connack')
  send({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: options.id,
    keepalive: 300,
    username: options.id,
    password: Buffer.from(options.secret),
  })
  const answer = await connected
  if (answer.cmd !== 'connack' || answer.returnCode !== 0)
    throw new Error('The broker refused the connection')
  const subscribed = expect('suback')
  send({ cmd: 'subscribe', messageId: nextId(), subscriptions: [{ topic: options.filter, qos: 1 }] })
  await subscribed
  return {
    publish: (topic, payload) =>
      send({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId: nextId() }),
    close: () => socket.destroy(),
  }
}
