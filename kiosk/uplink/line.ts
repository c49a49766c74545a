import { Socket } from 'node:net'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { writeToStream } from 'mqtt-packet'
import type { Logger } from 'pino'
import { encode, parseDown, type DownMessage, type UpMessage } from '@spaarzuil/shared/contract/codec.js'
import { WAITS } from '@spaarzuil/shared/contract/limits.js'
import type { Hello, Welcome } from '@spaarzuil/shared/contract/messages.js'
import { downFilter, parseDownTopic, upTopic, type Up } from '@spaarzuil/shared/contract/topics.js'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { hours, milliseconds, seconds, type Clock, type Duration } from '@spaarzuil/shared/time.js'
import { backoffDelay } from '../core/backoff.js'

/** What a line needs to know, and whom it tells. */
export type LineParts = {
  /** mqtt://host:port */
  readonly url: string
  readonly pillarId: string
  readonly secret: string
  readonly clock: Clock
  readonly log: Logger
  /** In [0, 1). */
  readonly dice: () => number
  readonly hello: () => Omit<Hello, 'v' | 'kind' | 'connection'>
  /** The server knows us; from now on messages may be sent, until `onDown`. */
  readonly onWelcome: (welcome: Welcome, roundTrip: Duration) => void
  readonly onMessage: (message: DownMessage) => void
  readonly onDown: () => void
}

export interface Line {
  /** Publishes if the server has welcomed us; else nothing happens: a line keeps nothing. */
  send(message: UpMessage): void
  /** Connects, and connects again, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
}

const RECONNECT = { first: milliseconds(500), longest: seconds(30) }
const CONNECT_WITHIN = seconds(10)
/** No welcome within this: said again. */
const WELCOME_WITHIN = seconds(5)
/** The welcome brings the time: crystals drift some seconds a day. */
const GREET_AGAIN = hours(1)
/** A stop waits so long for the last words to leave. */
const STOP_WITHIN = seconds(1)

const CHANNELS: Readonly<Record<UpMessage['kind'], Up>> = {
  hello: 'hello',
  'check-ins': 'check-ins',
  enquiry: 'check-ins',
  clock: 'clock',
  health: 'health',
  answer: 'answers',
  presence: 'presence',
}

/**
 * The MQTT line. MQTT.js keeps what it could not send and sends it after a reconnect, in an order of its own and
 * from memory (MQTT.js issues 607, 398, 2015); so every connection is a new client that forgets all, nothing is
 * published while there is none, and what matters is in the journal.
 */
export function openLine(parts: LineParts): Line {
  let welcomed: MqttClient | undefined
  // MQTT.js would keep a buffer ready for each of the 65,536 packet ids: 10 MB to save a pillar nothing.
  writeToStream.cacheNumbers = false

  async function connectOnce(signal: AbortSignal): Promise<boolean> {
    const connection = newId()
    const client = mqtt.connect(parts.url, optionsOf(parts, connection))
    const over = new AbortController()
    const closed = new Promise<void>((resolve) => {
      client.once('close', resolve)
    })
    const publish = (message: UpMessage): void => publishOn(client, parts.pillarId, message)
    const greeting = greet(parts, connection, publish)
    client.on('error', (error) => parts.log.warn({ err: error.message }, 'The line reports an error'))
    client.once('connect', () => {
      setNoDelay(client)
      client.subscribe(downFilter(parts.pillarId), { qos: 1 }, (error) => {
        if (error !== null) return void client.end(true)
        publish({ v: 1, kind: 'presence', connection, online: true })
        void greeting.run(over.signal)
      })
    })
    client.on('message', (topic, payload) => {
      const message = read(parts, topic, payload)
      if (message === undefined) return
      if (message.kind !== 'welcome') return parts.onMessage(message)
      const roundTrip = greeting.welcomed(message)
      if (roundTrip === undefined) return
      welcomed = client
      parts.onWelcome(message, roundTrip)
    })
    const stop = (): void => {
      if (client.connected) publish({ v: 1, kind: 'presence', connection, online: false })
      void client.endAsync().catch(() => undefined)
      void parts.clock.sleep(STOP_WITHIN, over.signal).then(() => client.end(true))
    }
    signal.addEventListener('abort', stop, { once: true })
    await closed
    signal.removeEventListener('abort', stop)
    over.abort()
    const was = welcomed === client
    welcomed = undefined
    client.end(true)
    if (was) parts.onDown()
    return was
  }

  return {
    send: (message) => {
      if (welcomed?.connected === true) publishOn(welcomed, parts.pillarId, message)
    },
    run: async (signal) => {
      let failures = 0
      while (!signal.aborted) {
        const wasUp = await connectOnce(signal)
        failures = wasUp ? 1 : failures + 1
        parts.log.info({ failures }, 'The line is down')
        await parts.clock.sleep(backoffDelay(RECONNECT, failures, parts.dice()), signal)
      }
    },
  }
}

const optionsOf = ({ pillarId, secret }: LineParts, connection: string): IClientOptions => ({
  protocolVersion: 4,
  clean: true,
  clientId: pillarId,
  username: pillarId,
  password: secret,
  keepalive: WAITS.keepAliveMs / 1_000,
  reconnectPeriod: 0,
  connectTimeout: CONNECT_WITHIN,
  queueQoSZero: false,
  resubscribe: false,
  timerVariant: 'native',
  will: {
    topic: upTopic(pillarId, 'presence'),
    payload: Buffer.from(encode({ v: 1, kind: 'presence', connection, online: false })),
    qos: 1,
    retain: false,
  },
})

function publishOn(client: MqttClient, pillarId: string, message: UpMessage): void {
  // Its callback tells of the broker's acknowledgement, which is worth nothing: only a receipt settles.
  client.publish(upTopic(pillarId, CHANNELS[message.kind]), encode(message), { qos: 1 }, () => undefined)
}

/** Without it a round trip waits 40 ms for a delayed acknowledgement, twice. */
function setNoDelay({ stream }: MqttClient): void {
  if (stream instanceof Socket) stream.setNoDelay(true)
}

/** Says hello until the server answers, and then once an hour for the time. */
function greet(
  { clock, hello }: LineParts,
  connection: string,
  publish: (message: UpMessage) => void,
): { run(signal: AbortSignal): Promise<void>; welcomed(welcome: Welcome): Duration | undefined } {
  let saidAt = clock.uptime()
  const state = { answered: false }
  const wasAnswered = (): boolean => state.answered
  return {
    run: async (signal) => {
      while (!signal.aborted) {
        saidAt = clock.uptime()
        state.answered = false
        publish({ v: 1, kind: 'hello', connection, ...hello() })
        await clock.sleep(WELCOME_WITHIN, signal)
        if (wasAnswered()) await clock.sleep(GREET_AGAIN, signal)
      }
    },
    welcomed: (welcome) => {
      // One that was meant for an earlier connection tells a time that is long over.
      if (welcome.connection !== connection) return undefined
      state.answered = true
      return milliseconds(clock.uptime() - saidAt)
    },
  }
}

/** A message that cannot be read is logged with its fault and without its content, and stops nothing. */
function read({ pillarId, log }: LineParts, topic: string, payload: Buffer): DownMessage | undefined {
  const channel = parseDownTopic(pillarId, topic)
  if (channel === undefined) {
    log.warn('A message on a topic that is not ours was ignored')
    return undefined
  }
  try {
    return parseDown(channel, payload)
  } catch (error) {
    if (!isFailure(error)) throw error
    log.warn({ code: error.code, channel, fault: error.message }, 'A message of the server was ignored')
    return undefined
  }
}
