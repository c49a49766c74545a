import t from 'tap'
import { PILLARS } from './testing/hand-made-fleet.js'
import { openTestServer } from './testing/test-server.js'

const [FIRST] = PILLARS

t.test('a check-in sent over MQTT is decided, receipted and in the ledger', async (t) => {
  await using server = await openTestServer(t.testdir())
  await server.addCard(1)
  await using pillar = await server.pillar(FIRST)
  const receipt = await pillar.tap(1)
  t.strictSame({ ...receipt, actionId: '' }, { actionId: '', verdict: 'granted', points: 1, balance: 1 })
  t.strictSame(server.problems, [])
})
