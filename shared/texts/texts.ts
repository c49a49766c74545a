import type { Language, Unit } from '../languages.js'
import type { Instant } from '../time.js'
import { de } from './de.js'
import { en } from './en.js'
import { fr } from './fr.js'
import { nl } from './nl.js'
import { when, type When } from './when.js'
import type { Saying, Wording } from './wording.js'

const WORDINGS: Readonly<Record<Language, Wording>> = { nl, fr, de, en }

/** Who is spoken to, where and when. Pure: the time is an argument, and the same voice always says the same. */
export type Voice = {
  readonly language: Language
  /** The card system's own word for what one saves. */
  readonly unit: Unit
  /** IANA zone of the place. */
  readonly zone: string
  readonly now: Instant
}

/**
 * Everything the pillar has words for. A blocked and an unknown card are both `ask-desk`: there is one text, so that
 * nobody in the queue learns what is wrong with somebody's card.
 */
export type Speech =
  | { readonly kind: 'ready'; readonly points: number }
  | { readonly kind: 'ready-blind' }
  | { readonly kind: 'read' }
  | {
      readonly kind: 'saved'
      readonly points: number
      readonly balance: number
      readonly late?: { readonly points: number; readonly since: Instant } | undefined
    }
  | { readonly kind: 'noted' }
  | { readonly kind: 'already'; readonly again?: Instant | undefined; readonly balance?: number | undefined }
  | { readonly kind: 'not-yet'; readonly from?: Instant | undefined }
  | { readonly kind: 'over'; readonly until?: Instant | undefined }
  | { readonly kind: 'ask-desk' }
  | { readonly kind: 'hold-still' }
  | { readonly kind: 'one-card' }
  | { readonly kind: 'not-a-pass' }
  | { readonly kind: 'balance'; readonly balance: number; readonly next?: Instant | undefined }
  | { readonly kind: 'nothing-on'; readonly next?: Instant | undefined }
  | { readonly kind: 'not-taken' }
  | { readonly kind: 'out-of-order'; readonly why: OutOfOrder }

export type OutOfOrder = 'no-reader' | 'not-set-up' | 'journal-full' | 'storage'

/** Every full ten is a small feast: the stack on the screen is complete. */
export const isFestive = (balance: number): boolean => balance > 0 && balance % 10 === 0

/** The words for one state. */
// oxlint-disable-next-line complexity -- a flat list with one line per state is as simple as this gets
export function say(speech: Speech, voice: Voice): Saying {
  const words = WORDINGS[voice.language]
  const { many } = voice.unit[voice.language]
  switch (speech.kind) {
    case 'ready':
      return words.ready(counted(speech.points, voice))
    case 'ready-blind':
      return words.readyBlind(many)
    case 'read':
      return words.read()
    case 'saved':
      return saySaved(speech, voice)
    case 'noted':
      return words.noted(many)
    case 'already':
      return words.already(placed(speech.again, voice), countedIfKnown(speech.balance, voice))
    case 'not-yet':
      return words.notYet(placed(speech.from, voice))
    case 'over':
      return words.over(placed(speech.until, voice))
    case 'balance':
      return words.balance(many, counted(speech.balance, voice), placed(speech.next, voice))
    case 'nothing-on':
      return words.nothingOn(placed(speech.next, voice))
    case 'out-of-order':
      return speech.why === 'not-set-up' ? words.notSetUp() : words.outOfOrder(many)
    case 'not-taken':
      return words.notTaken(many)
    case 'ask-desk':
      return words.askDesk()
    case 'hold-still':
      return words.holdStill()
    case 'one-card':
      return words.oneCard()
    case 'not-a-pass':
      return words.notAPass()
  }
}

function saySaved(speech: Extract<Speech, { kind: 'saved' }>, voice: Voice): Saying {
  const words = WORDINGS[voice.language]
  const [plus, total] = [counted(speech.points, voice), counted(speech.balance, voice)]
  const saying = isFestive(speech.balance) ? words.festive(plus, total) : words.saved(plus, total)
  if (speech.late === undefined) return saying
  const since = when(speech.late.since, voice.now, voice)
  const late = words.late(counted(speech.late.points, voice), since)
  return { ...saying, spoken: `${saying.spoken} ${late}.`, late }
}

/** What stands on the band at the reader. */
export function bandText(band: 'hold-card' | 'see-points', voice: Voice): string {
  const words = WORDINGS[voice.language]
  return band === 'hold-card' ? words.holdCard : words.seePoints(voice.unit[voice.language].many)
}

/** What lacks, while taps still count (or, `offline-nothing-on`, while there is nothing to count). */
export function ribbonText(lack: 'offline' | 'offline-nothing-on' | 'clock-wrong', voice: Voice): string {
  const words = WORDINGS[voice.language]
  const { many } = voice.unit[voice.language]
  switch (lack) {
    case 'offline':
      return words.offline(many)
    case 'offline-nothing-on':
      return words.offlineNothingOn
    case 'clock-wrong':
      return words.clockWrong(many)
  }
}

/** "sparen kan tot 23:30", under the title of what is on. */
export const untilText = (until: Instant, voice: Voice): string =>
  WORDINGS[voice.language].until(when(until, voice.now, voice))

/** For whoever comes to help: which pillar and whom to call; and what is wrong. */
export function helpTexts(
  trouble: { readonly why: OutOfOrder; readonly pillarName: string; readonly helpLine?: string | undefined },
  voice: Voice,
): { readonly whom: string; readonly why: string } {
  const words = WORDINGS[voice.language]
  const pillar = words.pillar(trouble.pillarName)
  const whom = trouble.helpLine === undefined ? pillar : `${pillar} · ${words.helpLine(trouble.helpLine)}`
  return { whom, why: words.why[trouble.why] }
}

/** A number as the language writes it; four digits stand together, so that nobody reads a decimal point. */
export const number = (n: number, language: Language): string =>
  new Intl.NumberFormat(language, { useGrouping: 'min2' }).format(n)

/** The unit's form for a number, by the plural rule of the language (French says "0 point"). */
export function unitFor(n: number, { language, unit }: Pick<Voice, 'language' | 'unit'>): string {
  const form = new Intl.PluralRules(language).select(n)
  return form === 'one' ? unit[language].one : unit[language].many
}

/** "1 punt", "2 punten", "0 point". */
export const counted = (n: number, voice: Pick<Voice, 'language' | 'unit'>): string =>
  `${number(n, voice.language)} ${unitFor(n, voice)}`

const countedIfKnown = (n: number | undefined, voice: Voice): string | undefined =>
  n === undefined ? undefined : counted(n, voice)

const placed = (at: Instant | undefined, voice: Voice): When | undefined =>
  at === undefined ? undefined : when(at, voice.now, voice)
