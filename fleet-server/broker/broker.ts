import { Aedes, type AuthenticateError, type Client } from 'aedes'
import { createServer, type Server, type Socket } from 'node:net'
import { encode, UP_BYTES_MAX, type DownMessage } from '@spaarzuil/shared/contract/codec.js'
import {
  downTopic,
  parseDownFilter,
  parseUpTopic,
  type Down,
  type Up,
} from '@spaarzuil/shared/contract/topics.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { seconds, type Clock } from '@spaarzuil/shared/time.js'
import type { PillarRecord } from '../check-ins/ports.js'
import { listenFailure } from '../config.js'
import type { AlarmKind } from '../store/alarms.js'
import type { Tally } from '../tally.js'
import { isWho } from './credentials.js'
import { openPacketGuard } from './packet-guard.js'
import { openTakeovers } from './takeovers.js'

/** One connection of a pillar that has proved who it is. */
export interface Line {
  readonly pillarUuid: string
  /** Without waiting: what does not arrive will be asked for again. */
  send(channel: Down, payload: string): void
}

/** What the broker tells the rest of the server. */
export interface BrokerEvents {
  /** A message on one of the pillar's own topics. Must not throw: aedes would end the process. */
  message(line: Line, channel: Up, payload: Buffer): void
  /** Any sign of life, pings included. */
  heard(pillarUuid: string): void
  gone(pillarUuid: string): void
  alarm(kind: AlarmKind, pillarUuid: string, detail: string): void
}

export interface BrokerParts {
  readonly listen: { readonly host: string; readonly port: number }
  readonly pillar: (uuid: string) => PillarRecord | undefined
  readonly clock: Clock
  readonly tally: Tally
  readonly events: BrokerEvents
  readonly limits?: BrokerLimits | undefined
}

export interface BrokerLimits {
  /** All connections, those that have not yet said who they are included. */
  readonly connections: number
  /**
   * One MQTT packet. Twice the largest message, so that one a little too large is counted and refused, and only a flood
   * ends the connection.
   */
  readonly packetBytes: number
}
export const BROKER_LIMITS: BrokerLimits = { connections: 12_000, packetBytes: UP_BYTES_MAX * 2 }

export interface Broker extends AsyncDisposable {
  readonly port: number
  /** The line of a pillar that is connected now. */
  lineOf(pillarUuid: string): Line | undefined
  /** Ends the connection of a pillar, as when it is blocked. */
  disconnect(pillarUuid: string): void
  connected(): number
}

/** A new connection says who it is within this time, or goes. */
const CONNECT_WITHIN = seconds(10)
/** A pillar that does not read its answers for so long is cut off; it will come again. */
const DRAIN_WITHIN = seconds(20)
/** CONNACK return code of MQTT 3.1.1, section 3.2.2.3. */
const BAD_CREDENTIALS = 4

/**
 * The embedded broker: MQTT 3.1.1 on loopback, pillars only. It checks who speaks and on which topic, and nothing else:
 * refusing content here would end the connection, and the pillar would come back with the same message for ever.
 */
export async function openBroker(parts: BrokerParts): Promise<Broker> {
  const limits = parts.limits ?? BROKER_LIMITS
  const lines = new Map<string, Connected>()
  const aedes = await Aedes.createBroker({
    connectTimeout: CONNECT_WITHIN,
    drainTimeout: DRAIN_WITHIN,
    ...rulesOf(parts),
    published: (packet, client: Client | null, done) => {
      const address = client === null ? undefined : parseUpTopic(packet.topic)
      if (client !== null && address !== undefined) {
        const connected = lines.get(client.id)
        // A last will speaks for a connection that is gone: no sign of life.
        const isAlive = connected?.client === client
        if (isAlive) parts.events.heard(address.pillarId)
        const line = isAlive ? connected.line : lineOf(client)
        const { payload } = packet
        parts.events.message(
          line,
          address.channel,
          typeof payload === 'string' ? Buffer.from(payload) : payload,
        )
      }
      done(null)
    },
  })
  watchConnections(aedes, lines, parts)
  const server = createServer({ noDelay: true }, (socket) => {
    guardPackets(socket, limits.packetBytes, () => {
      parts.tally.count('MESSAGE_TOO_LARGE')
    })
    aedes.handle(socket)
  })
  server.maxConnections = limits.connections
  const port = await listening(server, parts.listen).catch(async (error: unknown) => {
    // Its timers would keep a process alive that serves nobody, and that nobody starts again.
    await closing(aedes)
    throw listenFailure(error, 'broker', parts.listen)
  })
  return {
    port,
    lineOf: (pillarUuid) => lines.get(pillarUuid)?.line,
    disconnect: (pillarUuid) => {
      lines.get(pillarUuid)?.client.close()
    },
    connected: () => lines.size,
    [Symbol.asyncDispose]: async () => closeBoth(server, aedes),
  }
}

