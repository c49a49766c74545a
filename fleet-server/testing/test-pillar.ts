import { Socket } from 'node:net'
import mqtt, { type MqttClient } from 'mqtt'
import { parseChipNumber } from '@spaarzuil/shared/cards/chip-number.js'
import { openSealer, type Sealer } from '@spaarzuil/shared/cards/seal.js'
import { publicPartOf } from '@spaarzuil/shared/cards/sealing-keys.js'
import type { CheckIn, OccurrenceRef, Revision, TapTime } from '@spaarzuil/shared/contract/check-in.js'
import { encode, parseDown, type DownMessage, type UpMessage } from '@spaarzuil/shared/contract/codec.js'
import type { Enquiry } from '@spaarzuil/shared/contract/messages.js'
import type { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import { downFilter, parseDownTopic, upTopic, type Up } from '@spaarzuil/shared/contract/topics.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { newActionId, newId } from '@spaarzuil/shared/runtime/ids.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { secretOf } from './hand-made-fleet.js'
import { sealingKeys } from './test-keys.js'

export interface TapOptions {
  readonly time?: Partial<TapTime>
  readonly occurrence?: OccurrenceRef
  readonly program?: Revision
  readonly actionId?: string
}

/** What a kiosk does on the line, and nothing more. */
export interface TestPillar extends AsyncDisposable {
  readonly uuid: string
  readonly client: MqttClient
  readonly sealer: Sealer
  readonly received: readonly DownMessage[]
  /** Payloads of `receipts` as they came. */
  readonly raw: readonly string[]
  checkIn(card: number, options?: TapOptions): CheckIn
  enquiry(card: number, ask: Pick<Enquiry, 'enquiryId' | 'time'>): Enquiry
  say(channel: Up, message: UpMessage): Promise<void>
  /** Sends check-ins and waits for the receipts of all, in the order of the check-ins. */
  send(checkIns: readonly CheckIn[], lane?: 'live' | 'backlog'): Promise<readonly Receipt[]>
  tap(card: number, options?: TapOptions): Promise<Receipt>
  /** The next message for which `wanted` is true; those that came before count too. */
  next<K extends DownMessage['kind']>(
    kind: K,
    wanted?: (message: Extract<DownMessage, { kind: K }>) => boolean,
  ): Promise<Extract<DownMessage, { kind: K }>>
}

/** The chip number of a card that tests call by a number. */
export const chipOf = (card: number): string => `04${card.toString(16).padStart(12, '0')}`.toUpperCase()

const WAIT_MS = 10_000
const AT_ONCE = 50

export async function openTestPillar(
  port: number,
  uuid: string,
  password = secretOf(uuid),
): Promise<TestPillar> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: uuid,
    username: uuid,
    password,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    will: presenceWill(uuid),
  })
  // MQTT.js leaves Nagle's algorithm on, which waits 40 ms for the acknowledgement of the other side.
  if (client.stream instanceof Socket) client.stream.setNoDelay(true)
  const mailbox = openMailbox(client, uuid)
  await client.subscribeAsync(downFilter(uuid), { qos: 1 })
  const [key] = sealingKeys
  invariant(key !== undefined, 'there is a sealing key')
  const sealer = await openSealer(publicPartOf(key), uuid)
  const checkIn = checkInMaker(sealer)
  const say = async (channel: Up, message: UpMessage): Promise<void> => {
    await client.publishAsync(upTopic(uuid, channel), encode(message), { qos: 1 })
  }
  const send: TestPillar['send'] = async (checkIns, lane = 'live') => {
    const before = mailbox.received.length
    for (let place = 0; place < checkIns.length; place += AT_ONCE) {
      const some = checkIns.slice(place, place + AT_ONCE)
      await say('check-ins', { v: 1, kind: 'check-ins', lane, checkIns: some })
    }
    return mailbox.until(() => receiptsFor(checkIns, mailbox.received.slice(before)), 'receipts')
  }
  return {
    uuid,
    client,
    sealer,
    received: mailbox.received,
    raw: mailbox.raw,
    checkIn,
    enquiry: (card, { enquiryId, time }) => ({
      v: 1,
      kind: 'enquiry',
      enquiryId,
      seal: sealer.seal(
        { kind: 'chip', chip: parseChipNumber(chipOf(card)) },
        { purpose: 'enquiry', actionId: enquiryId, time },
      ),
      time,
    }),
    say,
    send,
    tap: async (card, options) => {
      const [receipt] = await send([checkIn(card, options)])
      invariant(receipt !== undefined, 'one check-in, one receipt')
      return receipt
    },
    next: async (kind, wanted) => mailbox.until(() => firstOf(mailbox.received, kind, wanted), `a ${kind}`),
    [Symbol.asyncDispose]: async () => {
      await client.endAsync(true)
    },
  }
}

