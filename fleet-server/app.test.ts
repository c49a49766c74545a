import { fieldOf, isObject, textOf } from '@spaarzuil/shared/events/loose-json.js'
import t from 'tap'
import { openTestApp } from './testing/test-app.js'
import { eventDocument, LIBRARY, newIdOf, REGION, THEATRE } from './testing/town.js'

t.test('every error is a problem with a code, and says where', async (t) => {
  const { ask, app, town } = await openTestApp(t)
  const cases: readonly (readonly [string, Parameters<typeof ask>, number, object])[] = [
    ['an unknown path', ['GET', 'nothing'], 404, { code: 'NOT_FOUND' }],
    ['an unknown pillar', ['GET', `pillars/${newIdOf(9)}`], 404, { code: 'NOT_FOUND' }],
    ['an id that is none', ['GET', 'pillars/abc'], 400, { errors: [{ pointer: '/params/id' }] }],
    [
      'a misspelt key',
      ['POST', 'counters', { cardSystemId: town.region.uuid, name: 'X', organizerId: newIdOf(1) }],
      400,
      { code: 'REQUEST_INVALID', errors: [{ detail: /organizerId/ }] },
    ],
    ['two problems at once', ['POST', 'counters', { name: 7 }], 400, { errors: [{}, { pointer: '/name' }] }],
    [
      'a name that is taken',
      ['POST', 'card-systems', { name: 'Linderpas', unit: REGION.unit }],
      409,
      { code: 'ALREADY_EXISTS' },
    ],
    [
      'a time zone that is none',
      ['POST', 'card-systems', { name: 'Z', unit: REGION.unit, zone: 'Europe/Gent' }],
      400,
      { code: 'REQUEST_INVALID' },
    ],
  ]
  for (const [name, asked, status, problem] of cases) {
    const answer = await ask(...asked)
    t.equal(answer.status, status, name)
    t.match(answer.type, /^application\/problem\+json/, name)
    t.match(answer.json(), { type: /^urn:spaarzuil:problem:/, status, ...problem }, name)
    t.notMatch(answer.text, /node_modules|at .*\.js/, `${name}: no stack`)
  }
  const headers = { host: '127.0.0.1:8080', 'content-type': 'application/json' }
  const broken = await app.inject({
    method: 'POST',
    url: '/api/v1/counters',
    headers,
    payload: '{"secret": 123',
  })
  t.equal(broken.statusCode, 400)
  t.notMatch(broken.body, /secret/, 'what could not be read is not repeated')
  const large = await app.inject({
    method: 'POST',
    url: '/api/v1/counters',
    headers,
    payload: `"${'x'.repeat(200_000)}"`,
  })
  t.equal(large.statusCode, 413)
})

t.test('strangers are refused: foreign hosts, foreign sites, forms', async (t) => {
  const { app, town } = await openTestApp(t)
  const post = async (headers: Record<string, string>, payload = '{}') =>
    (await app.inject({ method: 'POST', url: '/api/v1/counters', headers, payload })).statusCode
  const json = { 'content-type': 'application/json' }
  const host = { host: 'localhost:8080' }
  t.equal((await app.inject({ url: '/api/v1/health', headers: { host: 'evil.example' } })).statusCode, 421)
  t.equal((await app.inject({ url: '/api/v1/health', headers: { host: '[::1]:8080' } })).statusCode, 200)
  t.equal(await post({ ...json, host: '127.0.0.1.evil.example' }), 421)
  t.equal(await post({ ...json, ...host, origin: 'http://evil.example' }), 403)
  t.equal(
    await post({ ...json, ...host, origin: 'http://localhost:9999' }),
    403,
    'another port is another site',
  )
  t.equal(await post({ ...json, ...host, 'sec-fetch-site': 'cross-site' }), 403)
  t.equal(await post({ ...host, 'content-type': 'text/plain' }), 415)
  t.equal(await post({ ...host, 'content-type': 'application/x-www-form-urlencoded' }, 'a=b'), 415)
  const body = JSON.stringify({ cardSystemId: town.region.uuid, name: 'Balie' })
  t.equal(
    await post({ ...json, ...host, origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }, body),
    201,
  )
})

t.test('readiness tells what is wrong', async (t) => {
  const { ask } = await openTestApp(t, {
    vitals: { brokerListening: () => false, waiting: () => 3, counts: () => ({ 'message-refused': 2 }) },
  })
  const answer = await ask('GET', 'readiness')
  t.equal(answer.status, 503)
  t.strictSame(answer.json(), {
    ready: false,
    databaseWritable: true,
    brokerListening: false,
    waitingCheckIns: 3,
    counts: { 'message-refused': 2 },
  })
})

