import * as fc from 'fast-check'
import { inspect } from 'node:util'
import t from 'tap'
import { Compile } from 'typebox/compile'
import { Seal } from '../contract/check-in.js'
import { isFailure } from '../errors.js'
import { parseChipNumber } from './chip-number.js'
import { openSealer, type CardNumber, type SealContext } from './seal.js'
import { createSealingKeys, importSealingKeys, publicPartOf, type SealingPrivateKey } from './sealing-keys.js'
import { openUnsealer } from './unseal.js'

const PILLAR = '6f9b1c52-7d0e-4d0f-9d26-2d6e3f9d1a01'
const OTHER_PILLAR = '6f9b1c52-7d0e-4d0f-9d26-2d6e3f9d1a02'
const CARD: CardNumber = { kind: 'chip', chip: parseChipNumber('04784CDAEE3880') }
const TIME = {
  wallMs: 1_700_000_100_000,
  uptimeMs: 3_600_123,
  boot: 'b5d1c7f0-1111-4222-8333-444455556666',
  start: '77777777-1111-4222-8333-444455556666',
  quality: 'synced' as const,
}
const OCCURRENCE = {
  eventId: '0b1d7a8e-58f6-4c5c-9f0e-0d9d0a6c1c11',
  startMs: 1_700_000_000_000,
  endMs: 1_700_007_200_000,
}
const CONTEXT: SealContext = {
  purpose: 'check-in',
  actionId: '0198d3a0-0000-7000-8000-000000000001',
  time: TIME,
  occurrence: OCCURRENCE,
}

function newKey(): SealingPrivateKey {
  const [key] = importSealingKeys(createSealingKeys())
  if (key === undefined) throw new Error('no key was made')
  return key
}

async function pillarAndServer() {
  const key = newKey()
  return {
    key,
    sealer: await openSealer(publicPartOf(key), PILLAR),
    unsealer: await openUnsealer([key]),
  }
}

const chips = fc
  .constantFrom(4, 7, 10)
  .chain((size) => fc.uint8Array({ minLength: size, maxLength: size }))
  .map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase())
  .filter((hex) => !/^(?:00)+$|^(?:FF)+$|^88.{6}$/.test(hex))
const cards: fc.Arbitrary<CardNumber> = fc.oneof(
  chips.map((hex) => ({ kind: 'chip' as const, chip: parseChipNumber(hex) })),
  fc.stringMatching(/^[0-9]{1,24}$/).map((passNumber) => ({ kind: 'pass' as const, passNumber })),
)

t.test('the server reads what the pillar sealed, and sees nothing of it before', async (t) => {
  const { sealer, unsealer } = await pillarAndServer()
  const validator = Compile(Seal)
  await fc.assert(
    fc.asyncProperty(cards, fc.boolean(), async (card, chosen) => {
      const context = chosen ? CONTEXT : { ...CONTEXT, occurrence: undefined }
      const seal = sealer.seal(card, context)
      const open = await unsealer.prepare(seal, PILLAR)
      t.ok(validator.Check(JSON.parse(JSON.stringify(seal))))
      t.strictSame(open(seal, context), card)
    }),
  )
})

t.test('two seals of one card have the key agreement in common and nothing else', async (t) => {
  const { sealer } = await pillarAndServer()
  const [first, second] = [sealer.seal(CARD, CONTEXT), sealer.seal(CARD, CONTEXT)]
  t.equal(first.enc, second.enc)
  t.not(first.box, second.box)
  t.strictSame([first.counter, second.counter], [0, 1])
})

t.test('every kind and size of number gives a seal of one length', async (t) => {
  const { sealer } = await pillarAndServer()
  const lengths = ['0A1B2C3D', '04784CDAEE3880', '04112233445566778899']
    .map((text): CardNumber => ({ kind: 'chip', chip: parseChipNumber(text) }))
    .concat({ kind: 'pass', passNumber: '0930000420206' }, { kind: 'pass', passNumber: '1' })
    .map((card) => sealer.seal(card, CONTEXT).box.length)
  t.strictSame(new Set(lengths), new Set([64]))
})

t.test('what a scanner read that can be no pass number is not sealed, and not repeated', async (t) => {
  const { sealer } = await pillarAndServer()
  for (const passNumber of [
    '',
    'https://example.org/0930000420206',
    '0930000420206\n',
    '1'.repeat(25),
    '٠٩٣',
  ]) {
    t.throws(() => sealer.seal({ kind: 'pass', passNumber }, CONTEXT), {
      code: 'PASS_NUMBER_INVALID',
      message: /^What was scanned is no pass number: those have 1 to 24 digits and nothing else$/,
    })
  }
})