const presenceWill = (uuid: string) => ({
  topic: upTopic(uuid, 'presence'),
  payload: Buffer.from(encode({ v: 1, kind: 'presence', connection: newId(), online: false })),
  qos: 1 as const,
  retain: false,
})

function firstOf<K extends DownMessage['kind']>(
  received: readonly DownMessage[],
  kind: K,
  wanted: (message: Extract<DownMessage, { kind: K }>) => boolean = () => true,
): Extract<DownMessage, { kind: K }> | undefined {
  const isOfKind = (message: DownMessage): message is Extract<DownMessage, { kind: K }> =>
    message.kind === kind
  return received.filter(isOfKind).find(wanted)
}

function receiptsFor(
  checkIns: readonly CheckIn[],
  received: readonly DownMessage[],
): readonly Receipt[] | undefined {
  const receipts = new Map(
    received
      .flatMap((message) => (message.kind === 'receipts' ? message.receipts : []))
      .map((receipt) => [receipt.actionId, receipt]),
  )
  const all = checkIns.flatMap(({ actionId }) => receipts.get(actionId) ?? [])
  return all.length === checkIns.length ? all : undefined
}

/** Keeps what arrives, and waits for what is to come. */
function openMailbox(client: MqttClient, uuid: string) {
  const received: DownMessage[] = []
  const raw: string[] = []
  const watchers = new Set<() => void>()
  client.on('message', (topic, payload) => {
    const channel = parseDownTopic(uuid, topic)
    invariant(channel !== undefined, 'only own messages arrive')
    const message = parseDown(channel, payload)
    if (message === undefined) return
    received.push(message)
    if (channel === 'receipts') raw.push(payload.toString())
    for (const watcher of watchers) watcher()
  })
  /** Until `look` finds something; looks again at each message. */
  const until = async <T>(look: () => T | undefined, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        watchers.delete(settle)
        reject(new Error(`Waited in vain for ${what}`))
      }, WAIT_MS)
      const settle = (): void => {
        const found = look()
        if (found === undefined) return
        watchers.delete(settle)
        clearTimeout(timer)
        resolve(found)
      }
      watchers.add(settle)
      settle()
    })
  return { received, raw, until }
}

function checkInMaker(sealer: Sealer): TestPillar['checkIn'] {
  const boot = newId()
  const start = newId()
  return (card, options = {}) => {
    const now = { wallMs: systemClock.now(), uptimeMs: systemClock.uptime() }
    const time: TapTime = { ...now, boot, start, quality: 'synced', ...options.time }
    const actionId = options.actionId ?? newActionId()
    const { occurrence, program } = options
    const seal = sealer.seal(
      { kind: 'chip', chip: parseChipNumber(chipOf(card)) },
      { purpose: 'check-in', actionId, time, occurrence },
    )
    return {
      actionId,
      channel: 'pillar',
      seal,
      time,
      why: 'only-candidate',
      ...(occurrence === undefined ? {} : { occurrence }),
      ...(program === undefined ? {} : { program }),
    }
  }
}