t.test('the OpenAPI document has every route, with a summary and its problems', async (t) => {
  const { ask } = await openTestApp(t)
  const document = (await ask('GET', 'openapi.json')).json()
  t.match(document, {
    openapi: '3.1.0',
    paths: {
      '/api/v1/pillars/{id}/explain': { get: { summary: /chosen event/ } },
      '/api/v1/cards/import': { post: { requestBody: undefined } },
    },
    components: { schemas: { Problem: { description: /RFC 9457/ } } },
  })
  const paths = fieldOf(document, 'paths')
  const routes = isObject(paths)
    ? Object.values(paths).flatMap((path) => (isObject(path) ? Object.entries(path) : []))
    : []
  t.ok(routes.length > 30, `${routes.length} routes`)
  for (const [method, route] of routes) {
    const name = `${method} ${textOf(route, 'summary') ?? 'without a summary'}`
    t.type(textOf(route, 'summary'), 'string', name)
    t.match(fieldOf(route, 'responses'), { '4XX': {}, '5XX': {} }, name)
  }
})

t.test('a pillar from its making to its event', async (t) => {
  const { ask, town } = await openTestApp(t)
  const made = await ask('POST', 'pillars', {
    cardSystemId: town.region.uuid,
    name: 'Kassa',
    counterIds: [town.library.uuid],
  })
  t.equal(made.status, 201)
  const id = made.field('id')
  const secret = made.field('secret')
  t.match(secret, /^[\w-]{43}$/)
  t.equal(town.catalogue.pillar(id)?.secretHash.length, 64)
  t.notMatch((await ask('GET', `pillars/${id}`)).text, new RegExp(secret), 'the secret is shown once')

  const query = `cardSystemId=${town.region.uuid}`
  const visit = eventDocument({ id: newIdOf(50) })
  const jazz = eventDocument({ id: newIdOf(51), name: 'Jazz', at: THEATRE })
  const free = eventDocument({ id: newIdOf(52), extra: { priceInfo: [] } })
  const page = { '@type': 'PagedCollection', member: [visit, jazz, free] }
  const first = (await ask('POST', `events/import?${query}`, page)).json()
  t.match(first, {
    imported: 2,
    unchanged: 0,
    skippedCount: 1,
    skipped: [{ eventId: newIdOf(52), reasons: [{ code: 'no-price' }] }],
  })
  t.match((await ask('POST', `events/import?${query}`, page)).json(), {
    imported: 0,
    unchanged: 2,
    changed: 0,
  })
  t.equal((await ask('POST', `events/import?${query}`, { hello: 1 })).status, 422)

  t.match((await ask('GET', `pillars/${id}`)).json(), {
    name: 'Kassa',
    counters: [{ name: 'Bibliotheek De Populier' }],
    now: { event: { eventId: newIdOf(50), title: 'Bibliotheekbezoek' }, why: 'only-candidate' },
    presence: { online: false },
  })
  const pinned = await ask('PUT', `pillars/${id}/pins/counter`, {
    eventId: newIdOf(51),
    by: 'An',
    until: '2026-05-06T20:00:00Z',
  })
  t.match(pinned.json(), { level: 'counter', eventTitle: 'Jazz', by: 'An' })
  t.match((await ask('GET', `pillars/${id}`)).json(), {
    now: { event: { title: 'Jazz' }, why: 'counter-pin' },
    pins: [{ by: 'An' }],
  })
  t.equal((await ask('DELETE', `pillars/${id}/pins/counter?by=Bo`)).status, 204)
  t.equal((await ask('DELETE', `pillars/${id}/pins/counter?by=Bo`)).status, 404, 'there is none any more')
  t.match((await ask('GET', `pillars/${id}`)).json(), { now: { why: 'only-candidate' }, pins: [] })

  const planned = await ask('POST', `pillars/${id}/roster`, {
    eventId: newIdOf(51),
    by: 'An',
    from: '2026-05-07T08:00:00Z',
    until: '2026-05-07T10:00:00Z',
  })
  t.equal(planned.status, 201)
  t.match((await ask('GET', `pillars/${id}/roster`)).json(), { items: [{ level: 'roster' }] })
  const explained = await ask('GET', `pillars/${id}/explain?at=2026-05-07T09:00:00Z`)
  t.match(explained.json(), {
    chosen: { why: 'roster', event: { title: 'Jazz' } },
    candidates: [{}, {}],
    skippedAtImport: [{ eventId: newIdOf(52) }],
    elsewhere: 0,
  })
  const entry = planned.field('id')
  t.equal((await ask('DELETE', `pillars/${id}/roster/${entry}?by=An`)).status, 204)

  t.match((await ask('PATCH', `pillars/${id}/settings`, { strict: true, helpLine: '050 12 34 56' })).json(), {
    strict: true,
    language: 'nl',
  })
  t.equal((await ask('PATCH', `pillars/${id}/settings`, { helpLine: '' })).text.includes('helpLine'), false)
  t.match((await ask('PUT', `pillars/${id}/status`, { status: 'blocked' })).json(), { status: 'blocked' })
  t.match((await ask('POST', `pillars/${id}/commands`, { command: 'identify' })).json(), { result: 'done' })
  t.equal((await ask('POST', `pillars/${newIdOf(8)}/commands`, { command: 'identify' })).status, 404)
  t.match((await ask('GET', 'pillars')).json(), {
    items: [{ name: 'Inkom' }, { name: 'Foyer' }, { name: 'Kassa' }],
  })
})

