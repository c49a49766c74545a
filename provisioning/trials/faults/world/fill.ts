import { Type } from 'typebox'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { openApi, type Api } from '../../../cli/api.js'
import type { SampleCard } from '../../../start/sample/numbers.js'
import { cityEvents, CITY_LOCATIONS } from '../../../start/sample/city-events.js'
import type { Credentials } from './pillar.js'

/** Of the card system and of both places. */
export const ZONE = 'Europe/Brussels'
const POINT = { one: 'punt', many: 'punten' }
const UNIT = { nl: POINT, fr: POINT, de: POINT, en: POINT }
/** Cards count from a week ago, so that a clock that runs behind finds them valid. */
const VALID_SINCE_MS = 7 * 86_400_000

const Made = Type.Object({ id: Type.String() })
const MadePillar = Type.Object({ id: Type.String(), secret: Type.String() })
const Imported = Type.Object({ imported: Type.Integer() })

/** How often one passholder may check in a day: hardly a limit for one event, and soon a limit for the other. */
export const VOLUMES = { wide: 1_000, narrow: 5 } as const

export type Filled = {
  readonly pillars: readonly Credentials[]
  readonly volumeOf: (event: string) => number
}

/** A card system with two events that are always on, cards with a passholder each, and pillars at both. */
export async function fill(
  url: string,
  { cards, names }: { readonly cards: readonly SampleCard[]; readonly names: readonly string[] },
): Promise<Filled> {
  const api = openApi(url)
  const system = await api.post(
    '/api/v1/card-systems',
    { name: 'Stad op proef', unit: UNIT, zone: ZONE, eventSource: 'own' },
    Made,
  )
  const events = cityEvents()
  await api.post(`/api/v1/events/import?cardSystemId=${system.id}`, events, Imported)
  const [wide, narrow] = events.map((event) => String(event['@id']).split('/').at(-1) ?? '')
  const volumes = new Map([
    [wide ?? '', VOLUMES.wide],
    [narrow ?? '', VOLUMES.narrow],
  ])
  for (const [event, volume] of volumes) {
    await api.put(
      `/api/v1/events/${event}/settings/${system.id}`,
      { limit: { volume, period: 'DAY' } },
      Type.Object({}),
    )
  }
  const csv = cards.map(({ chip, number }) => `"${chip}";"${number}"\n`).join('')
  await api.postText(
    `/api/v1/cards/import?cardSystemId=${system.id}&register=each&validFrom=${encodeURIComponent(new Date(systemClock.now() - VALID_SINCE_MS).toISOString())}`,
    `"chip";"number"\n${csv}`,
    'text/csv',
    Imported,
  )
  const counters = [
    await addCounter(api, system.id, CITY_LOCATIONS.museum),
    await addCounter(api, system.id, CITY_LOCATIONS.wardHouse),
  ]
  const pillars: Credentials[] = []
  for (const [index, name] of names.entries()) {
    // The last pillar stands where the limit is narrow.
    const counter = counters[index === names.length - 1 ? 1 : 0]
    const body = { cardSystemId: system.id, name, counterIds: counter === undefined ? [] : [counter] }
    pillars.push(await api.post('/api/v1/pillars', body, MadePillar))
  }
  return { pillars, volumeOf: (event) => volumes.get(event) ?? 1 }
}

async function addCounter(
  api: Api,
  cardSystemId: string,
  { id, name }: { id: string; name: string },
): Promise<string> {
  const made = await api.post('/api/v1/counters', { cardSystemId, name, locationIds: [id] }, Made)
  return made.id
}
