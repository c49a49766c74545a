import type { When } from './when.js'

/**
 * What is said of one state. `head`: the largest words, two or three. `line`: what to know or do next, '' where the
 * head says all. `spoken`: one or two full sentences for a voice. `late`: a note about taps that were only noted before.
 */
export type Saying = {
  readonly head: string
  readonly line: string
  readonly spoken: string
  readonly late?: string | undefined
}

/**
 * One language's words (level A2). `plus` and `total` are numbers with the card system's own unit ("1 punt"),
 * `one` and `many` that unit alone. A sentence never leans on the unit's gender: a city chooses its own word.
 */
export type Wording = {
  readonly ready: (plus: string) => Saying
  readonly readyBlind: (many: string) => Saying
  readonly read: () => Saying
  readonly saved: (plus: string, total: string) => Saying
  readonly festive: (plus: string, total: string) => Saying
  readonly late: (plus: string, since: When) => string
  readonly noted: (many: string) => Saying
  readonly already: (again: When | undefined, total: string | undefined) => Saying
  readonly notYet: (from: When | undefined) => Saying
  readonly over: (until: When | undefined) => Saying
  readonly askDesk: () => Saying
  readonly holdStill: () => Saying
  readonly oneCard: () => Saying
  readonly notAPass: () => Saying
  readonly balance: (many: string, total: string, next: When | undefined) => Saying
  readonly nothingOn: (next: When | undefined) => Saying
  readonly notTaken: (many: string) => Saying
  readonly outOfOrder: (many: string) => Saying
  readonly notSetUp: () => Saying
  /** On the band at the reader. */
  readonly holdCard: string
  readonly seePoints: (many: string) => string
  /** Under the title of what is on. */
  readonly until: (time: When) => string
  /** Above the band while something lacks and taps still count. */
  readonly offline: (many: string) => string
  readonly offlineNothingOn: string
  readonly clockWrong: (many: string) => string
  /** For whoever comes to help: which pillar, what is wrong, whom to call. */
  readonly pillar: (name: string) => string
  readonly helpLine: (line: string) => string
  readonly why: Readonly<Record<'no-reader' | 'not-set-up' | 'journal-full' | 'storage', string>>
}

/** A line of the screen, closed as a sentence for a voice. */
export const sentence = (line: string): string => (line.endsWith('.') ? line : `${line}.`)
