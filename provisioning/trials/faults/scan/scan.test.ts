import { writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openScanner, type Leak } from './scanner.js'
import { spellingsOfChip, spellingsOfPass } from './spellings.js'

const CHIP = '04A1B2C3D4E5F6'
const PASS = '0999010000101'
const RAW = Buffer.from(CHIP, 'hex')
const SPELLINGS = [...spellingsOfChip('card 7', CHIP), ...spellingsOfPass('card 7', PASS)]

const found = (bytes: Buffer | string): readonly Leak[] => {
  const scanner = openScanner(SPELLINGS)
  scanner.look('here', Buffer.from(bytes))
  return scanner.leaks()
}

t.test('a number is found however it is written, and wherever it stands', async (t) => {
  const planted: readonly (readonly [string, Buffer | string])[] = [
    ['hex', `{"uid":"${CHIP}"}`],
    ['lower-case hex', `x${CHIP.toLowerCase()}`],
    ['hex with ":"', '04:A1:B2:C3:D4:E5:F6'],
    ['lower-case hex with "-"', '04-a1-b2-c3-d4-e5-f6'],
    ['hex with " "', '> 04 A1 B2 C3 D4 E5 F6 90 00'],
    ['binary', Buffer.concat([Buffer.alloc(1_001), RAW, Buffer.alloc(3)])],
    ['reversed binary', Buffer.from(RAW.toReversed())],
    ['reversed hex', 'F6E5D4C3B2A104'],
    ['decimal', `no=${BigInt(`0x${CHIP}`)}`],
    ['list of bytes', '[4,161,178,195,212,229,246]'],
    ['digits', `"number":"${PASS}"`],
    ...[0, 1, 2].map((before): readonly [string, string] => [
      'base64',
      Buffer.concat([Buffer.alloc(before, 7), RAW, Buffer.alloc(5, 9)]).toString('base64'),
    ]),
    ...[0, 1, 2].map((before): readonly [string, string] => [
      'base64 of hex',
      Buffer.from(`${'~'.repeat(before)}${CHIP}"}`).toString('base64url'),
    ]),
  ]
  for (const [how, bytes] of planted) {
    t.ok(
      found(bytes).some((leak) => leak.how === how && leak.secret === 'card 7' && leak.place === 'here'),
      how,
    )
  }
})

t.test('what is not the number is no leak, and a leak never repeats the number', async (t) => {
  for (const text of [
    '',
    '04A',
    '04A1B2C3D4E5',
    '04A1B2C3D4E5F7',
    '04A1B2C3 D4E5F6',
    PASS.slice(1),
    'x'.repeat(9_999),
  ])
    t.strictSame(found(text), [], text.slice(0, 30))
  t.notMatch(JSON.stringify(found(`${CHIP} ${PASS}`)), new RegExp(`${CHIP}|${PASS}`))
})

t.test('every file of a folder is read, also where a number lies across two reads', async (t) => {
  const folder = t.testdir({ 'journal.db-wal': 'empty', trial: { 'own.json': CHIP } })
  await mkdir(join(folder, 'deep'))
  const across = Buffer.alloc(3 * 1024 * 1024)
  RAW.copy(across, 1024 * 1024 - 3)
  await writeFile(join(folder, 'deep', 'core'), across)
  const scanner = openScanner(SPELLINGS)
  await scanner.lookInFolder(folder, new Set([join(folder, 'trial')]))
  t.strictSame(scanner.leaks(), [{ place: join(folder, 'deep', 'core'), secret: 'card 7', how: 'binary' }])
  t.equal(scanner.lookedAt().places, 2)
})

t.test('thousands of spellings are looked for in one pass', async (t) => {
  const many = Array.from({ length: 400 }, (_, index) =>
    spellingsOfChip(
      `card ${index}`,
      `04${(0xa1_0000_0000 + index * 7_919).toString(16).toUpperCase().padStart(12, '0')}`,
    ),
  ).flat()
  t.ok(many.length > 8_000)
  const scanner = openScanner(many)
  const last = many.at(-20)
  scanner.look('big', Buffer.concat([Buffer.alloc(4 * 1024 * 1024, 4), last?.bytes ?? Buffer.alloc(0)]))
  t.match(scanner.leaks(), [{ place: 'big', secret: 'card 399' }])
})
