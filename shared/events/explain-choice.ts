/** A choice in words that staff of a counter can read and check. */
import type { Language } from '../languages.js'
import type { Instant } from '../time.js'
import type { Choice, Chosen, NothingOn, Pin } from './choose.js'

/** What the words need besides the choice. */
export type ExplainFacts = {
  readonly language: Language
  readonly zone: string
  /** Title of an event; its id is shown where there is none. */
  readonly titleOf?: ((eventId: string) => string | undefined) | undefined
}

export function explainChoice(choice: Choice, facts: ExplainFacts): string {
  const words = WORDS[facts.language]
  const show = shower(facts)
  return choice.kind === 'chosen' ? explainChosen(choice, words, show) : explainNothing(choice, words, show)
}

function explainChosen(choice: Chosen, words: Words, show: Shower): string {
  switch (choice.why) {
    case 'administrator-pin':
    case 'counter-pin':
    case 'roster':
      return pinWords(choice.pin, words, show)
    case 'only-candidate':
      return words.only
    case 'nearest-start':
      return words.nearest(startTime(choice, show), choice.candidates)
    case 'tie':
      return words.tie(startTime(choice, show), choice.candidates, show.title(choice.rival.eventId))
    case 'no-start':
      return words.noStart(choice.candidates, show.title(choice.rival.eventId))
  }
}

function explainNothing({ pin, next }: NothingOn, words: Words, show: Shower): string {
  const nothing = pin === undefined ? words.nothing : words.closedPin(pinWords(pin, words, show))
  return next === undefined ? nothing : `${nothing}; ${words.again(show.dayAndTime(next))}`
}

function pinWords(pin: Pin, words: Words, show: Shower): string {
  const until = pin.until === undefined ? '' : words.until(show.dayAndTime(pin.until))
  switch (pin.level) {
    case 'administrator':
      return words.pinnedByAdministrator(show.day(pin.since ?? pin.from)) + until
    case 'counter':
      return words.pinnedByCounter(show.day(pin.since ?? pin.from)) + until
    case 'roster':
      return words.roster(show.dayAndTime(pin.from)) + until
  }
}

const startTime = ({ occurrence }: Chosen, show: Shower): string =>
  occurrence.start === undefined ? '' : show.time(occurrence.start)

type Shower = {
  readonly day: (at: Instant) => string
  readonly time: (at: Instant) => string
  readonly dayAndTime: (at: Instant) => string
  readonly title: (eventId: string) => string
}

function shower({ language, zone, titleOf }: ExplainFacts): Shower {
  const format = (options: Intl.DateTimeFormatOptions): ((at: Instant) => string) => {
    const known = new Intl.DateTimeFormat(LOCALES[language], { timeZone: zone, ...options })
    return (at) => known.format(at)
  }
  const day = format({ day: 'numeric', month: 'long' })
  const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return {
    day,
    time,
    dayAndTime: (at) => `${day(at)} ${time(at)}`,
    title: (eventId) => titleOf?.(eventId) ?? eventId,
  }
}

const LOCALES = { nl: 'nl-BE', fr: 'fr-BE', de: 'de-BE', en: 'en-GB' } as const

type Words = {
  readonly pinnedByAdministrator: (day: string) => string
  readonly pinnedByCounter: (day: string) => string
  readonly roster: (from: string) => string
  readonly until: (time: string) => string
  readonly only: string
  readonly nearest: (start: string, candidates: number) => string
  readonly tie: (start: string, candidates: number, rival: string) => string
  readonly noStart: (candidates: number, rival: string) => string
  readonly nothing: string
  readonly closedPin: (pin: string) => string
  readonly again: (time: string) => string
}

