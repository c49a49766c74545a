import { inLanguage, LANGUAGES } from '@spaarzuil/shared/languages.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import type { Memory } from '../catalogue/memory.js'
import { occurrencesIn } from '../catalogue/occurrences.js'
import type { CardSystem, EventRecord, EventVersion } from '../catalogue/records.js'
import { seenBy } from '../catalogue/surroundings.js'

export interface EventFilter {
  readonly cardSystem?: CardSystem | undefined
  /** In the title, the organiser's or the location's name, or the CDBID. */
  readonly text?: string | undefined
  readonly organiserId?: string | undefined
  readonly locationId?: string | undefined
  /** Takes place at some time between these. */
  readonly from?: Instant | undefined
  readonly until?: Instant | undefined
  /** The page after this event. */
  readonly after?: string | undefined
  readonly limit: number
}

export interface EventPage {
  readonly items: readonly { readonly record: EventRecord; readonly version: EventVersion }[]
  readonly more: boolean
}

/** Events as they are now, in the order in which they became known. Deleted ones are left out. */
export function searchEvents(memory: Memory, filter: EventFilter): EventPage {
  const items: { record: EventRecord; version: EventVersion }[] = []
  const wanted = filter.text?.trim().toLowerCase()
  let reached = filter.after === undefined
  for (const record of memory.events()) {
    if (!reached) {
      reached = record.cdbid === filter.after
      continue
    }
    const version = record.versions.at(-1)?.value
    if (version === undefined || record.deletedAt !== undefined) continue
    if (!isAt(version, filter) || !isSeen(record, filter) || !saysText(record, version, wanted)) continue
    if (!takesPlace(version, filter)) continue
    if (items.length === filter.limit) return { items, more: true }
    items.push({ record, version })
  }
  return { items, more: false }
}

const isSeen = (record: EventRecord, { cardSystem }: EventFilter): boolean =>
  cardSystem === undefined || seenBy(record, cardSystem)

const isAt = (version: EventVersion, { organiserId, locationId }: EventFilter): boolean =>
  (organiserId === undefined || version.organiserId === organiserId) &&
  (locationId === undefined || version.locationId === locationId)

function saysText(record: EventRecord, version: EventVersion, wanted: string | undefined): boolean {
  if (wanted === undefined || wanted === '') return true
  const titles = LANGUAGES.map((language) => version.title[language] ?? '')
  return [...titles, version.organiser ?? '', version.location ?? '', record.cdbid].some((text) =>
    text.toLowerCase().includes(wanted),
  )
}

function takesPlace(version: EventVersion, { from, until }: EventFilter): boolean {
  if (from === undefined || until === undefined) return true
  return occurrencesIn(version, from, until).length > 0
}

/** What a list shows as title. */
export const shownTitle = (version: EventVersion): string => inLanguage(version.title, 'nl')
