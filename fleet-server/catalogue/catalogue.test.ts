import { Program, Settings } from '@spaarzuil/shared/contract/program.js'
import { chooseEvent } from '@spaarzuil/shared/events/choose.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { days, hours, instant, later, type Instant } from '@spaarzuil/shared/time.js'
import t from 'tap'
import { Compile } from 'typebox/compile'
import {
  eventDocument,
  know,
  LIBRARY,
  MORNING,
  newIdOf,
  openTown,
  THEATRE,
  type Town,
} from '../testing/town.js'
import { openCatalogue, type Catalogue } from './catalogue.js'

type Test = { testdir: () => string; teardown: (job: () => Promise<void>) => void }

async function town(test: Test): Promise<Town> {
  const opened = await openTown(test.testdir())
  test.teardown(async () => opened.store[Symbol.asyncDispose]())
  return opened
}

function counting(catalogue: Catalogue, pillar: string, at: Instant): string {
  const input = catalogue.choiceInputAt(pillar, at)
  const choice = input === undefined ? undefined : chooseEvent(input)
  return choice?.kind === 'chosen' ? `${choice.why} ${choice.eventId}` : String(choice?.kind)
}

const EVENING: readonly [string, string] = ['2026-05-06T20:00:00+02:00', '2026-05-06T22:00:00+02:00']
const at = (iso: string): Instant => instant(Date.parse(iso))

t.test('a pillar counts for the event of its counter, as of any moment', async (t) => {
  const { catalogue, clock, hall, foyer, ...rest } = await town(t)
  const all = { catalogue, clock, hall, foyer, ...rest }
  await clock.advance(hours(1))
  const visit = await know(all, eventDocument({}))
  const play = await know(all, eventDocument({ at: THEATRE, name: 'Jazz', moments: [EVENING] }))
  await clock.advance(hours(1))
  await catalogue.write.assign(foyer.uuid, [rest.library.uuid])

  t.equal(counting(catalogue, hall.uuid, clock.now()), `only-candidate ${visit}`)
  t.equal(
    counting(catalogue, hall.uuid, MORNING),
    'nothing-on',
    'before the event was known it was no candidate',
  )
  t.equal(counting(catalogue, hall.uuid, at('2026-05-10T12:00:00+02:00')), 'nothing-on', 'closed on Sundays')
  t.equal(counting(catalogue, foyer.uuid, at('2026-05-06T20:00:00+02:00')), `only-candidate ${visit}`)
  await catalogue.write.assign(foyer.uuid, [rest.theatre.uuid])
  await clock.advance(hours(1))
  await catalogue.write.assign(foyer.uuid, [rest.library.uuid, rest.theatre.uuid])
  const evening = at('2026-05-06T19:30:00+02:00')
  t.equal(counting(catalogue, foyer.uuid, evening), `nearest-start ${play}`, 'the events of all its counters')
})

t.test('what was written is the same after a restart', async (t) => {
  const opened = await town(t)
  const { catalogue, database, clock, hall, region } = opened
  const visit = await know(opened, eventDocument({}))
  await catalogue.write.setEventSettings(visit, region.id, { points: 3 })
  await catalogue.write.pin(hall.uuid, {
    level: 'counter',
    counterUuid: opened.library.uuid,
    eventId: visit,
    chosenBy: 'An',
    startsAt: undefined,
    endsAt: later(clock.now(), hours(2)),
  })
  await catalogue.write.setSettings(hall.uuid, {
    ...catalogue.pillar(hall.uuid)?.settings[0]?.value,
    ...SETTINGS,
  })
  await know(opened, eventDocument({ id: visit, name: 'Bib' }))
  const again = await openCatalogue({ database, clock })
  t.strictSame(again.pillars(), catalogue.pillars())
  t.strictSame(again.memory.cardSystems(), catalogue.memory.cardSystems())
  t.strictSame(again.memory.counters(), catalogue.memory.counters())
  t.strictSame([...again.memory.events()], [...catalogue.memory.events()])
  t.equal(again.memory.event(visit)?.versions.length, 2)
})
const SETTINGS = { language: 'fr', strict: true, showMembersTitle: false, enquiriesPerMinute: 3 } as const

t.test('an event first seen after the tap counts with its first version', async (t) => {
  const opened = await town(t)
  const { catalogue, clock, region } = opened
  await clock.advance(days(2))
  const visit = await know(opened, eventDocument({}))
  const ask = { cdbid: visit, cardSystemId: region.id, channel: 'pillar', at: MORNING } as const
  const facts = catalogue.eventAt(ask)
  t.equal(facts?.limit.points, 1)
  t.equal(facts?.cancelled, false)
  t.equal(catalogue.eventAt({ ...ask, cdbid: newId() }), undefined)
})

