import { once } from 'node:events'
import { createServer } from 'node:net'
import { Aedes, type Client } from 'aedes'
import {
  createSealingKeys,
  importSealingKeys,
  publicPartOf,
  type SealingPublicKey,
} from '@spaarzuil/shared/cards/sealing-keys.js'
import { openUnsealer, type Unsealer } from '@spaarzuil/shared/cards/unseal.js'
import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { parseUp, type DownMessage, type UpMessage } from '@spaarzuil/shared/contract/codec.js'
import type { Program } from '@spaarzuil/shared/contract/program.js'
import type { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import { downTopic, parseUpTopic, type Down } from '@spaarzuil/shared/contract/topics.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { EPOCH, SETTINGS } from './samples.js'

const CHANNELS: Readonly<Record<DownMessage['kind'], Down>> = {
  receipts: 'receipts',
  busy: 'receipts',
  rejected: 'receipts',
  balance: 'receipts',
  welcome: 'settings',
  settings: 'settings',
  program: 'program',
  command: 'commands',
}

/** A real broker on loopback, and behind it a server that does what a test tells it to. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Everything that came, in order. */
  readonly heard: readonly UpMessage[]
  /** How often each check-in came. */
  readonly checkIns: ReadonlyMap<string, number>
  readonly unsealer: Unsealer
  send(message: DownMessage): void
  /** Ends every connection; pillars come back. */
  hangUp(): void
}

export type Script = {
  readonly port?: number | undefined
  readonly secret?: string | undefined
  readonly storeEpoch?: string | undefined
  readonly program?: Program | undefined
  /** The sealing keys of an earlier life of this server. */
  readonly keys?: ReturnType<typeof createSealingKeys> | undefined
  /** What to answer to check-ins; undefined stays silent. */
  readonly answer?: (checkIns: readonly CheckIn[], lane: 'live' | 'backlog') => DownMessage | undefined
  /** What happens to an answer on its way; a bad line may drop, repeat or delay it. */
  readonly carry?: (deliver: () => void) => void
}

export const grantAll =
  (storeEpoch = EPOCH) =>
  (checkIns: readonly CheckIn[]): DownMessage => ({
    v: 1,
    kind: 'receipts',
    storeEpoch,
    receipts: checkIns.map(({ actionId }): Receipt => ({
      actionId,
      verdict: 'granted',
      points: 2,
      balance: 14,
    })),
  })

export async function openScriptedServer(script: Script = {}): Promise<ScriptedServer> {
  const keys = importSealingKeys(script.keys ?? createSealingKeys())
  const [key] = keys
  invariant(key !== undefined, 'a fresh key file holds a key')
  const clients = new Map<string, Client>()
  const send = (message: DownMessage): void => {
    for (const [pillarId, client] of clients) client.publish(packetOf(pillarId, message), () => undefined)
  }
  const mind = openMind(script, { send, sealing: publicPartOf(key) })
  const broker = await openBroker(script, (client, message) => {
    clients.set(client.id, client)
    mind.hear(message)
  })
  broker.on('clientDisconnect', ({ id }) => {
    clients.delete(id)
  })
  const server = createServer({ noDelay: true }, broker.handle)
  server.listen(script.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'a server that listens has a port')
  const hangUp = (): void => {
    for (const client of clients.values()) client.conn.destroy()
    clients.clear()
  }
  return {
    ...mind,
    url: `mqtt://127.0.0.1:${address.port}`,
    port: address.port,
    unsealer: await openUnsealer(keys),
    send,
    hangUp,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      hangUp()
      await new Promise<void>((resolve) => {
        broker.close(() => {
          resolve()
        })
      })
      await closed
    },
  }
}

const packetOf = (pillarId: string, message: DownMessage) =>
  ({
    cmd: 'publish',
    topic: downTopic(pillarId, CHANNELS[message.kind]),
    payload: JSON.stringify(message),
    qos: 1,
    dup: false,
    retain: false,
  }) as const

async function openBroker(
  { secret }: Script,
  onMessage: (client: Client, message: UpMessage) => void,
): Promise<Aedes> {
  const broker = await Aedes.createBroker({
    authenticate: (_client, _username, password, done) => {
      done(null, secret === undefined || password?.toString() === secret)
    },
  })
  broker.on('publish', (packet, client) => {
    const address = parseUpTopic(packet.topic)
    if (client === null || address === undefined) return
    const message = parseUp(address.channel, Buffer.from(packet.payload))
    if (message !== undefined) onMessage(client, message)
  })
  return broker
}

/** What the server remembers, and how it answers. */
function openMind(
  script: Script,
  { send, sealing }: { readonly send: (message: DownMessage) => void; readonly sealing: SealingPublicKey },
) {
  const { storeEpoch = EPOCH, answer = grantAll(storeEpoch), carry = atOnce } = script
  const heard: UpMessage[] = []
  const checkIns = new Map<string, number>()
  function greet(connection: string): void {
    send({ v: 1, kind: 'welcome', connection, serverMs: systemClock.now(), storeEpoch, minor: 0 })
    send({ v: 1, kind: 'settings', settings: { ...SETTINGS, sealing } })
    if (script.program !== undefined) send({ v: 1, kind: 'program', program: script.program })
  }
  const hear = (message: UpMessage): void => {
    heard.push(message)
    if (message.kind === 'hello') greet(message.connection)
    if (message.kind !== 'check-ins') return
    for (const { actionId } of message.checkIns) checkIns.set(actionId, (checkIns.get(actionId) ?? 0) + 1)
    const reply = answer(message.checkIns, message.lane)
    if (reply !== undefined) carry(() => send(reply))
  }
  return { heard, checkIns, hear }
}

const atOnce = (deliver: () => void): void => {
  deliver()
}
