import * as fc from 'fast-check'
import t from 'tap'
import {
  describeSkipReason,
  EVENTS_MAX,
  readEvent,
  readEvents,
  SKIP_REASONS,
  type ReadEvent,
} from './event-document.js'
import { LABELS_MAX, TEXT_MAX } from './event-parts.js'

const ID = '3f0c1a52-9b7d-4e86-a1d4-6c2b8e9f0a11'
const ORGANISER = '8d2e4b60-1c3f-4a59-b7e8-0f1a2b3c4d5e'
const PLACE = 'c4a7d9e1-5b6f-4082-93ac-de1f20314253'
const NIL = '00000000-0000-0000-0000-000000000000'

const workshop = {
  '@id': `https://io.uitdatabank.be/event/${ID}`,
  '@context': '/contexts/event',
  mainLanguage: 'nl',
  name: { nl: 'Papier scheppen', fr: 'Faire du papier' },
  calendarType: 'single',
  startDate: '2025-05-03T14:00:00+02:00',
  endDate: '2025-05-03T16:00:00+02:00',
  location: {
    '@id': `https://io.uitdatabank.be/place/${PLACE}`,
    name: { nl: 'De Molen' },
    address: { nl: { addressCountry: 'BE', addressLocality: 'Deinze', postalCode: '9800' } },
  },
  organizer: { '@id': `https://io.uitdatabank.be/organizers/${ORGANISER}`, name: { nl: 'Bib Deinze' } },
  terms: [
    { id: '1.11.0.0.0', label: 'Geschiedenis', domain: 'theme' },
    { id: '0.3.1.0.0', label: 'Cursus', domain: 'eventtype' },
  ],
  priceInfo: [{ category: 'base', name: { nl: 'Basistarief' }, price: 0, priceCurrency: 'EUR' }],
  labels: ['UiTPAS Regio Leie', 'papier'],
  hiddenLabels: ['Paspartoe', 'papier'],
  workflowStatus: 'APPROVED',
  status: { type: 'Available' },
  modified: '2025-04-01T09:00:00+00:00',
}

const UITPAS = { needsPrice: true }
const without = (...keys: readonly string[]) =>
  Object.fromEntries(Object.entries(workshop).filter(([key]) => !keys.includes(key)))

function eventOf(document: unknown, options = UITPAS): ReadEvent {
  const read = readEvent(document, options)
  if (read.kind === 'skipped') throw new Error(`skipped: ${read.reasons.join(', ')}`)
  return read
}
const reasonsFor = (document: unknown, options = UITPAS): readonly string[] => {
  const read = readEvent(document, options)
  return read.kind === 'skipped' ? read.reasons : []
}

t.test('an event is read with all that a pillar and its staff need', async (t) => {
  t.strictSame(eventOf(workshop), {
    kind: 'event',
    id: ID,
    title: { nl: 'Papier scheppen', fr: 'Faire du papier' },
    organiser: { id: ORGANISER, name: { nl: 'Bib Deinze' } },
    calendarType: 'single',
    calendar: {
      kind: 'fixed',
      zone: 'Europe/Brussels',
      ranges: [
        {
          start: Date.parse('2025-05-03T12:00Z'),
          end: Date.parse('2025-05-03T14:00Z'),
          startOffset: 120,
          endOffset: 120,
          status: 'Available',
        },
      ],
    },
    priced: true,
    location: { id: PLACE, name: { nl: 'De Molen' }, zone: 'Europe/Brussels' },
    eventType: { id: '0.3.1.0.0', label: 'Cursus' },
    modified: '2025-04-01T09:00:00+00:00',
    audience: 'everyone',
    labels: ['UiTPAS Regio Leie', 'papier', 'Paspartoe'],
    workflow: 'APPROVED',
    status: 'Available',
    problems: [],
  })
})

t.test('the id is the last part of the @id, whatever the host, in lower case', async (t) => {
  const upper = ID.toUpperCase()
  for (const url of [
    `http://udb.test/event/${ID}`,
    `https://x.be/events/${upper}/`,
    `/e/${ID}?embed=1`,
    ID,
  ]) {
    t.equal(eventOf({ ...workshop, '@id': url }).id, ID, url)
  }
  for (const url of [
    undefined,
    5,
    '',
    `https://x.be/${ID}/edit`,
    `https://x.be/event/${NIL}`,
    'x'.repeat(9_999),
  ]) {
    t.strictSame(reasonsFor({ ...workshop, '@id': url }), ['no-id'])
  }
})

