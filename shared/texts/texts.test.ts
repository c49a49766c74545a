import t from 'tap'
import { LANGUAGES, type Language, type Unit } from '../languages.js'
import { instant, type Instant } from '../time.js'
import { bandText, counted, helpTexts, isFestive, number, ribbonText, say, untilText } from './texts.js'
import type { OutOfOrder, Speech, Voice } from './texts.js'
import { when } from './when.js'

const at = (iso: string): Instant => instant(Date.parse(iso))
const POINTS: Unit = {
  nl: { one: 'punt', many: 'punten' },
  fr: { one: 'point', many: 'points' },
  de: { one: 'Punkt', many: 'Punkte' },
  en: { one: 'point', many: 'points' },
}
const STAMPS: Unit = {
  nl: { one: 'stempel', many: 'stempels' },
  fr: { one: 'tampon', many: 'tampons' },
  de: { one: 'Stempel', many: 'Stempel' },
  en: { one: 'stamp', many: 'stamps' },
}
// A Thursday evening in winter.
const NOW = at('2026-11-12T19:42:00+01:00')
const voice = (language: Language, unit = POINTS, now = NOW): Voice => ({
  language,
  unit,
  zone: 'Europe/Brussels',
  now,
})

const TONIGHT = at('2026-11-12T23:30:00+01:00')
const MOMENTS = [
  TONIGHT,
  at('2026-11-13T00:00:00+01:00'),
  at('2026-11-16T10:00:00+01:00'),
  at('2026-12-01T00:00:00+01:00'),
  at('2026-09-23T10:00:00+02:00'),
]
const OUT_OF_ORDER: readonly OutOfOrder[] = ['no-reader', 'not-set-up', 'journal-full', 'storage']

// A record, so that a new kind of speech does not compile until it is tried here.
const SPEECHES: { readonly [kind in Speech['kind']]: readonly Extract<Speech, { kind: kind }>[] } = {
  ready: [1, 2, 12].map((points) => ({ kind: 'ready', points })),
  'ready-blind': [{ kind: 'ready-blind' }],
  read: [{ kind: 'read' }],
  saved: [
    { kind: 'saved', points: 1, balance: 37 },
    { kind: 'saved', points: 1, balance: 1 },
    { kind: 'saved', points: 12, balance: 1_240 },
    ...MOMENTS.map((since) => ({
      kind: 'saved' as const,
      points: 1,
      balance: 39,
      late: { points: 2, since },
    })),
  ],
  noted: [{ kind: 'noted' }],
  already: [
    { kind: 'already' },
    ...MOMENTS.map((again) => ({ kind: 'already' as const, again, balance: 37 })),
  ],
  'not-yet': [{ kind: 'not-yet' }, ...MOMENTS.map((from) => ({ kind: 'not-yet' as const, from }))],
  over: [{ kind: 'over' }, ...MOMENTS.map((until) => ({ kind: 'over' as const, until }))],
  'ask-desk': [{ kind: 'ask-desk' }],
  'hold-still': [{ kind: 'hold-still' }],
  'one-card': [{ kind: 'one-card' }],
  'not-a-pass': [{ kind: 'not-a-pass' }],
  balance: [
    { kind: 'balance', balance: 0 },
    ...MOMENTS.map((next) => ({ kind: 'balance' as const, balance: 37, next })),
  ],
  'nothing-on': [{ kind: 'nothing-on' }, ...MOMENTS.map((next) => ({ kind: 'nothing-on' as const, next }))],
  'not-taken': [{ kind: 'not-taken' }],
  'out-of-order': OUT_OF_ORDER.map((why) => ({ kind: 'out-of-order', why })),
}

/** Two lines of the largest words, two of the second, on the smallest screen (measured on it, 800 by 480). */
const HEAD_MAX = 24
const LINE_MAX = 40
const SPOKEN_MAX = 110