t.test('one changed bit anywhere in the seal, and it does not open', async (t) => {
  const { sealer, unsealer } = await pillarAndServer()
  const flipped = (text: string, bit: number): string => {
    const bytes = Buffer.from(text, 'base64url')
    const place = (bit >> 3) % bytes.length
    bytes[place] = (bytes[place] ?? 0) ^ (1 << (bit & 7))
    return bytes.toString('base64url')
  }
  const seal = sealer.seal(CARD, CONTEXT)
  const broken = async (changed: Seal): Promise<boolean> => {
    try {
      const open = await unsealer.prepare(changed, PILLAR)
      open(changed, CONTEXT)
      return false
    } catch (error) {
      return isFailure(error, 'SEAL_BROKEN')
    }
  }
  t.notOk(await broken(seal))
  for (let bit = 0; bit < 48 * 8; bit += 1) {
    t.ok(await broken({ ...seal, box: flipped(seal.box, bit) }), `bit ${bit} of the box`)
  }
  for (let bit = 0; bit < 32 * 8; bit += 7) {
    t.ok(await broken({ ...seal, enc: flipped(seal.enc, bit) }), `bit ${bit} of the encapsulated key`)
  }
  for (let bit = 0; bit < 32; bit += 1) {
    const counter = (seal.counter ^ (1 << bit)) >>> 0
    t.ok(await broken({ ...seal, counter }), `bit ${bit} of the counter`)
  }
  t.ok(await broken({ ...seal, box: seal.box.slice(0, 60) }), 'a shortened tag')
  t.ok(
    await broken({ ...seal, enc: Buffer.alloc(32).toString('base64url') }),
    'an encapsulated key of low order',
  )
})

t.test('a seal opens for its own check-in alone', async (t) => {
  const { sealer, unsealer } = await pillarAndServer()
  const seal = sealer.seal(CARD, CONTEXT)
  const open = await unsealer.prepare(seal, PILLAR)
  const others: Readonly<Record<string, SealContext>> = {
    'replayed in another check-in': { ...CONTEXT, actionId: '0198d3a0-0000-7000-8000-000000000002' },
    'an enquiry passed off as a check-in': { ...CONTEXT, purpose: 'enquiry' },
    'another event': { ...CONTEXT, occurrence: { ...OCCURRENCE, eventId: OTHER_PILLAR } },
    'another start of the event': { ...CONTEXT, occurrence: { ...OCCURRENCE, startMs: 1_700_000_000_001 } },
    'an open start': { ...CONTEXT, occurrence: { eventId: OCCURRENCE.eventId, endMs: OCCURRENCE.endMs } },
    'another end of the event': { ...CONTEXT, occurrence: { ...OCCURRENCE, endMs: 0 } },
    'no occurrence': { ...CONTEXT, occurrence: undefined },
    'another wall time': { ...CONTEXT, time: { ...TIME, wallMs: TIME.wallMs + 1 } },
    'another time since boot': { ...CONTEXT, time: { ...TIME, uptimeMs: TIME.uptimeMs + 1 } },
    'another boot': { ...CONTEXT, time: { ...TIME, boot: TIME.start } },
    'another start of the kiosk': { ...CONTEXT, time: { ...TIME, start: TIME.boot } },
    'a better clock': { ...CONTEXT, time: { ...TIME, quality: 'holdover' } },
    'a digit moved from one time to the next': {
      ...CONTEXT,
      time: { ...TIME, wallMs: Number(`${TIME.wallMs}3`), uptimeMs: 600_123 },
    },
  }
  for (const [what, context] of Object.entries(others)) {
    t.throws(() => open(seal, context), { code: 'SEAL_BROKEN' }, what)
  }
  t.strictSame(open(seal, CONTEXT), CARD)
})

t.test('a seal opens for its own pillar alone, and for no other start of it', async (t) => {
  const { key, sealer, unsealer } = await pillarAndServer()
  const seal = sealer.seal(CARD, CONTEXT)
  const asOther = await unsealer.prepare(seal, OTHER_PILLAR)
  t.throws(() => asOther(seal, CONTEXT), { code: 'SEAL_BROKEN', message: new RegExp(OTHER_PILLAR) })

  const restarted = await openSealer(publicPartOf(key), PILLAR)
  const open = await unsealer.prepare(seal, PILLAR)
  t.throws(() => open(restarted.seal(CARD, CONTEXT), CONTEXT), { code: 'SEAL_BROKEN' })
})