t.test('each hindrance has its reason, and its own sentence', async (t) => {
  const cases = [
    [{ ...workshop, name: {} }, 'no-title'],
    [{ ...workshop, name: { nl: ' \n', es: 'Papel' } }, 'no-title'],
    [without('startDate'), 'no-dates'],
    [without('calendarType'), 'no-dates'],
    [without('organizer'), 'no-organiser'],
    [{ ...workshop, organizer: { name: 'Jan' } }, 'no-organiser'],
    [without('priceInfo'), 'no-price'],
    [{ ...workshop, priceInfo: [] }, 'no-price'],
    [{ ...workshop, priceInfo: [{ category: 'tariff', price: 3 }] }, 'no-price'],
    [{ ...workshop, workflowStatus: 'DRAFT' }, 'not-published'],
    [without('workflowStatus'), 'not-published'],
    [{ ...workshop, workflowStatus: 'REJECTED' }, 'rejected'],
    [{ ...workshop, workflowStatus: 'DELETED' }, 'deleted'],
    [{ '@id': workshop['@id'], '@type': 'Event' }, 'reference-only'],
    [{ ...workshop, '@type': 'Place' }, 'not-an-event'],
    [{ ...workshop, '@context': '/contexts/organizer' }, 'not-an-event'],
    ['event', 'not-an-event'],
    [null, 'not-an-event'],
    [[workshop], 'not-an-event'],
  ] as const
  for (const [document, reason] of cases) t.strictSame(reasonsFor(document), [reason], reason)
  t.match(describeSkipReason('no-price'), /explicit price of 0/)
  const sentences = Object.values(SKIP_REASONS)
  t.equal(new Set(sentences).size, sentences.length)
})

t.test('what is skipped tells all its reasons, and which event it was', async (t) => {
  t.strictSame(readEvent({ ...without('priceInfo', 'endDate'), workflowStatus: 'DRAFT' }, UITPAS), {
    kind: 'skipped',
    id: ID,
    title: { nl: 'Papier scheppen', fr: 'Faire du papier' },
    reasons: ['no-dates', 'no-price', 'not-published'],
    problems: [{ code: 'date-missing', where: 'endDate' }],
  })
})

t.test('a city pass with its own agenda needs no price and no organiser', async (t) => {
  const plain = eventOf(without('priceInfo', 'organizer'), { needsPrice: false })
  t.equal(plain.priced, false)
  t.equal(plain.organiser, undefined)
})

t.test('events for members, and camps that no agenda shows any more, save points', async (t) => {
  const members = { ...workshop, audience: { audienceType: 'members' } }
  t.equal(eventOf(members).audience, 'members')
  t.equal(eventOf({ ...workshop, audience: { audienceType: 'education' } }).audience, 'education')
  const strange = eventOf({ ...workshop, audience: { audienceType: 'cats' } })
  t.equal(strange.audience, 'everyone')
  t.strictSame(strange.problems, [{ code: 'audience-unknown', where: 'audience.audienceType' }])
  t.equal(eventOf({ ...workshop, availableTo: '1999-01-01T00:00:00+00:00' }).id, ID)
})

t.test('a dummy location is none, but tells the time zone', async (t) => {
  const placed = (country: string, id?: string) => ({
    ...workshop,
    location: {
      ...(id === undefined ? {} : { '@id': `/place/${id}` }),
      address: { fr: { addressCountry: country } },
    },
  })
  t.equal(eventOf(placed('NL')).location, undefined)
  t.equal(eventOf(placed('NL')).calendar.zone, 'Europe/Amsterdam')
  t.equal(eventOf(placed('NL', NIL)).location, undefined)
  t.strictSame(eventOf(placed('NL', PLACE)).location, { id: PLACE, name: {}, zone: 'Europe/Amsterdam' })
  t.equal(eventOf(without('location')).calendar.zone, 'Europe/Brussels')
  t.equal(
    eventOf({ ...workshop, location: { address: { addressCountry: 'NL' } } }).calendar.zone,
    'Europe/Amsterdam',
  )
})

