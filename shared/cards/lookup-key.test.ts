import { createHmac } from 'node:crypto'
import { inspect } from 'node:util'
import t from 'tap'
import { parseChipNumber } from './chip-number.js'
import { createLookupKeys, mergeLookupKeys, openLookupKeys, type KnownNumber } from './lookup-key.js'
import { parsePassNumber, type PassNumberFormat } from './pass-number.js'

const PLAIN: PassNumberFormat = { lengths: [14], check: 'none', fixedDigits: [], groups: [] }
const DIGITS = '04784000003880'
const CHIP: KnownNumber = { kind: 'chip', chip: parseChipNumber(DIGITS) }
const PASS: KnownNumber = { kind: 'pass', passNumber: parsePassNumber(DIGITS, PLAIN) }

t.test('a number is found under the HMAC that the standard library computes', async (t) => {
  const file = createLookupKeys()
  const keys = openLookupKeys(JSON.parse(JSON.stringify(file)))
  const secret = Buffer.from(file.keys[0]?.key ?? '', 'base64url')
  const expected = createHmac('sha256', secret).update(`chip:${DIGITS}`).digest().subarray(0, 16)
  t.strictSame(keys.lookup(CHIP), { keyId: file.keys[0]?.keyId, hmac: expected.toString('base64url') })
  t.strictSame(keys.lookup(CHIP), keys.lookup(CHIP))
})

t.test('a chip number never finds the pass with the same digits', async (t) => {
  const keys = openLookupKeys(createLookupKeys())
  t.not(keys.lookup(CHIP).hmac, keys.lookup(PASS).hmac)
})

t.test('after a roll new rows use the new key and old rows are still found', async (t) => {
  const old = createLookupKeys()
  const before = openLookupKeys(old).lookup(CHIP)
  const rolled = openLookupKeys(createLookupKeys(old))
  t.not(rolled.lookup(CHIP).keyId, before.keyId)
  t.strictSame(rolled.all(CHIP), [rolled.lookup(CHIP), before])
  t.strictSame(rolled.keyIds, [rolled.lookup(CHIP).keyId, before.keyId])
})

t.test('a key file that is damaged or full is refused without showing a key', async (t) => {
  const file = createLookupKeys()
  const [first] = file.keys
  const [second] = createLookupKeys().keys
  if (first === undefined || second === undefined) throw new Error('keys were made')
  const damaged: readonly (readonly [content: unknown, why: RegExp])[] = [
    [{ ...file, keys: [{ ...first, key: second.key }] }, /is damaged/],
    [{ ...file, keys: [] }, /\/keys/],
    [{ ...file, keys: [{ ...first, key: 'short' }] }, /\/keys\/0\/key/],
    [undefined, /\(top\)/],
  ]
  for (const [content, why] of damaged) {
    try {
      openLookupKeys(content)
      t.fail('a damaged key file was taken')
    } catch (error) {
      t.match(error, { code: 'CONFIG_INVALID', message: why })
      t.notOk(inspect(error, { depth: 9 }).includes(second.key))
    }
  }
  let full = file
  for (let roll = 1; roll < 16; roll += 1) full = createLookupKeys(full)
  t.throws(() => createLookupKeys(full), { code: 'CONFIG_INVALID', message: /16 lookup keys already/ })
})

t.test('two files merged find what was written under either, and none is ever left out', (t) => {
  const backup = createLookupKeys()
  const present = createLookupKeys()
  const merged = mergeLookupKeys(present, backup)
  t.strictSame(openLookupKeys(merged).all(CHIP), [
    openLookupKeys(present).lookup(CHIP),
    openLookupKeys(backup).lookup(CHIP),
  ])
  t.strictSame(mergeLookupKeys(merged, backup), merged)
  let full = backup
  for (let roll = 1; roll < 16; roll += 1) full = createLookupKeys(full)
  t.throws(() => mergeLookupKeys(present, full), { code: 'CONFIG_INVALID', message: /17 lookup keys/ })
  t.end()
})

t.test('keys and numbers do not show when printed', async (t) => {
  const file = createLookupKeys()
  const keys = openLookupKeys(file)
  const printed = inspect([keys, keys.lookup(CHIP)], { depth: 9, showHidden: true }) + JSON.stringify(keys)
  t.notOk(printed.includes(file.keys[0]?.key ?? '?'))
  t.notOk(printed.includes(DIGITS))
})