t.test('every state has words in every language, and none is longer than fits', async (t) => {
  for (const language of LANGUAGES)
    for (const unit of [POINTS, STAMPS])
      for (const speech of Object.values(SPEECHES).flat()) {
        const { head, line, spoken } = say(speech, voice(language, unit))
        const name = `${language} ${JSON.stringify(speech)}: ${head} / ${line}`
        t.ok(head.length > 0 && head.length <= HEAD_MAX, `${name}: head`)
        t.ok(line.length <= LINE_MAX, `${name}: line`)
        t.ok(speech.kind === 'read' || line.length > 0, `${name}: says what next`)
        t.ok(speech.kind === 'read' || /[.!]$/.test(spoken), `${name}: spoken is a sentence`)
        t.ok(spoken.length <= SPOKEN_MAX, `${name}: spoken`)
        t.notMatch(`${head}${line}${spoken}`, /undefined|NaN|\{/, `${name}: nothing is left open`)
      }
})

t.test('no word for the unit is fixed: a city that gives stamps never says points', async (t) => {
  const point: Readonly<Record<Language, RegExp>> = {
    nl: /\bpunt/,
    fr: /\bpoint/,
    de: /\bPunkt/,
    en: /\bpoint/,
  }
  for (const language of LANGUAGES) {
    const stamped = voice(language, STAMPS)
    const all = Object.values(SPEECHES)
      .flat()
      .flatMap((speech) => Object.values(say(speech, stamped)))
    const around = [
      bandText('see-points', stamped),
      ribbonText('offline', stamped),
      ribbonText('clock-wrong', stamped),
    ]
    t.notMatch([...all, ...around].join('\n'), point[language], language)
  }
})

t.test('times are written as people write them', async (t) => {
  const already = (language: Language, again: string): string =>
    say({ kind: 'already', again: at(again), balance: 37 }, voice(language)).line
  const table: readonly (readonly [Language, string, string])[] = [
    ['nl', '2026-11-12T23:30:00+01:00', 'Weer vanaf 23:30'],
    ['nl', '2026-11-13T00:00:00+01:00', 'Weer vanaf morgen'],
    ['nl', '2026-11-16T00:00:00+01:00', 'Weer vanaf maandag'],
    ['nl', '2026-11-18T00:00:00+01:00', 'Weer vanaf woensdag'],
    ['nl', '2026-11-19T00:00:00+01:00', 'Weer vanaf 19 november'],
    ['nl', '2026-12-01T00:00:00+01:00', 'Weer vanaf 1 december'],
    ['fr', '2026-11-12T23:30:00+01:00', 'À nouveau dès 23\u00A0h\u00A030'],
    ['fr', '2026-11-13T00:00:00+01:00', 'À nouveau dès demain'],
    ['fr', '2026-11-16T00:00:00+01:00', 'À nouveau dès lundi'],
    ['fr', '2026-12-01T00:00:00+01:00', 'À nouveau dès le 1er décembre'],
    ['de', '2026-11-12T23:30:00+01:00', 'Wieder ab 23:30\u00A0Uhr'],
    ['de', '2026-11-16T00:00:00+01:00', 'Wieder ab Montag'],
    ['de', '2026-12-01T00:00:00+01:00', 'Wieder ab 1. Dezember'],
    ['en', '2026-11-13T00:00:00+01:00', 'Again from tomorrow'],
    ['en', '2026-12-01T00:00:00+01:00', 'Again from 1 December'],
  ]
  for (const [language, again, line] of table) t.equal(already(language, again), line)
  const next = (language: Language, iso: string): string =>
    say({ kind: 'nothing-on', next: at(iso) }, voice(language)).line
  t.equal(next('nl', '2026-11-12T20:00:00+01:00'), 'Weer om 20:00')
  t.equal(next('nl', '2026-11-13T10:00:00+01:00'), 'Weer morgen om 10:00')
  t.equal(next('de', '2026-11-16T10:00:00+01:00'), 'Wieder am Montag um 10:00\u00A0Uhr')
  t.equal(next('en', '2026-12-01T10:00:00+01:00'), 'Back on 1 December')
  t.equal(untilText(TONIGHT, voice('nl')), 'sparen kan tot 23:30')
  t.equal(untilText(at('2026-11-20T18:00:00+01:00'), voice('fr')), 'jusqu’au 20 novembre')
})

t.test('days are counted on the calendar of the place, also over a change of summer time', async (t) => {
  const zone = 'Europe/Brussels'
  const beforeChange = at('2026-10-24T23:59:00+02:00')
  t.match(when(at('2026-10-25T23:59:00+01:00'), beforeChange, { zone, language: 'nl' }), {
    distance: 'tomorrow',
    time: '23:59',
  })
  const utcMidnight = at('2026-11-12T23:30:00Z')
  t.match(when(utcMidnight, NOW, { zone, language: 'nl' }), { distance: 'tomorrow', time: '00:30' })
  t.match(when(utcMidnight, NOW, { zone: 'UTC', language: 'nl' }), { distance: 'today', time: '23:30' })
  t.match(when(at('2026-11-11T09:05:00+01:00'), NOW, { zone, language: 'fr' }), {
    day: 'hier',
    time: '9\u00A0h\u00A005',
  })
  t.throws(() => when(NOW, NOW, { zone: 'Europe/Gand', language: 'nl' }), RangeError)
})

t.test('numbers and units follow the language', async (t) => {
  t.strictSame(
    LANGUAGES.map((language) => [0, 1, 2].map((n) => counted(n, { language, unit: POINTS }))),
    [
      ['0 punten', '1 punt', '2 punten'],
      ['0 point', '1 point', '2 points'],
      ['0 Punkte', '1 Punkt', '2 Punkte'],
      ['0 points', '1 point', '2 points'],
    ],
  )
  t.strictSame(
    [number(1_284, 'nl'), number(12_840, 'nl'), number(12_840, 'en')],
    ['1284', '12.840', '12,840'],
  )
})

t.test('a full ten is a feast, nothing is not', async (t) => {
  t.strictSame([0, 9, 10, 37, 40, 1_230].map(isFestive), [false, false, true, false, true, true])
  t.equal(say({ kind: 'saved', points: 1, balance: 40 }, voice('nl')).head, 'Proficiat!')
})

t.test('taps that were only noted are told with their day, and aloud', async (t) => {
  const late = { points: 2, since: at('2026-11-02T20:00:00+01:00') }
  const saying = say({ kind: 'saved', points: 1, balance: 39, late }, voice('nl'))
  t.equal(saying.late, 'Ook 2 punten sinds 2 nov')
  t.equal(saying.spoken, '1 punt gespaard. Je hebt 39 punten. Ook 2 punten sinds 2 nov.')
})

t.test('whoever comes to help reads which pillar, what is wrong and whom to call', async (t) => {
  const trouble = { why: 'no-reader', pillarName: 'Inkom links', helpLine: 'toestel 41' } as const
  t.strictSame(helpTexts(trouble, voice('nl')), {
    whom: 'Zuil Inkom links · hulp: toestel 41',
    why: 'de lezer antwoordt niet',
  })
  t.strictSame(helpTexts({ why: 'storage', pillarName: 'Foyer' }, voice('fr')), {
    whom: 'Borne Foyer',
    why: 'le stockage est en panne',
  })
})