t.test('a sealer stops before its counter repeats', async (t) => {
  const key = newKey()
  const sealer = await openSealer(publicPartOf(key), PILLAR, 2 ** 32 - 1)
  const unsealer = await openUnsealer([key])
  const last = sealer.seal(CARD, CONTEXT)
  t.equal(last.counter, 2 ** 32 - 1)
  const open = await unsealer.prepare(last, PILLAR)
  t.strictSame(open(last, CONTEXT), CARD)
  t.throws(() => sealer.seal(CARD, CONTEXT), /counter repeats/)
})

t.test('seals from before a key roll still open; those for a lost key say which', async (t) => {
  const old = createSealingKeys()
  const rolled = importSealingKeys(createSealingKeys(old))
  const [oldKey] = importSealingKeys(old)
  if (oldKey === undefined) throw new Error('the old key is gone')
  const seal = (await openSealer(publicPartOf(oldKey), PILLAR)).seal(CARD, CONTEXT)
  const open = await (await openUnsealer(rolled)).prepare(seal, PILLAR)
  t.strictSame(open(seal, CONTEXT), CARD)

  const without = await openUnsealer([newKey()])
  await t.rejects(without.prepare(seal, PILLAR), {
    code: 'SEAL_KEY_UNKNOWN',
    message: new RegExp(`sealed for key ${oldKey.keyId}`),
  })
  t.equal(without.size(), 0)
})

t.test('nothing secret shows in what may be printed', async (t) => {
  const { key, sealer, unsealer } = await pillarAndServer()
  const seal = sealer.seal(CARD, CONTEXT)
  const open = await unsealer.prepare(seal, PILLAR)
  const secret = Buffer.from(key.secret())
  const printed = [key, sealer, unsealer, seal, open]
    .map((thing) => `${inspect(thing, { depth: 9, showHidden: true })} ${JSON.stringify(thing)}`)
    .join('\n')
  for (const form of [secret.toString('base64url'), secret.toString('hex'), inspect(secret).slice(8, 40)]) {
    t.notOk(printed.includes(form), 'the private key')
  }
  t.notOk(/04784CDAEE3880/i.test(printed), 'the chip number')
  try {
    open(seal, { ...CONTEXT, occurrence: undefined })
    t.fail('a seal of another choice was opened')
  } catch (error) {
    t.notOk(/04784CDAEE3880/i.test(inspect(error, { depth: 9 })), 'the chip number in a refusal')
  }
})

t.test('a pillar that sends ever new keys fills no memory and displaces no neighbour', async (t) => {
  const key = newKey()
  const unsealer = await openUnsealer([key], { total: 8, perPillar: 4 })
  const neighbour = (await openSealer(publicPartOf(key), OTHER_PILLAR)).seal(CARD, CONTEXT)
  await unsealer.prepare(neighbour, OTHER_PILLAR)
  for (let start = 0; start < 20; start += 1) {
    await unsealer.prepare((await openSealer(publicPartOf(key), PILLAR)).seal(CARD, CONTEXT), PILLAR)
  }
  t.equal(unsealer.size(), 5)
  t.ok(unsealer.remembered(neighbour, OTHER_PILLAR))
})

t.test('check-ins of one start that arrive together share one key agreement', async (t) => {
  const { sealer, unsealer } = await pillarAndServer()
  const seals = Array.from({ length: 5 }, () => sealer.seal(CARD, CONTEXT))
  const openers = await Promise.all(seals.map(async (seal) => unsealer.prepare(seal, PILLAR)))
  t.equal(new Set(openers).size, 1)
  t.equal(unsealer.size(), 1)
})

t.test('a seal that was journalled by an earlier version still opens', async (t) => {
  // Made once with this very key; made for nothing else. When this fails, journals in the field become unreadable.
  const [key] = importSealingKeys({
    kind: 'spaarzuil-sealing-keys',
    keys: [
      {
        keyId: '87e67201bf475ce1',
        publicKey: '774rgArgjsLtO5tpIpYSSGNoOHthTF_eFh2uQLsynGc',
        privateKey: 'MJ08f9T6CLgpMQ1LREfIl4IhbaqwfwtcFLUvEc_3Ukw',
      },
    ],
  })
  if (key === undefined) throw new Error('the key is gone')
  const seal: Seal = {
    keyId: '87e67201bf475ce1',
    enc: 'MexEb2W5OcNhxq0C05WZ8Z79o7ARy1vUyM1uJtg7Ryw',
    counter: 41,
    box: 'BZRk_2qHX0mTFMr6WVyqfxH6gs9-FxJQHuPAHy0TGMxnDAxq_5Blg59ftRGPlaMQ',
  }
  const open = await (await openUnsealer([key])).prepare(seal, PILLAR)
  const context = { ...CONTEXT, time: { ...TIME, wallMs: 1_700_000_100_001 } }
  t.strictSame(open(seal, context), CARD)
})