t.test('events are searched, and their settings say where each value comes from', async (t) => {
  const { ask, town, eventsKnown } = await openTestApp(t)
  const query = `cardSystemId=${town.region.uuid}`
  const moments = [['2026-05-08T20:00:00+02:00', '2026-05-08T22:00:00+02:00']] as const
  await ask('POST', `events/import?${query}`, [
    eventDocument({ id: newIdOf(60) }),
    eventDocument({ id: newIdOf(61), name: 'Jazz', at: THEATRE, moments }),
  ])
  t.strictSame(eventsKnown, [[newIdOf(60), newIdOf(61)]], 'what waited for these events is decided again')
  const found = async (filter: string) =>
    (await ask('GET', `events?${filter}`)).items().map((item) => textOf(item, 'id')?.slice(-2))
  t.strictSame(await found('text=jAzZ'), ['61'])
  t.strictSame(await found(`text=${newIdOf(60)}`), ['60'])
  t.strictSame(await found(`organiserId=${LIBRARY.organiserId}`), ['60'])
  t.strictSame(await found(`locationId=${THEATRE.locationId}`), ['61'])
  t.strictSame(
    await found('from=2026-05-09T00:00:00Z&until=2026-05-10T23:00:00Z'),
    [],
    'a weekend without either',
  )
  t.strictSame(await found('from=2026-05-08T18:00:00Z&until=2026-05-08T19:00:00Z'), ['61'])
  t.match((await ask('GET', 'events?limit=1')).json(), { items: [{}], next: newIdOf(60) })
  t.strictSame(await found(`limit=1&after=${newIdOf(60)}`), ['61'])
  t.match((await ask('GET', `events/${newIdOf(61)}`)).json(), {
    organiser: 'De vereniging',
    next: [{ status: 'Available' }],
  })

  const settings = `events/${newIdOf(61)}/settings/${town.region.uuid}`
  t.match((await ask('GET', settings)).json(), { points: { value: 1, from: 'card-system' } })
  t.match((await ask('PUT', settings, { points: 5 })).json(), {
    points: { value: 5, from: 'event' },
    limit: { value: { volume: 1, period: 'DAY' }, from: 'card-system' },
  })
  t.equal((await ask('PUT', settings, { points: 0 })).status, 400)

  const deleted = { workflowStatus: 'DELETED' }
  await ask('POST', `events/import?${query}`, eventDocument({ id: newIdOf(61), extra: deleted }))
  t.strictSame(await found('text=jazz'), [], 'deleted events are gone from lists')
  await ask(
    'POST',
    `events/import?${query}`,
    eventDocument({ id: newIdOf(61), name: 'Jazz', at: THEATRE, moments }),
  )
  t.strictSame(await found('text=jazz'), ['61'], 'and come back when published again')
})

t.test('a card system with an agenda of its own keeps it to itself', async (t) => {
  const { ask, town } = await openTestApp(t)
  const made = await ask('POST', 'card-systems', { name: 'Stadspas', unit: REGION.unit, eventSource: 'own' })
  const city = made.field('id')
  const document = eventDocument({ id: newIdOf(70), extra: { priceInfo: [], organizer: undefined } })
  t.match((await ask('POST', `events/import?cardSystemId=${city}`, document)).json(), { imported: 1 })
  t.match(
    (
      await ask('POST', `events/import?cardSystemId=${town.region.uuid}`, eventDocument({ id: newIdOf(70) }))
    ).json(),
    {
      imported: 0,
      skipped: [{ reasons: [{ code: 'other-card-system' }] }],
    },
  )
  const counter = (
    await ask('POST', 'counters', {
      cardSystemId: city,
      name: 'Stadhuis',
      locationIds: [LIBRARY.locationId],
    })
  ).field('id')
  const pillar = (
    await ask('POST', 'pillars', { cardSystemId: city, name: 'Hal', counterIds: [counter] })
  ).field('id')
  t.match((await ask('GET', `pillars/${pillar}`)).json(), { now: { event: { eventId: newIdOf(70) } } })
  t.match((await ask('GET', `pillars/${town.hall.uuid}`)).json(), { now: { why: 'nothing-on' } })
  t.equal(
    (await ask('PUT', `pillars/${pillar}/counters`, { counterIds: [town.library.uuid] })).status,
    404,
    'counters of another card system',
  )
})
