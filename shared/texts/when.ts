import type { Language } from '../languages.js'
import type { Instant } from '../time.js'

/**
 * How far away a moment is, in the words of one language, seen from `now` on the calendar of one zone.
 * `time` is ready to be read ("19:00", "19 h 00", "19:00 Uhr"); `day` is the bare name of the day ("morgen",
 * "maandag", "1 december"), which a sentence may still put a small word before.
 */
export type When = {
  readonly distance: 'today' | 'tomorrow' | 'yesterday' | 'this-week' | 'date'
  readonly day: string
  /** `day` with its month cut short ("1 dec"), where room is scarce. */
  readonly shortDay: string
  readonly time: string
}

/** Belgium's own habits first: weekday and month names as they are written here. */
const LOCALE: Readonly<Record<Language, string>> = { nl: 'nl-BE', fr: 'fr-BE', de: 'de-DE', en: 'en-GB' }

const NEAR_DAYS: Readonly<Record<Language, readonly [today: string, tomorrow: string, yesterday: string]>> = {
  nl: ['vandaag', 'morgen', 'gisteren'],
  fr: ['aujourd’hui', 'demain', 'hier'],
  de: ['heute', 'morgen', 'gestern'],
  en: ['today', 'tomorrow', 'yesterday'],
}

/** A weekday's name is clear for the six days after today; a week later it would be today's own name. */
const NAMED_DAYS_AHEAD = 6

const DAY_MS = 86_400_000

/** The wall clock of the zone, written as people write it in the language. */
export function timeOfDay(at: Instant, zone: string, language: Language): string {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at)
  switch (language) {
    case 'nl':
    case 'en':
      return clock
    case 'fr':
      // No-break spaces: "19 h 00" is one word to a reader.
      return clock.replace(/^0/, '').replace(':', '\u00A0h\u00A0')
    case 'de':
      return `${clock}\u00A0Uhr`
  }
}

/** Places `at` on the calendar as somebody standing there at `now` would name it. Throws RangeError for a foreign zone. */
export function when(
  at: Instant,
  now: Instant,
  place: { readonly zone: string; readonly language: Language },
): When {
  const { zone, language } = place
  const ahead = (localDay(at, zone) - localDay(now, zone)) / DAY_MS
  const time = timeOfDay(at, zone, language)
  const [today, tomorrow, yesterday] = NEAR_DAYS[language]
  if (ahead === 0) return { distance: 'today', day: today, shortDay: today, time }
  if (ahead === 1) return { distance: 'tomorrow', day: tomorrow, shortDay: tomorrow, time }
  if (ahead === -1) return { distance: 'yesterday', day: yesterday, shortDay: yesterday, time }
  if (ahead > 1 && ahead <= NAMED_DAYS_AHEAD) {
    const day = new Intl.DateTimeFormat(LOCALE[language], { timeZone: zone, weekday: 'long' }).format(at)
    return { distance: 'this-week', day, shortDay: day, time }
  }
  return { distance: 'date', day: date(at, 'long', place), shortDay: date(at, 'short', place), time }
}

/** Midnight UTC of the local date: whole days between two of these are calendar days, whatever summer time does. */
function localDay(at: Instant, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  }).formatToParts(at)
  const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(field('year'), field('month') - 1, field('day'))
}

function date(
  at: Instant,
  month: 'long' | 'short',
  { zone, language }: { readonly zone: string; readonly language: Language },
): string {
  const text = new Intl.DateTimeFormat(LOCALE[language], { timeZone: zone, day: 'numeric', month }).format(at)
  // The first of a month is an ordinal in French; the platform's data leaves that to the caller.
  return language === 'fr' ? text.replace(/^1(?=\s)/, '1er') : text
}