const WORDS: { readonly [language in ExplainFacts['language']]: Words } = {
  en: {
    pinnedByAdministrator: (day) => `pinned by the administrator on ${day}`,
    pinnedByCounter: (day) => `pinned by the counter on ${day}`,
    roster: (from) => `on the roster from ${from}`,
    until: (time) => `, until ${time}`,
    only: 'the only event that is on',
    nearest: (start, candidates) => `nearest start: ${start}, ${candidates} candidates`,
    tie: (start, candidates, rival) =>
      `nearest start: ${start}, ${candidates} candidates; as near as ${rival}: pin one of them if this is the wrong one`,
    noStart: (candidates, rival) =>
      `no start hour, ${candidates} candidates; nor has ${rival}: pin one of them if this is the wrong one`,
    nothing: 'nothing is on',
    closedPin: (pin) => `nothing is on: the event is ${pin}, and it is not open for check-in now`,
    again: (time) => `next on ${time}`,
  },
  nl: {
    pinnedByAdministrator: (day) => `vastgezet door de beheerder op ${day}`,
    pinnedByCounter: (day) => `vastgezet door de balie op ${day}`,
    roster: (from) => `op het rooster vanaf ${from}`,
    until: (time) => `, tot ${time}`,
    only: 'het enige evenement dat bezig is',
    nearest: (start, candidates) => `dichtstbijzijnde startuur: ${start}, ${candidates} kandidaten`,
    tie: (start, candidates, rival) =>
      `dichtstbijzijnde startuur: ${start}, ${candidates} kandidaten; even dichtbij: ${rival}. Zet er een vast als dit het verkeerde is`,
    noStart: (candidates, rival) =>
      `geen startuur, ${candidates} kandidaten; ook zonder startuur: ${rival}. Zet er een vast als dit het verkeerde is`,
    nothing: 'er is niets bezig',
    closedPin: (pin) => `er is niets bezig: het evenement is ${pin}, maar inchecken kan nu niet`,
    again: (time) => `opnieuw op ${time}`,
  },
  fr: {
    pinnedByAdministrator: (day) => `fixé par l’administrateur le ${day}`,
    pinnedByCounter: (day) => `fixé par le guichet le ${day}`,
    roster: (from) => `prévu au planning à partir du ${from}`,
    until: (time) => `, jusqu’au ${time}`,
    only: 'la seule activité en cours',
    nearest: (start, candidates) => `début le plus proche : ${start}, ${candidates} candidates`,
    tie: (start, candidates, rival) =>
      `début le plus proche : ${start}, ${candidates} candidates ; tout aussi proche : ${rival}. Fixez-en une si ce n’est pas la bonne`,
    noStart: (candidates, rival) =>
      `sans heure de début, ${candidates} candidates ; sans heure aussi : ${rival}. Fixez-en une si ce n’est pas la bonne`,
    nothing: 'aucune activité en cours',
    closedPin: (pin) =>
      `aucune activité en cours : l’activité est ${pin}, mais l’on ne peut pas s’inscrire maintenant`,
    again: (time) => `prochaine le ${time}`,
  },
  de: {
    pinnedByAdministrator: (day) => `von der Verwaltung am ${day} festgelegt`,
    pinnedByCounter: (day) => `vom Schalter am ${day} festgelegt`,
    roster: (from) => `im Plan ab ${from}`,
    until: (time) => `, bis ${time}`,
    only: 'die einzige laufende Veranstaltung',
    nearest: (start, candidates) => `nächster Beginn: ${start}, ${candidates} zur Auswahl`,
    tie: (start, candidates, rival) =>
      `nächster Beginn: ${start}, ${candidates} zur Auswahl; ebenso nah: ${rival}. Legen Sie eine fest, wenn dies die falsche ist`,
    noStart: (candidates, rival) =>
      `ohne Beginn, ${candidates} zur Auswahl; ebenso ohne Beginn: ${rival}. Legen Sie eine fest, wenn dies die falsche ist`,
    nothing: 'es läuft nichts',
    closedPin: (pin) =>
      `es läuft nichts: Die Veranstaltung ist ${pin}, aber Check-ins sind jetzt nicht möglich`,
    again: (time) => `wieder am ${time}`,
  },
}
