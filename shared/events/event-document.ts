/** From UiTdatabank JSON (one event, a list, a page of the Search API) to events, and to reasons for what is none. */
import type { Translated } from '../languages.js'
import { hasDates, type Calendar, type OccurrenceStatus } from './calendar.js'
import {
  audienceOf,
  eventTypeOf,
  idOf,
  isEmptyText,
  isPriced,
  labelsOf,
  locationOf,
  organiserOf,
  translatedOf,
  zoneOf,
  type Audience,
  type EventType,
  type Location,
  type Organiser,
} from './event-parts.js'
import { fieldOf, isObject, listOf, textOf, type LooseObject } from './loose-json.js'
import { calendarTypeOf, parseCalendar, readStatus, type CalendarType } from './parse-calendar.js'
import { problemList, type Problem } from './problems.js'
import { parseWrittenTime } from './written-time.js'

/** Events read from one file: the whole offer of Flanders fits, a runaway file does not. */
export const EVENTS_MAX = 50_000

/** Why something in a file does not become an event. The sentences stand in the importer's report. */
export const SKIP_REASONS = {
  'not-an-event': 'This is not a UiTdatabank event.',
  'reference-only':
    'This is only a reference. Ask the Search API with embed=true, so that events come whole.',
  'too-many': `The file holds more than ${EVENTS_MAX} events. Those after it were not read: split the file.`,
  'no-id': 'The @id of the event does not end in a UUID (its CDBID).',
  'no-title': 'The event has no name in Dutch, French, German or English.',
  'no-dates': 'The event has no dates that could be read.',
  'no-organiser': 'The event has no organiser that is known to UiTdatabank, so it is no UiTPAS event.',
  'no-price': 'The event has no price, so it is no UiTPAS event. A free event needs an explicit price of 0.',
  'not-published': 'The event is not published: its workflowStatus is not READY_FOR_VALIDATION or APPROVED.',
  rejected: 'The event was rejected by the moderators of UiTdatabank.',
  deleted: 'The event was deleted from UiTdatabank.',
} as const

export type SkipReason = keyof typeof SKIP_REASONS

export const describeSkipReason = (reason: SkipReason): string => SKIP_REASONS[reason]

export interface ReadEvent {
  readonly kind: 'event'
  /** The CDBID: a UUID in lower case. */
  readonly id: string
  readonly title: Translated
  readonly organiser?: Organiser
  readonly location?: Location
  readonly calendarType: CalendarType
  readonly calendar: Calendar
  readonly audience: Audience
  readonly eventType?: EventType
  readonly priced: boolean
  readonly labels: readonly string[]
  readonly workflow: string
  readonly status: OccurrenceStatus
  /** ISO 8601, as written. */
  readonly modified?: string
  readonly problems: readonly Problem[]
}

export interface SkippedEvent {
  readonly kind: 'skipped'
  readonly id?: string
  readonly title?: Translated
  /** At least one. */
  readonly reasons: readonly SkipReason[]
  readonly problems: readonly Problem[]
}

export interface ReadOptions {
  /**
   * The card system goes by the UiTPAS rules: only an event with a price and an organiser is one of its events. A
   * city pass with an agenda of its own needs neither.
   */
  readonly needsPrice: boolean
}

/** Reads all events of a file. Total: whatever the JSON is, each thing in it is an event or has its reasons. */
export function readEvents(json: unknown, options: ReadOptions): readonly (ReadEvent | SkippedEvent)[] {
  const documents = documentsIn(json)
  const read = documents.slice(0, EVENTS_MAX).map((document) => readEvent(document, options))
  return documents.length > EVENTS_MAX ? [...read, skipped(['too-many'])] : read
}

function documentsIn(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json
  return Array.isArray(fieldOf(json, 'member')) ? listOf(json, 'member') : [json]
}

/** Reads one event. Total, as `readEvents`. */
export function readEvent(document: unknown, options: ReadOptions): ReadEvent | SkippedEvent {
  if (!isObject(document) || isOfOtherType(document)) return skipped(['not-an-event'])
  const id = idOf(document)
  if (isReference(document)) return skipped(['reference-only'], { id })
  return readWhole(document, id, options)
}

function readWhole(
  document: LooseObject,
  id: string | undefined,
  options: ReadOptions,
): ReadEvent | SkippedEvent {
  const notes = problemList()
  const title = translatedOf(document, 'name', notes)
  const { calendar, problems: calendarProblems } = parseCalendar(document, zoneOf(document))
  const calendarType = calendarTypeOf(document)
  const organiser = organiserOf(document, notes)
  const priced = isPriced(document)
  const hindrances: readonly (readonly [SkipReason, boolean])[] = [
    ['no-id', id === undefined],
    ['no-title', isEmptyText(title)],
    ['no-dates', !hasDates(calendar)],
    ['no-organiser', options.needsPrice && organiser === undefined],
    ['no-price', options.needsPrice && !priced],
  ]
  const reasons = hindrances.filter(([, applies]) => applies).map(([reason]) => reason)
  reasons.push(...workflowReasons(textOf(document, 'workflowStatus')))
  // Without a calendar type there are no dates; the compiler cannot know.
  if (reasons.length > 0 || id === undefined || calendarType === undefined) {
    return skipped(reasons, { id, title, problems: [...calendarProblems, ...notes.found] })
  }
  const details = readDetails(document, notes)
  const problems = [...calendarProblems, ...notes.found]
  const named = organiser === undefined ? {} : { organiser }
  return { kind: 'event', id, title, ...named, calendarType, calendar, priced, ...details, problems }
}

function readDetails(document: LooseObject, notes: ReturnType<typeof problemList>) {
  const location = locationOf(document, notes)
  const eventType = eventTypeOf(document, notes)
  const modified = textOf(document, 'modified')
  const at = { inherited: 'Available', where: 'status', problems: problemList() } as const
  return {
    ...(location === undefined ? {} : { location }),
    ...(eventType === undefined ? {} : { eventType }),
    ...(modified === undefined || parseWrittenTime(modified, 'UTC') === undefined ? {} : { modified }),
    audience: audienceOf(document, notes),
    labels: labelsOf(document, notes),
    workflow: textOf(document, 'workflowStatus') ?? '',
    // Its problem has been reported with the calendar.
    status: readStatus(document, at),
  }
}

/** An event that was created and not yet published is a DRAFT, and so is one that does not say. */
function workflowReasons(status: string | undefined): readonly SkipReason[] {
  if (status === 'READY_FOR_VALIDATION' || status === 'APPROVED') return []
  if (status === 'REJECTED') return ['rejected']
  return [status === 'DELETED' ? 'deleted' : 'not-published']
}

/** Places and organisers come in the same form as events, and in the same search. */
function isOfOtherType(document: LooseObject): boolean {
  const type = textOf(document, '@type')
  const context = textOf(document, '@context') ?? ''
  return (type !== undefined && type !== 'Event') || /\/(?:place|organizer)s?$/.test(context)
}

const isReference = (document: LooseObject): boolean =>
  Object.hasOwn(document, '@id') && Object.keys(document).every((key) => key.startsWith('@'))

const skipped = (
  reasons: readonly SkipReason[],
  known: {
    readonly id?: string | undefined
    readonly title?: Translated
    readonly problems?: readonly Problem[]
  } = {},
): SkippedEvent => ({
  kind: 'skipped',
  ...(known.id === undefined ? {} : { id: known.id }),
  ...(known.title === undefined || isEmptyText(known.title) ? {} : { title: known.title }),
  reasons,
  problems: known.problems ?? [],
})
