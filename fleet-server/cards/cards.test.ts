import { Readable } from 'node:stream'
import { createReadStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fieldOf, listOf, textOf } from '@spaarzuil/shared/events/loose-json.js'
import { minutes } from '@spaarzuil/shared/time.js'
import { checkLedger } from '../check-ins/ledger-check.js'
import t from 'tap'
import { importCards } from './import-cards.js'
import { lookupKeys } from '../testing/test-keys.js'
import { openTestApp, type TestApp } from '../testing/test-app.js'

/** Numbers as on a real card: 13 digits, the last by Luhn. */
function passNumber(serial: number): string {
  const body = `09${String(serial).padStart(9, '0')}1`
  const sum = Array.from(body)
    .toReversed()
    .reduce((total, digit, place) => {
      const value = place % 2 === 0 ? Number(digit) * 2 : Number(digit)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
  return `${body}${(10 - (sum % 10)) % 10}`
}
const chipNumber = (serial: number): string => `04${serial.toString(16).padStart(12, '0')}`.toUpperCase()
const row = (serial: number): string => `"${chipNumber(serial)}";"${passNumber(serial)}"`

async function deliver({ app, town }: TestApp, text: string, extra = '') {
  const response = await app.inject({
    method: 'POST',
    url: `/api/v1/cards/import?cardSystemId=${town.region.uuid}${extra}`,
    headers: { host: 'localhost', 'content-type': 'text/csv' },
    payload: text,
  })
  return { status: response.statusCode, text: response.body, json: (): unknown => response.json() }
}

t.test('a delivery is taken once, whatever its line ends and header', async (t) => {
  const test = await openTestApp(t)
  t.match((await deliver(test, `"chip";"number"\r\n${row(1)}\r\n${row(2)}\r\n`)).json(), {
    imported: 2,
    faultCount: 0,
  })
  t.match((await deliver(test, `\uFEFF${row(1)}\n${row(2)}\n${row(3)}`)).json(), {
    imported: 1,
    unchanged: 2,
    faultCount: 0,
  })
  t.equal(test.cardsKnown.length, 2, 'what waited for new cards is decided again')
  t.equal(test.cardsKnown[0]?.length, 4, 'by chip and by pass number')
  const stored = await test.town.database.all('SELECT * FROM cards', [], (found) => JSON.stringify(found))
  t.notMatch(stored.join(), new RegExp(`${passNumber(1)}|${chipNumber(1)}`), 'no number is stored')
})

t.test('what is wrong is told by row, never with a number, and the rest is taken', async (t) => {
  const test = await openTestApp(t)
  await deliver(test, row(1))
  const wrongLuhn = passNumber(8).slice(0, -1) + ((Number(passNumber(8).at(-1)) + 1) % 10).toString()
  const lines = [
    row(2),
    `"${chipNumber(8)}";"${wrongLuhn}"`,
    `"${chipNumber(1)}";"${passNumber(7)}"`,
    `"${chipNumber(9)}";"${passNumber(1)}"`,
    `"${chipNumber(3)}","${passNumber(3)}"`,
    `"${chipNumber(4)}"`,
    `"XYZ";"${passNumber(4)}"`,
    row(2),
    `"${chipNumber(2)}";"${passNumber(6)}"`,
    `"08A1B2C3";"${passNumber(5)}"`,
    row(10),
  ]
  const answer = await deliver(test, lines.join('\n'))
  const report = answer.json()
  t.match(report, { imported: 2, unchanged: 1, faultCount: 8 })
  const faults = listOf(report, 'faults').map(
    (fault) => `${String(fieldOf(fault, 'row'))} ${textOf(fault, 'fault') ?? ''}`,
  )
  const expected = [
    /^2 .*mistyped/,
    /^3 .*another pass number/,
    /^4 .*another chip/,
    /^5 .*";"/,
    /^6 .*1 column/,
    /^7 .*digits/,
    /^9 .*another pass/,
    /^10 .*random/,
  ]
  t.equal(faults.length, expected.length)
  expected.forEach((pattern, place) => t.match(faults[place], pattern))
  t.notMatch(
    answer.text,
    new RegExp([1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((n) => [passNumber(n), chipNumber(n)]).join('|')),
  )
  const broken = await deliver(test, `${row(20)}\n"${chipNumber(21)};${passNumber(21)}\n`)
  t.equal(broken.status, 422)
  t.match(broken.text, /quotation mark/)
  t.notMatch(broken.text, new RegExp(passNumber(21)))
})

t.test('a card lives: registered, blocked, replaced with its points, deleted', async (t) => {
  const test = await openTestApp(t)
  const { ask, town } = test
  await deliver(test, [row(1), row(2), row(3)].join('\n'))
  const of = (serial: number) => ({ cardSystemId: town.region.uuid, passNumber: passNumber(serial) })
  t.strictSame(
    Object.keys((await ask('POST', 'balance', of(1))).json() ?? {}),
    ['id', 'passNumber', 'status'],
    'no holder, no balance',
  )
  const registered = await ask('POST', 'cards/register', of(1))
  t.match(registered.json(), { status: 'active', balance: 0 })
  t.notMatch(registered.text, new RegExp(passNumber(1)))
  t.equal((await ask('POST', 'cards/register', of(1))).status, 409)
  t.match((await ask('POST', 'cards/register', { ...of(2), holderOf: passNumber(1) })).json(), { balance: 0 })
  await town.database.run('UPDATE passholders SET balance = 7')
  await town.database.run('INSERT INTO ledger (passholder_id, points, at) SELECT id, 7, 0 FROM passholders')
  t.match((await ask('POST', 'cards/status', { ...of(1), status: 'blocked' })).json(), { status: 'blocked' })
  await town.clock.advance(minutes(1))
  t.match((await ask('POST', 'cards/replace', { ...of(3), oldPassNumber: passNumber(1) })).json(), {
    status: 'active',
    balance: 7,
  })
  t.match((await ask('POST', 'balance', of(1))).json(), { status: 'deleted' })
  t.equal(
    (await ask('POST', 'cards/status', { ...of(1), status: 'active' })).status,
    400,
    'deleted stays deleted',
  )
  t.equal((await ask('POST', 'balance', of(9))).status, 404)
  t.equal((await ask('POST', 'balance', { ...of(1), passNumber: '123' })).status, 422)
  t.match(await checkLedger(town.database), { balances: 0 })
  const history = await town.database.all(
    'SELECT status FROM card_statuses WHERE card_id = 1 ORDER BY id',
    [],
    (found) => found['status'],
  )
  t.strictSame(history, ['active', 'blocked', 'deleted'], 'nothing is overwritten')
})

t.test('a hundred thousand rows come in as a stream, in bounded memory', async (t) => {
  const { town, cardsKnown } = await openTestApp(t)
  const count = 100_000
  const path = join(town.folder, 'delivery.csv')
  writeFileSync(path, Array.from({ length: count }, (_, serial) => row(serial)).join('\n'))
  const { clock, database: writer, region: cardSystem } = town
  const redecide = { cardsKnown: async () => Promise.resolve(0), eventsKnown: async () => Promise.resolve(0) }
  const started = process.hrtime.bigint()
  const before = process.memoryUsage().heapUsed
  const wanted = { cardSystem, validFrom: clock.now(), register: true }
  const report = await importCards({ writer, lookupKeys, clock, redecide }, createReadStream(path), wanted)
  t.comment(
    `${Number(process.hrtime.bigint() - started) / 1e9} s, ${Math.round((process.memoryUsage().heapUsed - before) / 1e6)} MB`,
  )
  t.match(report, { imported: count, faultCount: 0 })
  const again = await importCards({ writer, lookupKeys, clock, redecide }, Readable.from([row(5)]), wanted)
  t.match(again, { imported: 0, unchanged: 1 })
  t.equal(cardsKnown.length, 0)
  const [holders] = await writer.all('SELECT count(*) AS n FROM memberships', [], (found) => found['n'])
  t.equal(holders, count)
})
