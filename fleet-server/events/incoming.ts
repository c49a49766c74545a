import { createHash } from 'node:crypto'
import type { ReadEvent } from '@spaarzuil/shared/events/event-document.js'
import { inLanguage } from '@spaarzuil/shared/languages.js'
import type { IncomingEvent } from '../catalogue/write-events.js'

/** What is kept of a document. The hash tells whether a document says something new. */
export function incomingEvent(event: ReadEvent): IncomingEvent {
  const { organiser, location } = event
  const details = {
    eventType: event.eventType,
    labels: event.labels,
    modified: event.modified,
    problems: event.problems,
  }
  const version = {
    title: event.title,
    organiserId: organiser?.id,
    organiser: organiser === undefined ? undefined : inLanguage(organiser.name, 'nl'),
    locationId: location?.id,
    location: location === undefined ? undefined : inLanguage(location.name, 'nl'),
    zone: location?.zone ?? event.calendar.zone,
    audience: event.audience,
    calendarType: event.calendarType,
    calendar: event.calendar,
  }
  const content = JSON.stringify([version, event.status, details])
  const contentHash = createHash('sha256').update(content).digest('hex')
  return { cdbid: event.id, version: { ...version, contentHash }, status: event.status, details }
}
