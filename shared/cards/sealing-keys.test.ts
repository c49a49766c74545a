import t from 'tap'
import { openSealer } from './seal.js'
import { createSealingKeys, exportSealingKeys, importSealingKeys, mergeSealingKeys } from './sealing-keys.js'

t.test('keys survive the way into a file and back, and damage to the file is seen', async (t) => {
  const file = createSealingKeys(createSealingKeys())
  const again: unknown = JSON.parse(JSON.stringify(exportSealingKeys(importSealingKeys(file))))
  t.strictSame(again, file)
  const [first, second] = file.keys
  if (first === undefined || second === undefined) throw new Error('two keys were made')

  const damaged: readonly (readonly [content: unknown, why: RegExp])[] = [
    [{ ...file, keys: [{ ...first, privateKey: second.privateKey }] }, /do not belong together/],
    [{ ...file, keys: [{ ...first, keyId: second.keyId }] }, /do not belong together/],
    [{ ...file, keys: [] }, /\/keys/],
    [{ ...file, keys: [{ ...first, privateKey: 'short' }] }, /\/keys\/0\/privateKey/],
    ['{}', /\(top\)/],
  ]
  for (const [content, why] of damaged) {
    t.throws(() => importSealingKeys(content), { code: 'CONFIG_INVALID', message: why })
  }
  await t.rejects(openSealer({ keyId: first.keyId, publicKey: second.publicKey }, 'pillar'), {
    code: 'MESSAGE_INVALID',
  })
})

t.test('no more keys are kept than a file may hold', async (t) => {
  let file = createSealingKeys()
  for (let roll = 0; roll < 20; roll += 1) file = createSealingKeys(file)
  t.equal(importSealingKeys(file).length, 16)
})

t.test(
  'two files merged hold every key once, the newest first, and the oldest drop out at the limit',
  (t) => {
    const backup = createSealingKeys()
    const present = createSealingKeys(backup)
    t.strictSame(mergeSealingKeys(present, backup), present, 'a key that was made after the backup stays')
    t.strictSame(mergeSealingKeys(backup, present).keys.toReversed(), present.keys)
    const other = createSealingKeys()
    t.strictSame(mergeSealingKeys(other, present).keys, [...other.keys, ...present.keys])
    let full = createSealingKeys()
    for (let roll = 1; roll < 16; roll += 1) full = createSealingKeys(full)
    t.strictSame(mergeSealingKeys(other, full).keys, [...other.keys, ...full.keys.slice(0, 15)])
    t.end()
  },
)