t.test(
  'points and limit are those of the period; a rule written later changes nothing before it',
  async (t) => {
    const opened = await town(t)
    const { catalogue, clock, region } = opened
    const visit = await know(opened, eventDocument({}))
    const ask = (moment: Instant) =>
      catalogue.eventAt({ cdbid: visit, cardSystemId: region.id, channel: 'pillar', at: moment })?.limit
    t.match(ask(MORNING), { points: 1, volume: 1, periodEnd: at('2026-05-11T00:00:00+02:00') })
    await clock.advance(hours(1))
    await catalogue.write.setEventSettings(visit, region.id, { points: 5 })
    t.equal(ask(MORNING)?.points, 1)
    t.equal(ask(later(MORNING, days(1)))?.points, 1, 'the week goes on with the points it began with')
    t.equal(ask(later(MORNING, days(7)))?.points, 5)
    await clock.advance(hours(1))
    await catalogue.write.setRules(region.uuid, { ...UITPAS, limits: { ...UITPAS.limits, permanent: DAILY } })
    t.equal(ask(later(MORNING, days(7)))?.periodEnd, at('2026-05-14T00:00:00+02:00'))
  },
)
const DAILY = { volume: 2, period: 'DAY' } as const
const UITPAS = {
  points: 2,
  windows: {
    pillar: { before: 'PT1H', after: 'PT1H' },
    counter: { before: 'PT1H', after: 'P3M' },
    qr: { before: 'PT0S', after: 'PT0S' },
  },
  limits: { single: DAILY, multiple: DAILY, periodic: DAILY, permanent: DAILY },
} as const

t.test('cancelled and postponed occurrences are no candidates, and are known as such', async (t) => {
  const opened = await town(t)
  const { catalogue, foyer, region } = opened
  const moments = [
    [...EVENING, 'Unavailable'],
    ['2026-05-07T20:00:00+02:00', '2026-05-07T22:00:00+02:00', 'TemporarilyUnavailable'],
    ['2026-05-08T20:00:00+02:00', '2026-05-08T22:00:00+02:00'],
  ] as const
  const play = await know(opened, eventDocument({ at: THEATRE, moments }))
  t.equal(counting(catalogue, foyer.uuid, at(EVENING[0])), 'nothing-on')
  t.equal(counting(catalogue, foyer.uuid, at('2026-05-07T20:00:00+02:00')), 'nothing-on')
  t.equal(counting(catalogue, foyer.uuid, at('2026-05-08T20:00:00+02:00')), `only-candidate ${play}`)
  const cancelled = (start: string) =>
    catalogue.eventAt({
      cdbid: play,
      cardSystemId: region.id,
      channel: 'pillar',
      at: at(start),
      occurrence: { startMs: at(start) },
    })?.cancelled
  t.equal(cancelled(EVENING[0]), true)
  t.equal(cancelled('2026-05-08T20:00:00+02:00'), false)
  t.equal(cancelled('2026-05-09T20:00:00+02:00'), false, 'a moved occurrence was not cancelled')
})

