import { readFile } from 'node:fs/promises'
import { Failure } from '@spaarzuil/shared/errors.js'
import { zoneOf } from '@spaarzuil/shared/events/event-parts.js'
import { rangesAsUpstream } from '@spaarzuil/shared/events/occurrences.js'
import { parseCalendar } from '@spaarzuil/shared/events/parse-calendar.js'
import { describeProblem } from '@spaarzuil/shared/events/problems.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import { EXIT, text, type Command } from '../command.js'

export const eventsExpand: Command = {
  name: 'events expand',
  usage: 'FILE [--now ISO]',
  summary: 'Shows the date ranges of one event document, as the indexer of UiTdatabank computes them.',
  help: [
    'FILE is one event document in the form of UiTdatabank. Prints JSON: [{"start","end","status"}], null where there',
    'is no range; a range without bounds has null for both. A permanent event with opening hours is expanded from six',
    'months before --now to twelve months after. What was skipped in the document is told on standard error.',
  ].join('\n'),
  words: 1,
  options: { now: { type: 'string' } },
  run: async ({ words, values, answer }) => {
    const document = await readJson(words[0] ?? '')
    const now = text(values, 'now')
    const { calendar, problems } = parseCalendar(document, zoneOf(document))
    for (const problem of problems) console.error(describeProblem(problem))
    const ranges = rangesAsUpstream(calendar, now === undefined ? systemClock.now() : readTime(now))
    answer(JSON.stringify(ranges, undefined, 2), ranges)
    return EXIT.done
  },
}

/** The JSON of a file; fails with EVENT_DOCUMENT_INVALID, naming the file. */
export async function readJson(path: string): Promise<unknown> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Failure('NOT_FOUND', `${path} cannot be read`, { cause })
  })
  try {
    return JSON.parse(content)
  } catch (cause) {
    throw new Failure('EVENT_DOCUMENT_INVALID', `${path} is not JSON`, { cause })
  }
}

/** An ISO 8601 time with offset; fails with REQUEST_INVALID. */
export function readTime(iso: string): Instant {
  const ms = Date.parse(iso)
  if (Number.isNaN(ms))
    throw new Failure('REQUEST_INVALID', `"${iso}" is not a time such as 2026-05-03T20:00:00+02:00`)
  return instant(ms)
}
