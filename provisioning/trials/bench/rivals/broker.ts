import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { Aedes, type Client } from 'aedes'
import { createSealingKeys, importSealingKeys, publicPartOf } from '@spaarzuil/shared/cards/sealing-keys.js'
import { openUnsealer, type Unsealer } from '@spaarzuil/shared/cards/unseal.js'
import { downTopic, parseUpTopic, UP_FILTER } from '@spaarzuil/shared/contract/topics.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import type { DownMessage } from '@spaarzuil/shared/contract/codec.js'

/** A bare broker that answers the hello of a swarm: what a rival needs besides its own handling of check-ins. */
export type Rival = {
  readonly port: number
  readonly unsealer: Unsealer
  readonly epoch: string
  send(client: Client, pillarId: string, message: DownMessage): void
}

export type OnCheckIns = (client: Client, pillarId: string, payload: Buffer) => void

const WORDS = { one: 'punt', many: 'punten' }
const EVENT = '0f8fad5b-d9cb-469f-a165-70867728950e'

export async function openRival(onCheckIns: OnCheckIns): Promise<Rival> {
  const [key] = importSealingKeys(createSealingKeys())
  if (key === undefined) throw new Error('no key')
  const epoch = randomUUID()
  const broker = await Aedes.createBroker()
  const send = (client: Client, pillarId: string, message: DownMessage): void => {
    const topic = downTopic(
      pillarId,
      message.kind === 'receipts' ? 'receipts' : message.kind === 'program' ? 'program' : 'settings',
    )
    client.publish(
      { cmd: 'publish', topic, payload: JSON.stringify(message), qos: 1, dup: false, retain: false },
      () => undefined,
    )
  }
  broker.on('publish', (packet, client) => {
    if (client === null) return
    const address = parseUpTopic(packet.topic)
    const payload = Buffer.from(packet.payload)
    if (address?.channel === 'check-ins') onCheckIns(client, address.pillarId, payload)
    if (address?.channel === 'hello') {
      for (const message of greeting(epoch, publicPartOf(key))) send(client, address.pillarId, message)
    }
  })
  broker.subscribe(
    UP_FILTER,
    (_packet, done) => done(),
    () => undefined,
  )
  const server: Server = createServer({ noDelay: true }, broker.handle)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, unsealer: await openUnsealer([key]), epoch, send }
}

const greeting = (epoch: string, sealing: { keyId: string; publicKey: string }): readonly DownMessage[] => [
  {
    v: 1,
    kind: 'settings',
    settings: {
      epoch,
      revision: 1,
      name: 'rival',
      zone: 'Europe/Brussels',
      language: 'nl',
      cardSystem: { name: 'rival', unit: { nl: WORDS, fr: WORDS, de: WORDS, en: WORDS } },
      sealing,
      showMembersTitle: true,
      enquiriesPerMinute: 0,
    },
  },
  {
    v: 1,
    kind: 'program',
    program: {
      epoch,
      revision: 1,
      madeAtMs: systemClock.now(),
      horizonMs: systemClock.now() + 3_000_000_000,
      strict: false,
      events: [{ id: EVENT, title: { nl: 'x' }, points: 1, automatic: true, occurrences: [{}] }],
      pins: [],
    },
  },
]