t.test('a program holds what is near, also pinned events of others, and fits its limit', async (t) => {
  const opened = await town(t)
  const { catalogue, clock, hall } = opened
  const foreign = await know(opened, eventDocument({ at: THEATRE, name: 'Jazz', moments: [EVENING] }))
  const visit = await know(opened, eventDocument({}))
  await catalogue.write.pin(hall.uuid, {
    level: 'administrator',
    counterUuid: undefined,
    eventId: foreign,
    chosenBy: 'KSB',
    startsAt: undefined,
    endsAt: undefined,
  })
  const program = catalogue.programFor(hall.uuid, clock.now())
  const wire = { ...program, epoch: newId(), revision: 1 }
  t.equal(Compile(Program).Check(JSON.parse(JSON.stringify(wire))), true)
  t.strictSame(
    program.events.map(({ id, automatic }) => ({ id, automatic })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    [
      { id: foreign, automatic: false },
      { id: visit, automatic: true },
    ].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  )
  const later1 = catalogue.programFor(hall.uuid, later(clock.now(), hours(3)))
  t.strictSame({ ...later1, madeAtMs: 0 }, { ...program, madeAtMs: 0 }, 'the same all day')

  const long = 'x'.repeat(190)
  for (let number = 10; number < 400; number += 1) {
    await know(opened, eventDocument({ id: newIdOf(number), name: `${long} ${number}` }))
  }
  const full = catalogue.programFor(hall.uuid, clock.now())
  const bytes = JSON.stringify({ ...full, epoch: newId(), revision: 1 }).length
  t.ok(bytes <= 256 * 1024 && bytes > 200 * 1024, `${bytes} bytes`)
  t.ok(full.horizonMs < program.horizonMs, 'the horizon tells how far it goes')
  const opens = full.events.flatMap(({ occurrences }) => occurrences.map(({ fromMs }) => fromMs ?? 0))
  t.ok(Math.max(...opens) <= full.horizonMs + 1, 'nearest first')
})

t.test('settings hold what a pillar needs, and no pins, names of people or secrets', async (t) => {
  const { catalogue, hall } = await town(t)
  const settings = catalogue.settingsFor(hall.uuid)
  const wire = { ...settings, epoch: newId(), revision: 1, sealing: { keyId: 'k', publicKey: 'p' } }
  t.equal(Compile(Settings).Check(wire), true)
  t.match(settings, {
    name: 'Inkom',
    zone: 'Europe/Brussels',
    cardSystem: { name: 'Linderpas', primary: '#2c3c83' },
  })
  t.equal(JSON.stringify(settings).includes('0000000'), false)
})

t.test('those who listen hear which pillars are concerned, and no others', async (t) => {
  const opened = await town(t)
  const { catalogue, hall, foyer, region } = opened
  const heard: string[][] = []
  const stop = catalogue.onChange((pillars) => heard.push([...pillars].toSorted()))
  await know(opened, eventDocument({ at: THEATRE, moments: [EVENING] }))
  await know(opened, eventDocument({ at: { organiserId: newIdOf(90), locationId: LIBRARY.locationId } }))
  await know(opened, eventDocument({ at: { organiserId: newIdOf(91), locationId: newIdOf(92) } }))
  await catalogue.write.setRules(region.uuid, UITPAS)
  await catalogue.write.setStatus(hall.uuid, 'blocked')
  stop()
  await catalogue.write.setStatus(hall.uuid, 'active')
  t.strictSame(heard, [[foyer.uuid], [hall.uuid], [hall.uuid, foyer.uuid].toSorted(), [hall.uuid]])
})

t.test('an explanation names the chosen, the candidates, and why others are none', async (t) => {
  const opened = await town(t)
  const { catalogue, clock, hall } = opened
  const visit = await know(opened, eventDocument({}))
  await know(
    opened,
    eventDocument({
      name: 'Voorleesuur',
      moments: [['2026-05-08T14:00:00+02:00', '2026-05-08T15:00:00+02:00']],
    }),
  )
  await know(opened, eventDocument({ name: 'Quiz', moments: [[...EVENING, 'Unavailable']] }))
  await know(opened, eventDocument({ at: THEATRE, moments: [EVENING] }))
  await catalogue.write.pin(hall.uuid, {
    level: 'counter',
    counterUuid: undefined,
    eventId: newIdOf(77),
    chosenBy: 'An',
    startsAt: undefined,
    endsAt: undefined,
  })
  const found = catalogue.explainAt(hall.uuid, clock.now())
  t.match(found?.choice, { kind: 'chosen', eventId: visit, why: 'only-candidate' })
  t.strictSame(
    found?.candidates.map(({ title }) => title),
    ['Bibliotheekbezoek'],
  )
  t.strictSame(
    found?.rejected.map(({ title, reason }) => `${title ?? '?'}: ${reason}`),
    ['?: pinned-but-unknown', 'Voorleesuur: not-open-yet', 'Quiz: cancelled'],
  )
  t.equal(found?.elsewhere, 1)
  t.match(found?.sentence('nl'), /\w+/)
})

t.test('edges at which an answer may change lie in the span, sorted', async (t) => {
  const opened = await town(t)
  const { catalogue, foyer } = opened
  const play = await know(opened, eventDocument({ at: THEATRE, moments: [EVENING] }))
  const from = at('2026-05-06T12:00:00+02:00')
  const until = at('2026-05-07T12:00:00+02:00')
  const edges = catalogue.boundaries(foyer.uuid, { from, until }, play)
  t.ok(edges.includes(at('2026-05-06T15:00:00+02:00')), 'the window opens five hours before')
  t.ok(edges.includes(at('2026-05-07T00:00:00+02:00')), 'the limit of the day ends')
  t.ok(edges.includes(instant(at('2026-05-07T03:00:00+02:00') + 1)), 'the window is closed')
  t.strictSame(
    edges,
    [...edges].toSorted((a, b) => a - b),
  )
  t.ok(edges.every((edge) => edge > from && edge <= until))
})

t.test('decisions are answered from memory, fast enough for every check-in', async (t) => {
  const opened = await town(t)
  const { catalogue, region, hall, clock } = opened
  const visit = await know(opened, eventDocument({}))
  const ask = { cdbid: visit, cardSystemId: region.id, channel: 'pillar', at: clock.now() } as const
  const first = catalogue.eventAt(ask)
  t.equal(catalogue.eventAt(ask), first, 'the same answer, not worked out again')
  const started = process.hrtime.bigint()
  for (let n = 0; n < 10_000; n += 1) {
    catalogue.eventAt({ ...ask, at: later(clock.now(), days(0)) })
    catalogue.chosenAt(hall.uuid, clock.now())
  }
  t.comment(`${Number(process.hrtime.bigint() - started) / 1e7} µs per check-in`)
  await catalogue.write.setEventSettings(visit, region.id, { points: 9 })
  t.not(catalogue.eventAt(ask), first, 'a write makes it worked out again')
})
