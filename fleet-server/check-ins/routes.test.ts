import { fieldOf, textOf } from '@spaarzuil/shared/events/loose-json.js'
import t from 'tap'
import { openTestApp, type TestApp } from '../testing/test-app.js'
import { eventDocument, know, newIdOf } from '../testing/town.js'

const PASS = '0900000000118'

/** Check-ins of one passholder at the library, as the pipeline writes them. */
async function withCheckIns(test: TestApp): Promise<void> {
  const { town, app, ask } = test
  await know(town, eventDocument({ id: newIdOf(50) }))
  await app.inject({
    method: 'POST',
    url: `/api/v1/cards/import?cardSystemId=${town.region.uuid}&register=each`,
    headers: { host: 'localhost', 'content-type': 'text/csv' },
    payload: `"04AABBCCDDEE01";"${PASS}"`,
  })
  const insert = `INSERT INTO check_ins (action_id, card_system_id, pillar_id, channel, content_hash, received_at, moment,
      event_id, why, card_id, passholder_id, verdict, reason, points, limit_key, receipt)
    VALUES (?, 1, ?, 'pillar', '', ?, ?, 1, 'only-candidate', 1, 1, ?, ?, ?, ?, '{}')`
  const at = town.clock.now()
  const row = async (n: number, cells: readonly (string | number | null)[]) =>
    town.database.run(insert, [newIdOf(n), town.hall.id, at + n, at + n, ...cells])
  await row(101, ['granted', null, 1, 'WEEK'])
  await row(102, ['refused', 'limit-reached', 0, null])
  await row(103, ['held', 'clock-unknown', 0, null])
  await town.database.run('INSERT INTO ledger (passholder_id, points, check_in_id, at) VALUES (1, 1, 1, 0)')
  await town.database.run('UPDATE passholders SET balance = 1')
  t.match((await ask('GET', 'ledger/check')).json(), { right: true })
}

t.test('check-ins are listed newest first, filtered, page by page, without a number', async (t) => {
  const test = await openTestApp(t)
  await withCheckIns(test)
  const { ask, town } = test
  const found = async (filter: string) =>
    (await ask('GET', `check-ins?${filter}`)).items().map((item) => textOf(item, 'id')?.slice(-3))
  t.strictSame(await found(''), ['103', '102', '101'])
  t.strictSame(await found('verdict=refused'), ['102'])
  t.strictSame(await found(`pillarId=${town.foyer.uuid}`), [])
  t.strictSame(await found(`eventId=${newIdOf(50)}&limit=1`), ['103'])
  const first = (await ask('GET', 'check-ins?limit=2')).json()
  t.strictSame(await found(`before=${textOf(first, 'next') ?? ''}`), ['101'])
  t.equal((await ask('GET', `check-ins?passNumber=${PASS}`)).status, 400, 'no number in a URL')
  const ofCard = await ask('POST', 'check-ins/search', {
    cardSystemId: town.region.uuid,
    passNumber: PASS,
    verdict: 'granted',
  })
  t.strictSame(
    ofCard.items().map((item) => textOf(item, 'id')?.slice(-3)),
    ['101'],
  )
  t.notMatch(ofCard.text, new RegExp(PASS))
  t.match(fieldOf(ofCard.items()[0], 'passNumber'), /^•/)
})

t.test('points are taken back once, with a reason, and the books stay right', async (t) => {
  const test = await openTestApp(t)
  await withCheckIns(test)
  const { ask, town } = test
  const reverse = async (n: number, body: object) => ask('POST', `check-ins/${newIdOf(n)}/reverse`, body)
  t.equal((await reverse(101, { by: 'An' })).status, 400, 'a reason is asked for')
  t.match((await reverse(101, { by: 'An', reason: 'verkeerde pas' })).json(), {
    reversed: true,
    corrections: [{ kind: 'reversed', by: 'An', reason: 'verkeerde pas' }],
  })
  t.equal((await reverse(101, { by: 'An', reason: 'nog eens' })).status, 409)
  t.equal((await reverse(102, { by: 'An', reason: 'geen punten' })).status, 409)
  t.equal((await reverse(999, { by: 'An', reason: 'onbekend' })).status, 404)
  t.match((await ask('POST', 'balance', { cardSystemId: town.region.uuid, passNumber: PASS })).json(), {
    balance: 0,
  })
  t.match((await ask('GET', 'ledger/check')).json(), { right: true })
})

t.test('alarms name the pillar', async (t) => {
  const { ask, town } = await openTestApp(t)
  await town.database.run(
    `INSERT INTO alarms (kind, pillar_id, detail, first_at, last_at) VALUES ('action-id-reused', ?, 'x', 0, 0)`,
    [town.hall.id],
  )
  t.match((await ask('GET', 'alarms')).items(), [{ kind: 'action-id-reused', pillarName: 'Inkom', count: 1 }])
})
