/** What a reader of events passed over without giving up the event. Each is shown in the importer's report. */
export const PROBLEMS = {
  'audience-unknown': 'the audience is none of everyone, members, education; read as everyone',
  'calendar-type-unknown': 'the calendarType is none of single, multiple, periodic, permanent; no dates',
  'date-malformed': 'not a date as UiTdatabank writes it; passed over',
  'date-missing': 'a start or an end is missing; passed over',
  'days-without-hours': 'closed or adjusted days mean nothing without opening hours; passed over',
  'hours-malformed': 'opens and closes must be times as 9:30 or 09:30; passed over',
  'more-problems': 'there are more problems than are listed',
  'start-after-end': 'the start lies after the end; passed over',
  'status-unknown': 'the status is none of Available, TemporarilyUnavailable, Unavailable; inherited instead',
  'text-cut': 'the text is too long; its end was cut off',
  'too-many': 'there are more entries than are read; the rest was passed over',
  'weekday-missing': 'dayOfWeek is missing; passed over',
  'weekday-unknown': 'the weekday is none of monday to sunday; passed over',
} as const

export type ProblemCode = keyof typeof PROBLEMS

/** `where` is a path in the document, as `subEvent[3].startDate`. */
export interface Problem {
  readonly code: ProblemCode
  readonly where: string
}

/** Problems kept per event: more only repeats itself, and a hostile document would fill the report. */
export const PROBLEMS_MAX = 100

export const describeProblem = (problem: Problem): string => `${problem.where}: ${PROBLEMS[problem.code]}`

export interface ProblemList {
  readonly found: readonly Problem[]
  add(code: ProblemCode, where: string): void
}

export function problemList(): ProblemList {
  const found: Problem[] = []
  return {
    found,
    add(code, where) {
      if (found.some((known) => known.code === code && known.where === where)) return
      if (found.length < PROBLEMS_MAX) found.push({ code, where })
      else if (found.length === PROBLEMS_MAX) found.push({ code: 'more-problems', where: 'event' })
    },
  }
}