t.test('old documents with plain texts are read in their main language', async (t) => {
  t.strictSame(eventOf({ ...workshop, name: 'Papier' }).title, { nl: 'Papier' })
  t.strictSame(eventOf({ ...workshop, mainLanguage: 'fr', name: 'Papier' }).title, { fr: 'Papier' })
  const old = { ...workshop, status: 'Unavailable', organizer: { '@id': ORGANISER, name: 'Bib' } }
  t.equal(eventOf(old).status, 'Unavailable')
  t.strictSame(eventOf(old).organiser, { id: ORGANISER, name: { nl: 'Bib' } })
})

t.test('texts are bounded, and free of what would spoil a screen', async (t) => {
  const long = eventOf({ ...workshop, name: { nl: `${'a'.repeat(TEXT_MAX - 1)}\u{1F600}tail` } })
  t.equal(long.title.nl, 'a'.repeat(TEXT_MAX - 1))
  t.strictSame(long.problems, [{ code: 'text-cut', where: 'name' }])
  t.equal(eventOf({ ...workshop, name: { nl: ' Twee\u0000\n\t regels\uD800 ' } }).title.nl, 'Twee regels')
  const labels = Array.from({ length: LABELS_MAX + 50 }, (_, n) => `label ${n}`)
  t.equal(eventOf({ ...workshop, labels }).labels.length, LABELS_MAX)
  t.strictSame(eventOf({ ...workshop, labels: [1, null, 'x'.repeat(300)], hiddenLabels: 'y' }).labels, [])
})

t.test('what was read goes through storage unchanged', async (t) => {
  const read = readEvents([workshop, without('endDate')], UITPAS)
  t.strictSame(JSON.parse(JSON.stringify(read)), read)
})

t.test('one event, a list, and a page of the Search API are read alike', async (t) => {
  const ids = (json: unknown): readonly (string | undefined)[] =>
    readEvents(json, UITPAS).map((read) => read.id)
  const page = {
    '@type': 'PagedCollection',
    itemsPerPage: 2,
    totalItems: 9,
    member: [workshop, { '@id': ID }],
  }
  t.strictSame(ids(workshop), [ID])
  t.strictSame(ids([workshop, workshop]), [ID, ID])
  t.strictSame(
    readEvents(page, UITPAS).map((read) => (read.kind === 'event' ? 'event' : read.reasons)),
    ['event', ['reference-only']],
  )
  t.strictSame(readEvents([], UITPAS), [])
  t.strictSame(readEvents({ ...page, member: [] }, UITPAS), [])
})

t.test('a file of too many events is read up to the limit, and says so', async (t) => {
  const read = readEvents(
    Array.from({ length: EVENTS_MAX + 7 }, () => workshop),
    UITPAS,
  )
  t.equal(read.length, EVENTS_MAX + 1)
  t.equal(read.filter((one) => one.kind === 'event').length, EVENTS_MAX)
  t.match(read.at(-1), { kind: 'skipped', reasons: ['too-many'] })
})

t.test('whatever comes in, nothing is thrown, and what is skipped has a reason', async () => {
  const fields = Object.keys(workshop)
  const spoilt = fc
    .tuple(fc.subarray(fields), fc.oneof(fc.jsonValue(), fc.anything()))
    .map(([keys, value]) => ({ ...workshop, ...Object.fromEntries(keys.map((key) => [key, value])) }))
  const inside = fc
    .tuple(
      fc.constantFrom(...fields),
      fc.dictionary(fc.constantFrom('@id', 'name', 'nl', 'address', 'type'), fc.jsonValue()),
    )
    .map(([key, value]) => ({ ...workshop, [key]: value }))
  const anything = fc.oneof(fc.jsonValue(), fc.anything(), spoilt, inside)
  const files = fc.oneof(
    anything,
    fc.array(anything),
    fc.record({ member: fc.oneof(fc.array(anything), anything) }),
  )
  fc.assert(
    fc.property(files, fc.boolean(), (json, needsPrice) => {
      const read = readEvents(json, { needsPrice })
      return read.every((one) => one.kind === 'event' || one.reasons.length > 0)
    }),
    { numRuns: 2_000 },
  )
})
