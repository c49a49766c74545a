import { connect, createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { generate, parser, type IPublishPacket, type Packet } from 'mqtt-packet'
import { invariant } from '@spaarzuil/shared/errors.js'
import { openFrames } from './frames.js'

export type Direction = 'up' | 'down'

/** One MQTT packet on its way; `bytes` as they came. */
export type Frame = { readonly direction: Direction; readonly bytes: Buffer; readonly packet: Packet }

/** One connection between pillar and broker, with a road in each direction. */
export type Connection = {
  readonly pass: (direction: Direction, bytes: Buffer) => void
  /** Both ends notice at once. */
  readonly cut: () => void
}

/** What a fault does to a line. */
export type Behaviour = {
  readonly accepts: boolean
  readonly carry: (frame: Frame, connection: Connection) => void
}

export const HONEST: Behaviour = {
  accepts: true,
  carry: ({ direction, bytes }, connection) => {
    connection.pass(direction, bytes)
  },
}

/** The network between one pillar and the broker: knows MQTT, and can be told to behave badly. */
export type Line = AsyncDisposable & {
  readonly port: number
  readonly behave: (behaviour: Behaviour) => void
  /** Ends every connection. */
  readonly cut: () => void
  /** Puts a message of the pillar's past on its present connection, as if the pillar sent it. */
  readonly inject: (message: { readonly topic: string; readonly payload: Buffer }) => boolean
}

export type LineParts = {
  /** Where the broker listens now; undefined while there is none. */
  readonly broker: () => number | undefined
  readonly onPublish: (direction: Direction, packet: IPublishPacket) => void
}

/** Packet ids from here on are the line's own; MQTT.js counts up from a random id, so an answer to one of its own may be
 * lost as well, which is a fault among others. */
const OWN_ID_FROM = 64_000
const OWN_IDS = 1_000

type Open = Connection & { readonly inject: (bytes: Buffer) => void }

export async function openLine(parts: LineParts): Promise<Line> {
  const state = { behaviour: HONEST, ownId: 0 }
  const open = new Set<Open>()
  const server = createServer({ noDelay: true }, (near) => {
    near.on('error', () => undefined)
    const port = parts.broker()
    if (!state.behaviour.accepts || port === undefined) {
      near.resetAndDestroy()
      return
    }
    const connection = join(near, port, (frame, self) => {
      if (isOwnAnswer(frame)) return
      if (frame.packet.cmd === 'publish') parts.onPublish(frame.direction, frame.packet)
      state.behaviour.carry(frame, self)
    })
    open.add(connection)
    near.on('close', () => open.delete(connection))
  })
  return {
    port: await listening(server),
    behave: (behaviour) => {
      state.behaviour = behaviour
    },
    cut: () => {
      for (const connection of open) connection.cut()
    },
    inject: ({ topic, payload }) => {
      const connection = [...open].at(-1)
      if (connection === undefined) return false
      state.ownId = (state.ownId + 1) % OWN_IDS
      const messageId = OWN_ID_FROM + state.ownId
      connection.inject(
        generate({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId }),
      )
      return true
    },
    [Symbol.asyncDispose]: async () => {
      for (const connection of open) connection.cut()
      server.close()
      await once(server, 'close')
    },
  }
}

const isOwnAnswer = ({ direction, packet }: Frame): boolean =>
  direction === 'down' &&
  packet.cmd === 'puback' &&
  (packet.messageId ?? 0) >= OWN_ID_FROM &&
  (packet.messageId ?? 0) < OWN_ID_FROM + OWN_IDS

function join(near: Socket, port: number, carry: (frame: Frame, self: Connection) => void): Open {
  const far = connect({ host: '127.0.0.1', port, noDelay: true })
  const cut = (): void => {
    near.resetAndDestroy()
    far.resetAndDestroy()
  }
  const write = (socket: Socket, bytes: Buffer): void => {
    if (socket.writable) socket.write(bytes)
  }
  const self: Connection = {
    pass: (direction, bytes) => {
      write(direction === 'up' ? far : near, bytes)
    },
    cut,
  }
  // What the pillar says itself is whole packets at a time, so a message put in between splits none.
  read(near, 'up', (frame) => {
    carry(frame, self)
  })
  read(far, 'down', (frame) => {
    carry(frame, self)
  })
  for (const socket of [near, far]) socket.on('error', () => undefined).on('close', cut)
  return {
    ...self,
    inject: (bytes) => {
      write(far, bytes)
    },
  }
}

function read(socket: Socket, direction: Direction, carry: (frame: Frame) => void): void {
  const frames = openFrames()
  socket.on('data', (chunk: Buffer) => {
    for (const bytes of frames.add(chunk)) carry({ direction, bytes, packet: packetOf(bytes) })
  })
}

function packetOf(bytes: Buffer): Packet {
  const found: Packet[] = []
  const reader = parser({ protocolVersion: 4 })
  reader.on('packet', (packet: Packet) => found.push(packet))
  reader.parse(bytes)
  const [packet] = found
  invariant(packet !== undefined, 'a whole frame is one packet')
  return packet
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'a listening server has a port')
  return address.port
}
