import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { isFailure, type Failure } from '../errors.js'
import { canonicalCheckIn, type CheckIn } from './check-in.js'
import {
  DOWN_MESSAGES,
  encode,
  parseDown,
  parseUp,
  UP_MESSAGES,
  type DownMessage,
  type UpMessage,
} from './codec.js'
import { LIMITS } from './limits.js'
import { protocolDocument } from './protocol-doc.js'
import { DOWN_SAMPLES, SAMPLE_PILLAR, UP_SAMPLES } from './sample.js'
import { downFilter, downTopic, parseDownFilter, parseDownTopic, parseUpTopic, upTopic } from './topics.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const upChannel = (message: UpMessage): string => UP_MESSAGES[message.kind].channel
const downChannel = (message: DownMessage): string => DOWN_MESSAGES[message.kind].channel
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

t.test('every message arrives as it was sent', async (t) => {
  for (const message of UP_SAMPLES) {
    t.strictSame(parseUp(upChannel(message), Buffer.from(encode(message))), message, message.kind)
  }
  for (const message of DOWN_SAMPLES) {
    t.strictSame(parseDown(downChannel(message), Buffer.from(encode(message))), message, message.kind)
  }
})

t.test('there is a sample of every kind of message', async (t) => {
  const kinds = (samples: readonly { kind: string }[]): string[] => [
    ...new Set(samples.map(({ kind }) => kind)),
  ]
  t.strictSame(kinds(UP_SAMPLES).toSorted(), Object.keys(UP_MESSAGES).toSorted())
  t.strictSame(kinds(DOWN_SAMPLES).toSorted(), Object.keys(DOWN_MESSAGES).toSorted())
})

t.test('a receiver ignores unknown fields', async (t) => {
  for (const message of UP_SAMPLES) {
    t.match(parseUp(upChannel(message), bytes({ ...message, later: { x: 1 } })), { kind: message.kind })
  }
})

t.test('a receiver ignores kinds it does not know, and kinds on another channel', async (t) => {
  t.equal(parseUp('health', bytes({ v: 1, kind: 'weather' })), undefined)
  t.equal(parseUp('health', bytes(UP_SAMPLES[0])), undefined)
  t.equal(parseDown('receipts', bytes({ v: 1 })), undefined)
})

const bad: readonly (readonly [sentence: string, payload: Buffer, code: string, place: RegExp])[] = [
  ['not JSON', Buffer.from('{'), 'MESSAGE_INVALID', /on hello is not JSON/],
  ['not an object', Buffer.from('[1]'), 'MESSAGE_INVALID', /not a JSON object/],
  ['empty', Buffer.alloc(0), 'MESSAGE_INVALID', /on hello/],
  [
    'of version 2',
    bytes({ v: 2, kind: 'hello' }),
    'MESSAGE_VERSION_FOREIGN',
    /version 2; this program speaks 1/,
  ],
  ['without a version', bytes({ kind: 'hello' }), 'MESSAGE_VERSION_FOREIGN', /version undefined/],
  [
    'with a version that cannot be written as text',
    bytes({ v: { toString: 1, valueOf: 1 }, kind: 'hello' }),
    'MESSAGE_VERSION_FOREIGN',
    /version object/,
  ],
  ['with a wrong field', bytes({ ...UP_SAMPLES[0], boot: 'x' }), 'MESSAGE_INVALID', /\/boot/],
  ['with a missing field', bytes({ v: 1, kind: 'hello' }), 'MESSAGE_INVALID', /connection/],
  [
    'too large for its kind',
    bytes({ ...UP_SAMPLES[0], later: 'x'.repeat(LIMITS.smallBytes) }),
    'MESSAGE_TOO_LARGE',
    /at most 16384/,
  ],
  ['too large for any kind', Buffer.alloc(300_000, 32), 'MESSAGE_TOO_LARGE', /300000 bytes/],
]
for (const [sentence, payload, code, place] of bad) {
  t.test(`a message that is ${sentence} is a failure that names the place`, async (t) => {
    const error = caught(() => parseUp('hello', payload))
    t.equal(error?.code, code)
    t.match(error?.message, place)
  })
}

function caught(act: () => unknown): Failure | undefined {
  try {
    act()
  } catch (error) {
    if (isFailure(error)) return error
    throw error
  }
  return undefined
}

