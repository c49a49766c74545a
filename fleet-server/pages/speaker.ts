import type { Language } from '@spaarzuil/shared/languages.js'
import { number } from '@spaarzuil/shared/texts/texts.js'
import { when } from '@spaarzuil/shared/texts/when.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import type { PillarView } from './fleet-view.js'
import type { Concern } from './situation.js'
import type { Told, Words } from './texts/wording.js'
import { wordsIn } from './texts/words.js'

/** Puts facts into the reader's language, with times on the clock of the place they are about. */
export interface Speaker {
  readonly language: Language
  readonly words: Words
  readonly now: Instant
  /** "19:20" for today, else with its day: "gisteren 19:20". */
  time(at: Instant, zone: string): string
  number(n: number): string
  /** The event's title, else its id. */
  readonly title: (cdbid: string) => string
  concern(view: PillarView, concern: Concern): Told
}

export function speakerOf(
  language: Language,
  now: Instant,
  titleOf: (cdbid: string, language: Language) => string | undefined,
): Speaker {
  const words = wordsIn(language)
  const time = (at: Instant, zone: string): string => {
    const { distance, shortDay, time: clock } = when(at, now, { zone, language })
    return distance === 'today' ? clock : `${shortDay} ${clock}`
  }
  const title = (cdbid: string): string => titleOf(cdbid, language) ?? cdbid
  const numeral = (n: number): string => number(n, language)
  return {
    language,
    words,
    now,
    time,
    number: numeral,
    title,
    concern: ({ cardSystem, choice }, concern) =>
      words.concern({
        kind: concern.kind,
        since: 'since' in concern ? time(concern.since, cardSystem.zone) : '',
        ...countOf(concern, numeral),
        device: 'device' in concern ? concern.device : 'reader',
        title: choice?.kind === 'chosen' ? title(choice.eventId) : '',
        other:
          'rivalId' in concern ? title(concern.rivalId) : 'eventId' in concern ? title(concern.eventId) : '',
      }),
  }
}

function countOf(concern: Concern, numeral: (n: number) => string): { count: number; number: string } {
  const count = 'waiting' in concern ? concern.waiting : 'count' in concern ? concern.count : 0
  return { count, number: numeral(count) }
}
