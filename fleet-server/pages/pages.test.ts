import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import { days, earlier, later, minutes } from '@spaarzuil/shared/time.js'
import t from 'tap'
import { eventDocument, know, THEATRE } from '../testing/town.js'
import { EVENING, fillSample, healthOf, type SampleFleet } from './testing/sample-fleet.js'
import { serve } from './testing/serve-sample.js'

/** Of one pillar, the row of the table, without its tags. */
function rowOf(html: string, { pillars }: SampleFleet, name: keyof SampleFleet['pillars']): string {
  const row = html.split(`<tr id="p-${pillars[name].uuid}">`)[1]?.split('</tr>')[0] ?? ''
  return row
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
const textOf = (html: string): string => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

t.test('the page tells of every pillar how it stands, what it counts for and why', async (t) => {
  const { fleet, page } = await serve(t)
  await fillSample(fleet)
  const html = await page()
  t.match(textOf(html), '6 van 8 zuilen klaar om te sparen. 5 zuilen vragen aandacht.')
  const rows: readonly (readonly [keyof SampleFleet['pillars'], readonly string[]])[] = [
    [
      'foyer',
      [
        'Klaar, kijk na',
        'dichtstbijzijnde startuur: 20:00, 2 kandidaten',
        'even dichtbij: Circusweek',
        '19:41',
      ],
    ],
    [
      'left',
      ['Klaar', 'Jazz in de foyer', 'vastgezet door de balie op 6 mei', 'tot morgen 03:30, daarna niets'],
    ],
    ['hall', ['Buiten dienst', 'sinds 19:20', 'lezer: niet gevonden', '19:18']],
    ['gym', ['Klaar', 'Er is niets bezig', 'weer morgen 05:00: Badmintonclub, training', 'nog geen']],
    ['pool', ['Geen verbinding', 'sinds 18:52', 'Baantjes zwemmen', 'niet te zien']],
    ['film', ['Klaar, kijk na', 'licht: niet gevonden', 'lezer: in orde']],
    ['south', ['Klaar, kijk na', '82.400', 'Stadspas Hoogveld']],
    ['store', ['Geblokkeerd']],
  ]
  for (const [name, parts] of rows) for (const part of parts) t.match(rowOf(html, fleet, name), part, name)
  t.notMatch(rowOf(html, fleet, 'youth'), 'kijk na')
})

t.test('what asks for attention is told with since when and what to do', async (t) => {
  const { fleet, page } = await serve(t)
  const { hall, pool, foyer, south } = fleet.pillars
  const text = textOf(await page())
  t.match(text, 'De lezer antwoordt niet sinds 19:20. Bezoekers zien ‘Even buiten dienst’. Steek de kabel')
  t.match(text, 'Geen verbinding sinds 18:52. De zuil noteert verder; er gaat niets verloren. Kijk of')
  t.match(text, 'Het logboek loopt vol: 82.400 check-ins wachten')

  const now = fleet.town.clock.now()
  const online = { online: true, since: now }
  fleet.hear(hall, { ...online, health: healthOf(now) })
  fleet.hear(pool, { ...online, health: healthOf(now, { quality: 'unsynced' }) })
  fleet.hear(south, {
    ...online,
    health: healthOf(now, { journal: { unsettled: LIMITS.journalEntries, lost: 1 } }),
  })
  const oldestUnsettledMs = earlier(now, minutes(40))
  fleet.hear(foyer, {
    ...online,
    health: healthOf(now, { journal: { unsettled: 2, oldestUnsettledMs, setAside: 1 } }),
  })
  const after = await page()
  t.equal(rowOf(after, fleet, 'hall').includes('Klaar'), true)
  t.match(rowOf(after, fleet, 'south'), 'Buiten dienst')
  for (const part of [
    'Het logboek van de zuil is vol',
    'De zuil is 1 check-in kwijt',
    '2 check-ins wachten sinds 19:02, hoewel er verbinding is.',
    '1 check-in is op de zuil opzijgezet',
    'De klok van de zuil is niet gelijkgezet.',
  ])
    t.match(textOf(after), part)
  t.notMatch(textOf(after), 'De lezer antwoordt niet')
})

t.test('a pillar that was never heard of, and one without a counter, are named', async (t) => {
  const { fleet, page } = await serve(t)
  await fleet.town.catalogue.write.setStatus(fleet.pillars.store.uuid, 'active')
  const html = await page()
  t.match(rowOf(html, fleet, 'store'), 'Geen verbinding nog nooit verbonden')
  t.match(textOf(html), 'De zuil hoort bij geen balie')
  await fleet.town.catalogue.write.setStatus(fleet.pillars.store.uuid, 'removed')
  t.equal(rowOf(await page(), fleet, 'store'), '')
})

t.test('check-ins are told with verdict and reason in words, and what is held with what to do', async (t) => {
  const { fleet, page } = await serve(t)
  t.match(textOf(await page()), 'Nog geen check-ins.')
  await fillSample(fleet)
  const text = textOf(await page())
  for (const part of [
    'Foyer Theater De Kaai Jazz in de foyer Gespaard +1 punt',
    '18:44 binnengekomen 19:39 Café Wijkhuis Zuid Buurtmaaltijd Gespaard +1 stempel',
    'Al gespaard voor dit evenement',
    'Pas onbekend wordt vanzelf beslist als de pas binnen 30 dagen bekend wordt',
    'tijd onbekend binnengekomen 19:35 Café Wijkhuis Zuid Buurtmaaltijd Wacht op u Het tijdstip is niet te achterhalen.',
    '+2 stempels',
  ])
    t.match(text, part)
})

t.test('points that were taken back are not counted as saved', async (t) => {
  const { fleet, page } = await serve(t)
  const { database } = fleet.town
  await fleet.checkIn({
    pillar: fleet.pillars.foyer,
    verdict: { kind: 'granted', points: 1, takenBack: false },
    ago: minutes(1),
  })
  await database.run(
    `INSERT INTO corrections (uuid, check_in_id, kind, reason, made_by, before, after, at)
     VALUES ('c', 1, 'reversed', 'wrong card', 'Ilse', '{}', '{}', 0)`,
    [],
  )
  const text = textOf(await page())
  t.match(text, 'Gespaard, later teruggenomen')
  t.notMatch(text, '+1 punt')
})

t.test('titles, names and searches are text, whatever they hold', async (t) => {
  const { fleet, page } = await serve(t)
  const title = '<script>alert("x")</script> & \'co\''
  await know(
    fleet.town,
    eventDocument({
      name: title,
      at: THEATRE,
      moments: [['2026-05-06T19:45:00+02:00', '2026-05-06T21:00:00+02:00']],
    }),
  )
  await fleet.town.catalogue.write.addPillar({
    cardSystemUuid: fleet.town.region.uuid,
    name: '<b>vet</b>',
    secretHash: '1'.repeat(64),
    settings: { language: 'nl', strict: false, showMembersTitle: true, enquiriesPerMinute: 6 },
  })
  const html = await page()
  t.match(html, '&lt;script>alert(&quot;x&quot;)&lt;/script> &amp; ')
  t.notMatch(html, '<script>alert')
  t.notMatch(html, '<b>vet')
  const search = await page(`/?lang=nl&q=${encodeURIComponent('"><script>alert(1)</script>')}`)
  t.notMatch(search, '<script>alert')
  t.match(search, 'Geen zuil met die naam.')
})

t.test('the page speaks the language asked for, else the browser’s, else Dutch', async (t) => {
  const { page } = await serve(t)
  const table: readonly (readonly [
    url: string,
    accepted: string | undefined,
    title: string,
    sentence: string,
  ])[] = [
    ['/', undefined, 'Zuilen', 'het enige evenement dat bezig is'],
    ['/?lang=fr', 'de', 'Bornes', 'la seule activité en cours'],
    ['/', 'es, de-BE;q=0.8, fr;q=0.3', 'Säulen', 'die einzige laufende Veranstaltung'],
    ['/?lang=xx', 'en-GB', 'Pillars', 'the only event that is on'],
    ['/?lang=nl&lang=fr', 'en;q=0', 'Zuilen', 'het enige evenement dat bezig is'],
  ]
  for (const [url, accepted, title, sentence] of table) {
    const html = await page(url, accepted === undefined ? {} : { 'accept-language': accepted })
    t.match(html, `<title>${title} · spaarzuil</title>`, url)
    t.match(html, sentence, url)
  }
})

t.test('a search by name or card system narrows pillars and check-ins alike', async (t) => {
  const { fleet, page } = await serve(t)
  await fillSample(fleet)
  const byName = await page('/?lang=nl&q=CAFE')
  t.match(byName, `id="p-${fleet.pillars.south.uuid}"`)
  t.notMatch(byName, `id="p-${fleet.pillars.foyer.uuid}"`)
  t.notMatch(byName, 'Jazz in de foyer')
  t.match(byName, 'value="CAFE"')
  const stamps = fleet.town.catalogue.memory.cardSystems().find(({ name }) => name === 'Stadspas Hoogveld')
  const bySystem = await page(`/?lang=nl&system=${stamps?.uuid ?? ''}`)
  t.match(bySystem, `id="p-${fleet.pillars.youth.uuid}"`)
  t.notMatch(bySystem, `id="p-${fleet.pillars.foyer.uuid}"`)
  t.match(bySystem, 'lang=fr&amp;system=')
})

t.test('an empty fleet is told as such', async (t) => {
  const { fleet, page } = await serve(t)
  for (const { uuid } of fleet.town.catalogue.pillars())
    await fleet.town.catalogue.write.setStatus(uuid, 'removed')
  t.match(textOf(await page()), 'Er zijn nog geen zuilen.')
})

t.test('the choice on the page moves with the time', async (t) => {
  const { fleet, page } = await serve(t)
  t.match(rowOf(await page(), fleet, 'gym'), 'Er is niets bezig')
  fleet.town.clock.setWall(later(EVENING, days(0.5)))
  t.match(rowOf(await page(), fleet, 'gym'), 'Badmintonclub, training · 10:00')
  t.match(rowOf(await page(), fleet, 'gym'), 'tot 17:00, daarna niets')
})

t.test('nothing may run, frame or load the page but what it brings', async (t) => {
  const { app, page } = await serve(t)
  const { headers, body } = await app.inject('/')
  t.match(headers['content-security-policy'], "default-src 'none'; script-src 'self'; style-src 'self'")
  t.equal(headers['x-content-type-options'], 'nosniff')
  t.equal(headers['cache-control'], 'no-store')
  t.notMatch(body, /<style|\sstyle=|\son[a-z]+=|javascript:/)
  t.notMatch(body, /<script(?! type="module" src="\/assets\/live\.js\?v=[^"]+"><\/script>)/)
  const addresses = [...(await page()).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(
    ([, address = '']) => address,
  )
  t.ok(addresses.length >= 4)
  const style = (await app.inject(addresses.find((one) => one.includes('style.css')) ?? '')).body
  const fonts = [...style.matchAll(/url\('([^']+)'\)/g)].map(([, name = '']) => `/assets/${name}`)
  t.equal(fonts.length, 3)
  for (const address of [...addresses, ...fonts]) {
    const answer = await app.inject(address)
    t.equal(answer.statusCode, 200, address)
    t.match(answer.headers['cache-control'], 'immutable', address)
  }
  t.equal((await app.inject('/assets/live.js')).headers['cache-control'], 'no-cache')
  t.equal((await app.inject('/assets/..%2froutes.js')).statusCode, 404)
})
