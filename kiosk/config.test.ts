import t from 'tap'
import { Failure } from '@spaarzuil/shared/errors.js'
import { parseConfig } from './config.js'
import { PILLAR } from './testing/samples.js'

const GOOD = {
  pillarId: PILLAR,
  secretFile: 'secret',
  server: 'mqtt://127.0.0.1:1883',
  stateFolder: 'state',
  screen: { port: 8_081 },
  readers: 'pcsc',
}
const failure = (value: unknown): Failure => {
  try {
    parseConfig(typeof value === 'string' ? value : JSON.stringify(value), '/etc/spaarzuil/kiosk.json')
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('this configuration was taken')
}

t.test('paths are taken from the folder of the file', async (t) => {
  const config = parseConfig(JSON.stringify(GOOD), '/etc/spaarzuil/kiosk.json')
  t.equal(config.stateFolder, '/etc/spaarzuil/state')
  t.equal(config.secretFile, '/etc/spaarzuil/secret')
})

t.test('every problem is named at once', async (t) => {
  const { code, message } = failure({ ...GOOD, pillarId: 'one', screen: { port: -1 }, readers: 'nfc' })
  t.equal(code, 'CONFIG_INVALID')
  for (const place of ['/pillarId', '/screen/port', '/readers']) t.ok(message.includes(place), place)
})

t.test('what is wrong is said in words', async (t) => {
  const { server: _, ...noServer } = GOOD
  const { secretFile: __, ...noSecret } = GOOD
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['a misspelt key is a problem, not a default', { ...GOOD, sever: 'x' }, /no setting called "sever"/],
    ['also further in', { ...GOOD, screen: { port: 1, prot: 2 } }, /\/screen has no setting called "prot"/],
    ['no server', noServer, /server/],
    ['no secret', noSecret, /either secret or secretFile/],
    ['two secrets', { ...GOOD, secret: 'a secret of a pillar' }, /not both/],
    ['sample cards on a real pillar', { ...GOOD, simulator: { cards: [] } }, /\/simulator/],
    ['no JSON', '{', /not JSON/],
    ['a server elsewhere', { ...GOOD, server: 'mqtt://example.org:1883' }, /mqtt:\/\/127\.0\.0\.1/],
  ]
  for (const [sentence, value, said] of cases) {
    t.test(sentence, async (t) => {
      t.match(failure(value).message, said)
    })
  }
  t.equal(failure({ ...GOOD, server: 'mqtt://192.168.1.2:1883' }).code, 'NOT_LOOPBACK')
})

t.test('no secret is repeated', async (t) => {
  t.equal(failure({ ...GOOD, secret: 'too short' }).message.includes('too short'), false)
  t.equal(failure('{"secret": "unfinished').message.includes('unfinished'), false)
})