t.test('whatever bytes come, parsing gives a message, nothing, or a Failure', async () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(UP_MESSAGES).map(({ channel }) => channel)),
      fc.json(),
      (channel, json) => {
        caught(() => parseUp(channel, Buffer.from(json)))
      },
    ),
  )
  fc.assert(
    fc.property(fc.constantFrom(...UP_SAMPLES), fc.jsonValue(), fc.nat(), (message, value, index) => {
      const keys = Object.keys(message)
      caught(() =>
        parseUp(upChannel(message), bytes({ ...message, [keys[index % keys.length] ?? 'v']: value })),
      )
    }),
  )
})

t.test('the content of a check-in does not depend on the order of its fields', async (t) => {
  const checkIn: CheckIn | undefined = UP_SAMPLES.flatMap((m) =>
    m.kind === 'check-ins' ? m.checkIns : [],
  )[0]
  if (checkIn === undefined) throw new Error('no sample')
  const turned = { ...Object.fromEntries(Object.entries(checkIn).toReversed()), ...checkIn }
  t.equal(canonicalCheckIn(turned), canonicalCheckIn(checkIn))
  const changes: readonly CheckIn[] = [
    { ...checkIn, actionId: SAMPLE_PILLAR },
    { ...checkIn, why: 'tie' },
    { ...checkIn, seal: { ...checkIn.seal, counter: 8 } },
    { ...checkIn, time: { ...checkIn.time, wallMs: 1 } },
    { ...checkIn, occurrence: { eventId: SAMPLE_PILLAR } },
    { ...checkIn, program: { epoch: SAMPLE_PILLAR, revision: 12 } },
  ]
  const contents = [checkIn, ...changes].map(canonicalCheckIn)
  t.equal(new Set(contents).size, contents.length, 'every field counts')
})

t.test('a topic belongs to one pillar and one channel', async (t) => {
  t.strictSame(parseUpTopic(upTopic(SAMPLE_PILLAR, 'hello')), { pillarId: SAMPLE_PILLAR, channel: 'hello' })
  t.equal(parseDownTopic(SAMPLE_PILLAR, downTopic(SAMPLE_PILLAR, 'program')), 'program')
  t.equal(parseDownFilter(downFilter(SAMPLE_PILLAR)), SAMPLE_PILLAR)
  const foreign = [
    'spaarzuil/v1/pillars/x/up/hello',
    `spaarzuil/v2/pillars/${SAMPLE_PILLAR}/up/hello`,
    `spaarzuil/v1/pillars/${SAMPLE_PILLAR}/up/hello/more`,
    `spaarzuil/v1/pillars/${SAMPLE_PILLAR.toUpperCase()}/up/hello`,
    downTopic(SAMPLE_PILLAR, 'receipts'),
  ]
  for (const topic of foreign) t.equal(parseUpTopic(topic), undefined, topic)
  for (const filter of [
    '#',
    '+/+/+/+/+/+',
    'spaarzuil/v1/pillars/+/down/#',
    upTopic(SAMPLE_PILLAR, 'hello'),
  ]) {
    t.equal(parseDownFilter(filter), undefined, filter)
  }
})

t.test('messages that released versions sent are still understood', async (t) => {
  const folder = `${ROOT}shared/contract/recorded/`
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  t.ok(files.length > 0, 'there are recordings')
  for (const file of files) {
    const recorded: unknown = JSON.parse(readFileSync(folder + file, 'utf8'))
    if (!Array.isArray(recorded)) throw new Error(`${file} is not a list`)
    for (const entry of recorded) {
      const { direction, channel, payload } = readRecorded(entry)
      const message = direction === 'up' ? parseUp(channel, payload) : parseDown(channel, payload)
      t.ok(message !== undefined, `${file} ${channel}`)
    }
  }
})

function readRecorded(entry: unknown): { direction: 'up' | 'down'; channel: string; payload: Buffer } {
  if (typeof entry !== 'object' || entry === null || !('topic' in entry) || !('payload' in entry)) {
    throw new Error('a recording has topic and payload')
  }
  const [direction, channel] = String(entry.topic).split('/').slice(4)
  return {
    direction: direction === 'up' ? 'up' : 'down',
    channel: channel ?? '',
    payload: bytes(entry.payload),
  }
}

t.test('docs/protocol.md is what the contract says (npm run docs writes it)', async (t) => {
  t.equal(readFileSync(`${ROOT}docs/protocol.md`, 'utf8'), protocolDocument())
})
