import type { ChoiceReason, OccurrenceRef, Revision } from '@spaarzuil/shared/contract/check-in.js'
import type { Program, ProgramEvent } from '@spaarzuil/shared/contract/program.js'
import { chooseEvent } from '@spaarzuil/shared/events/choose.js'
import { indexOccurrences, type Candidate } from '@spaarzuil/shared/events/occurrence-index.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import type { Now } from './happening.js'

/** What the pillar counts for at a moment, and why. */
export type Choice = {
  readonly why: ChoiceReason
  readonly event?: ProgramEvent | undefined
  readonly occurrence?: Candidate['occurrence'] | undefined
  /** Last instant of its window. */
  readonly until?: Instant | undefined
  /** When something is on again; known only where nothing is on. */
  readonly next?: Instant | undefined
}

/** A program, made ready for choosing. */
export type Chooser = { readonly program: Program; readonly choose: (at: Instant) => Choice }

/** Sorts the program's occurrences once; each choice then costs some microseconds. */
export function chooserOf(program: Program): Chooser {
  const events = new Map(program.events.map((event) => [event.id, event]))
  const candidates = indexOccurrences(program.events.flatMap(candidatesOf))
  const pins = program.pins.map(({ level, eventId, fromMs, untilMs }) => ({
    level,
    eventId,
    from: instant(fromMs),
    until: time(untilMs),
  }))
  const choose = (at: Instant): Choice => {
    const choice = chooseEvent({ at, strict: program.strict, pins, candidates })
    if (choice.kind === 'nothing-on') return { why: choice.why, next: choice.next }
    const { why, eventId, occurrence, window } = choice
    return { why, event: events.get(eventId), occurrence, until: window.until }
  }
  return { program, choose }
}

const time = (ms: number | undefined): Instant | undefined => (ms === undefined ? undefined : instant(ms))

const candidatesOf = (event: ProgramEvent): readonly Candidate[] =>
  event.occurrences.map(({ startMs, endMs, fromMs, untilMs, wholeDays }) => ({
    eventId: event.id,
    occurrence: { start: time(startMs), end: time(endMs), wholeDays },
    window: { from: time(fromMs), until: time(untilMs) },
    automatic: event.automatic,
  }))

/**
 * The choice of the program, where clock and program reach. Otherwise the check-in names no occurrence and the server
 * chooses by the moment it derives.
 */
export function choiceAt(chooser: Chooser | undefined, now: Now): Choice {
  if (!now.usable) return { why: 'no-clock' }
  if (chooser === undefined || now.at > chooser.program.horizonMs) return { why: 'beyond-program' }
  return chooser.choose(now.at)
}

/** How a check-in names what was chosen. */
export const occurrenceRef = ({ event, occurrence }: Choice): OccurrenceRef | undefined =>
  event === undefined
    ? undefined
    : {
        eventId: event.id,
        ...(occurrence?.start === undefined ? {} : { startMs: occurrence.start }),
        ...(occurrence?.end === undefined ? {} : { endMs: occurrence.end }),
      }

export const revisionOf = (chooser: Chooser | undefined): Revision | undefined =>
  chooser === undefined ? undefined : { epoch: chooser.program.epoch, revision: chooser.program.revision }
