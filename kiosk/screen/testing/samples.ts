import { instant, type Instant } from '@spaarzuil/shared/time.js'
import type { Language, Translated, Unit } from '@spaarzuil/shared/languages.js'
import type { Idle, Message, Shown } from '../../core/shown.js'

/** Made-up values for tests and pictures of the screen: every state, and the longest that has to fit. */

export const POINTS: Unit = {
  nl: { one: 'punt', many: 'punten' },
  fr: { one: 'point', many: 'points' },
  de: { one: 'Punkt', many: 'Punkte' },
  en: { one: 'point', many: 'points' },
}
export const STAMPS: Unit = {
  nl: { one: 'stempel', many: 'stempels' },
  fr: { one: 'tampon', many: 'tampons' },
  de: { one: 'Stempel', many: 'Stempel' },
  en: { one: 'stamp', many: 'stamps' },
}

const at = (iso: string): Instant => instant(Date.parse(iso))
const TONIGHT = at('2026-11-12T23:30:00+01:00')
const TOMORROW = at('2026-11-13T00:00:00+01:00')
const MONDAY = at('2026-11-16T10:00:00+01:00')
const FIRST_OF_MONTH = at('2026-12-01T00:00:00+01:00')

const JAZZ: Translated = {
  nl: 'Jazz in de foyer',
  fr: 'Jazz au foyer',
  de: 'Jazz im Foyer',
  en: 'Jazz in the foyer',
}

const ready = (title: Translated, organiser = 'Theater De Kaai', until = TONIGHT): Idle => ({
  kind: 'ready',
  title,
  organiser,
  points: 1,
  until,
})

export const READY = ready(JAZZ)

/** A waiting pillar on a Thursday evening, online, its clock right. */
export const shownIn = (language: Language, change: Partial<Shown> = {}): Shown => ({
  language,
  zone: 'Europe/Brussels',
  now: at('2026-11-12T19:42:00+01:00'),
  clock: 'right',
  line: 'online',
  brand: { name: 'Linderpas', unit: POINTS },
  idle: READY,
  ...change,
})

const message = (told: Message): Partial<Shown> => ({ message: told })
const idle = (standing: Idle): Partial<Shown> => ({ idle: standing })

/** Eighty characters, with the long words that both languages build. */
const LONG_DUTCH = 'Gezinsvoorstelling met verkleedpartij, knutselhoek en poppenkast voor kleuters'
const LONG_GERMAN = 'Kinderfreizeitgestaltung: Straßenmusikantenfest für Großeltern und Enkelkinder'

/** Every state by the name of its picture. */
export const SCENES: Readonly<Record<string, Partial<Shown>>> = {
  ready: {},
  'ready-late': idle(ready(JAZZ, 'Theater De Kaai', at('2026-11-13T03:30:00+01:00'))),
  'ready-offline': { line: 'offline' },
  'ready-clock-wrong': { clock: 'wrong' },
  'ready-blind': { ...idle({ kind: 'ready-blind' }), clock: 'wrong', line: 'offline' },
  'ready-middle': idle(
    ready({ nl: 'Open atelier keramiek voor beginners', de: 'Offene Töpferwerkstatt für Anfänger' }),
  ),
  'ready-long': idle(
    ready(
      { nl: LONG_DUTCH, de: LONG_GERMAN, fr: LONG_DUTCH, en: LONG_DUTCH },
      'Gemeenschapscentrum De Oude Melkerij van Sint-Katelijne',
    ),
  ),
  'ready-long-offline': {
    ...idle(ready({ nl: LONG_DUTCH, de: LONG_GERMAN }, 'Gemeenschapscentrum De Oude Melkerij')),
    line: 'offline',
  },
  'ready-brand': {
    brand: { name: 'Stadspas Molenbeke', unit: STAMPS, primary: '#0f6b73', secondary: '#ff8a5c' },
  },
  read: message({ kind: 'read' }),
  saved: message({ kind: 'saved', points: 1, balance: 37 }),
  'saved-first': message({ kind: 'saved', points: 1, balance: 1 }),
  'saved-late': message({
    kind: 'saved',
    points: 1,
    balance: 39,
    late: { points: 2, since: at('2026-11-02T20:00:00+01:00') },
  }),
  'saved-hundreds': message({ kind: 'saved', points: 2, balance: 487 }),
  'saved-thousands': message({
    kind: 'saved',
    points: 12,
    balance: 1_284,
    late: { points: 3, since: at('2026-11-02T20:00:00+01:00') },
  }),
  'saved-ten-thousands': message({ kind: 'saved', points: 25, balance: 12_846 }),
  'saved-stamps': {
    ...message({ kind: 'saved', points: 1, balance: 128 }),
    brand: { name: 'Stadspas Molenbeke', unit: STAMPS, primary: '#0f6b73', secondary: '#ff8a5c' },
  },
  festive: message({ kind: 'saved', points: 1, balance: 40 }),
  'festive-late': message({
    kind: 'saved',
    points: 2,
    balance: 120,
    late: { points: 1, since: at('2026-11-11T20:00:00+01:00') },
  }),
  noted: message({ kind: 'noted' }),
  already: message({ kind: 'already', again: TOMORROW, balance: 37 }),
  'already-month': message({ kind: 'already', again: FIRST_OF_MONTH, balance: 1_284 }),
  'already-once': message({ kind: 'already' }),
  'not-yet': message({ kind: 'not-yet', from: TONIGHT, balance: 36 }),
  over: message({ kind: 'over', until: at('2026-11-12T18:00:00+01:00'), balance: 36 }),
  'ask-desk': message({ kind: 'ask-desk' }),
  'hold-still': message({ kind: 'hold-still' }),
  'one-card': message({ kind: 'one-card' }),
  'not-a-pass': message({ kind: 'not-a-pass' }),
  balance: message({ kind: 'balance', balance: 36 }),
  'balance-next': message({ kind: 'balance', balance: 36, next: MONDAY }),
  'nothing-on-message': { ...message({ kind: 'nothing-on', next: MONDAY }), line: 'offline' },
  'nothing-on': idle({ kind: 'nothing-on', next: TONIGHT }),
  'nothing-on-monday': idle({ kind: 'nothing-on', next: MONDAY }),
  'nothing-on-offline': { ...idle({ kind: 'nothing-on' }), line: 'offline' },
  'not-taken': message({ kind: 'not-taken' }),
  'out-of-order': idle({
    kind: 'out-of-order',
    why: 'no-reader',
    pillarName: 'Inkom links',
    helpLine: 'toestel 41',
  }),
  'not-set-up': idle({ kind: 'out-of-order', why: 'not-set-up', pillarName: 'Inkom links' }),
}
