import { UITPAS_PASS_NUMBERS } from '@spaarzuil/shared/cards/pass-number.js'
import { UITPAS_RULES } from '@spaarzuil/shared/check-in/rules.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { readEvent } from '@spaarzuil/shared/events/event-document.js'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { virtualClock, type VirtualClock } from '@spaarzuil/shared/testing/virtual-clock.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import { openCatalogue, type Catalogue } from '../catalogue/catalogue.js'
import type { NewCardSystem } from '../catalogue/write-card-systems.js'
import { DEFAULT_PILLAR_SETTINGS, type CardSystem, type Counter, type Pillar } from '../catalogue/records.js'
import { incomingEvent } from '../events/incoming.js'
import { openStore, type Store } from '../store/store.js'

/** A small town for tests: one card system, a library and a theatre, a pillar in each, a real database. */
export interface Town {
  readonly folder: string
  readonly store: Store
  readonly database: Database
  readonly clock: VirtualClock
  readonly catalogue: Catalogue
  readonly region: CardSystem
  readonly library: Counter
  readonly theatre: Counter
  readonly hall: Pillar
  readonly foyer: Pillar
}

export const LIBRARY = { organiserId: newIdOf(1), locationId: newIdOf(2) }
export const THEATRE = { organiserId: newIdOf(3), locationId: newIdOf(4) }
/** A Wednesday, ten in the morning in Brussels. */
export const MORNING = instant(Date.UTC(2026, 4, 6, 8))

/** Ids that are easy to tell apart in a failing test. */
export function newIdOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

export const REGION: NewCardSystem = {
  name: 'Linderpas',
  unit: {
    nl: { one: 'punt', many: 'punten' },
    fr: { one: 'point', many: 'points' },
    de: { one: 'Punkt', many: 'Punkte' },
    en: { one: 'point', many: 'points' },
  },
  zone: 'Europe/Brussels',
  passNumberFormat: UITPAS_PASS_NUMBERS,
  eventSource: 'uitdatabank',
  branding: { primary: '#2c3c83' },
  retentionMonths: 24,
  rules: UITPAS_RULES,
}

export async function openTown(folder: string, start: Instant = MORNING): Promise<Town> {
  const clock = virtualClock(start)
  const store = await openStore(folder, clock)
  const database = store.writer
  const catalogue = await openCatalogue({ database, clock })
  const { write } = catalogue
  const region = await write.addCardSystem(REGION)
  const counter = async (name: string, at: typeof LIBRARY) =>
    write.addCounter({
      cardSystemUuid: region.uuid,
      name,
      organiserId: at.organiserId,
      locationIds: [at.locationId],
    })
  const library = await counter('Bibliotheek De Populier', LIBRARY)
  const theatre = await counter('Theater De Kaai', THEATRE)
  const pillar = async (name: string, at: Counter) => {
    const settings = DEFAULT_PILLAR_SETTINGS
    const made = await write.addPillar({
      cardSystemUuid: region.uuid,
      name,
      secretHash: '0'.repeat(64),
      settings,
    })
    return write.assign(made.uuid, [at.uuid])
  }
  const hall = await pillar('Inkom', library)
  const foyer = await pillar('Foyer', theatre)
  return { folder, store, database, clock, catalogue, region, library, theatre, hall, foyer }
}

/** An event in UiTdatabank form: permanent with hours, or with the moments given. */
export function eventDocument(wanted: {
  readonly id?: string
  readonly name?: string
  readonly at?: { readonly organiserId: string; readonly locationId: string }
  readonly moments?: readonly (readonly [start: string, end: string, status?: string])[]
  readonly extra?: Readonly<Record<string, unknown>>
}): Readonly<Record<string, unknown>> {
  const { id = newId(), name = 'Bibliotheekbezoek', at = LIBRARY, moments, extra } = wanted
  const base = 'https://io.uitdatabank.be'
  const status = { type: 'Available' }
  const calendar =
    moments === undefined
      ? {
          calendarType: 'permanent',
          openingHours: [
            {
              opens: '09:00',
              closes: '18:00',
              dayOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
            },
          ],
        }
      : {
          calendarType: moments.length === 1 ? 'single' : 'multiple',
          subEvent: moments.map(([startDate, endDate, type = 'Available']) => ({
            startDate,
            endDate,
            status: { type },
          })),
        }
  return {
    '@id': `${base}/event/${id}`,
    '@type': 'Event',
    mainLanguage: 'nl',
    name: { nl: name },
    location: { '@id': `${base}/place/${at.locationId}`, name: { nl: 'De zaal' } },
    organizer: { '@id': `${base}/organizers/${at.organiserId}`, name: { nl: 'De vereniging' } },
    priceInfo: [{ category: 'base', price: 0, priceCurrency: 'EUR' }],
    workflowStatus: 'APPROVED',
    status,
    ...calendar,
    ...extra,
  }
}

/** Puts one document into the catalogue; gives its CDBID. */
export async function know(town: Town, document: Readonly<Record<string, unknown>>): Promise<string> {
  const read = readEvent(document, { needsPrice: true })
  invariant(read.kind === 'event', `the document is an event: ${JSON.stringify(read)}`)
  await town.catalogue.write.putEvents({
    cardSystemId: town.region.id,
    events: [incomingEvent(read)],
    gone: [],
  })
  return read.id
}