type Connected = { readonly client: Client; readonly line: Line }

function watchConnections(aedes: Aedes, lines: Map<string, Connected>, parts: BrokerParts): void {
  const { tally, events, clock } = parts
  const takeovers = openTakeovers(clock)
  const failed = (): void => {
    tally.count('connection-errors')
  }
  aedes.on('clientReady', (client) => {
    tally.count('connections')
    if (takeovers.isFlapping(client.id)) {
      events.alarm('identity-shared', client.id, 'connections with one identity end each other')
    }
    lines.set(client.id, { client, line: lineOf(client) })
    events.heard(client.id)
  })
  aedes.on('clientDisconnect', (client) => {
    if (lines.get(client.id)?.client !== client) return
    lines.delete(client.id)
    events.gone(client.id)
  })
  aedes.on('ping', (_, client) => {
    events.heard(client.id)
  })
  aedes.on('clientError', failed)
  aedes.on('connectionError', failed)
}

function rulesOf({ pillar, tally, events }: BrokerParts) {
  const isActive = (client: Client | null): client is Client =>
    client !== null && pillar(client.id)?.status === 'active'
  const foreign = (client: Client | null, what: string): void => {
    tally.count('TOPIC_FOREIGN')
    if (isActive(client)) events.alarm('topic-foreign', client.id, what)
  }
  return {
    // A broker keeps sessions, wills and retained messages for a client; all that matters here has a place of its own.
    preConnect: ((_client, { clean, clientId, will }, done) => {
      const willIsOwn =
        will === undefined || (parseUpTopic(will.topic)?.pillarId === clientId && !will.retain)
      const fine = clean === true && willIsOwn
      if (!fine) tally.count('connections-refused')
      done(fine ? null : new Error('Only clean sessions, and wills on the own topic'), fine)
    }) satisfies Aedes['preConnect'],
    authenticate: ((client, username, password, done) => {
      if (isWho(pillar(client.id), { username, password })) {
        done(null, true)
        return
      }
      tally.count('CREDENTIALS_REFUSED')
      done(refusal(), false)
    }) satisfies Aedes['authenticate'],
    authorizePublish: ((client, packet, done) => {
      const own = isActive(client) && parseUpTopic(packet.topic)?.pillarId === client.id && !packet.retain
      if (!own) foreign(client, 'published on a topic that is not its own')
      done(own ? null : new Error('A pillar publishes on its own up topics, and retains nothing'))
    }) satisfies Aedes['authorizePublish'],
    authorizeSubscribe: ((client, subscription, done) => {
      const own = isActive(client) && parseDownFilter(subscription.topic) === client.id
      if (!own) foreign(client, 'subscribed to a topic that is not its own')
      done(null, own ? subscription : null)
    }) satisfies Aedes['authorizeSubscribe'],
  }
}

/** The same for a wrong secret, an unknown pillar and a blocked one. */
const refusal = (): AuthenticateError =>
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- aedes' codes are a const enum, which cannot be imported
  Object.assign(new Error('Not a pillar of this fleet, or a wrong secret'), { returnCode: BAD_CREDENTIALS })

const lineOf = (client: Client): Line => ({
  pillarUuid: client.id,
  send: (channel, payload) => {
    if (client.closed) return
    const topic = downTopic(client.id, channel)
    // What could not be written is sent when the pillar asks again.
    client.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, () => undefined)
  },
})

/** Puts a message on a line, checked by its type. */
export const say = (line: Line, channel: Down, message: DownMessage): void => {
  line.send(channel, encode(message))
}

/** aedes reads by `read()`; looking at what it reads costs less than another stream in between. */
function guardPackets(socket: Socket, maxBytes: number, refused: () => void): void {
  const guard = openPacketGuard(maxBytes)
  const read = socket.read.bind(socket)
  socket.read = (size?: number): unknown => {
    const chunk: unknown = read(size)
    if (chunk instanceof Uint8Array && guard(chunk) === 'too-large') {
      refused()
      socket.destroy()
      return null
    }
    return chunk
  }
}

async function listening(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      resolve()
    })
  })
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'a listening server has a port')
  return address.port
}

async function closeBoth(server: Server, aedes: Aedes): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
  await closing(aedes)
  await closed
}

async function closing(aedes: Aedes): Promise<void> {
  await new Promise<void>((resolve) => {
    aedes.close(() => {
      resolve()
    })
  })
}
