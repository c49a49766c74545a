import type { Window } from '@spaarzuil/shared/check-in/facts.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import type { Placed } from './arrived.js'
import type { DecisionCatalogue, EventFacts } from './ports.js'

/** The event that a check-in counts for, at a moment. */
export type EventAt =
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly cdbid: string }
  | {
      readonly kind: 'event'
      readonly cdbid: string
      readonly occurrenceStart: Instant | undefined
      readonly window: Window
      readonly facts: EventFacts
    }

/**
 * What the pillar showed is honoured, with the window that was sent to it, if that program was really sent and holds that
 * occurrence. Otherwise, and where the check-in names none, the server chooses by what was true at the moment.
 */
export function eventAt(placed: Placed, at: Instant, catalogue: DecisionCatalogue): EventAt {
  return shownEvent(placed, at, catalogue) ?? chosenEvent(placed, at, catalogue)
}

function shownEvent(placed: Placed, at: Instant, catalogue: DecisionCatalogue): EventAt | undefined {
  const { occurrence, channel } = placed.checkIn
  const window = occurrence === undefined ? undefined : placed.program?.windowOf(occurrence)
  if (occurrence === undefined || window === undefined) return undefined
  const cdbid = occurrence.eventId
  const { cardSystemId } = placed.pillar
  const facts = catalogue.eventAt({ cdbid, cardSystemId, channel, at, occurrence })
  if (facts === undefined) return { kind: 'unknown', cdbid }
  return { kind: 'event', cdbid, occurrenceStart: startOf(occurrence.startMs), window, facts }
}

function chosenEvent({ pillar, checkIn }: Placed, at: Instant, catalogue: DecisionCatalogue): EventAt {
  const chosen = catalogue.chosenAt(pillar.uuid, at)
  if (chosen === undefined) return { kind: 'none' }
  const { cdbid, occurrenceStart, window } = chosen
  const { cardSystemId } = pillar
  const occurrence = occurrenceStart === undefined ? undefined : { eventId: cdbid, startMs: occurrenceStart }
  const facts = catalogue.eventAt({ cdbid, cardSystemId, channel: checkIn.channel, at, occurrence })
  return facts === undefined
    ? { kind: 'unknown', cdbid }
    : { kind: 'event', cdbid, occurrenceStart, window, facts }
}

const startOf = (ms: number | undefined): Instant | undefined => (ms === undefined ? undefined : instant(ms))
