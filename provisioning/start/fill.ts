import { Type } from 'typebox'
import { CITY_PASS_NUMBERS } from '@spaarzuil/shared/cards/pass-number.js'
import { UITPAS_RULES } from '@spaarzuil/shared/check-in/rules.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import { readSecretFile, writeSecretFile } from '@spaarzuil/shared/runtime/secret-file.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { Check } from 'typebox/value'
import type { Api } from '../cli/api.js'
import { CardReport } from '../cli/commands/cards-import.js'
import { ImportReport } from '../cli/commands/events-import.js'
import { MadePillar } from '../cli/commands/pillars-add.js'
import { CITY_LOCATIONS, cityEvents, MUSEUM, WARD_HOUSE } from './sample/city-events.js'
import { cityCard, regionCard, type SampleCard } from './sample/numbers.js'
import { LOCATIONS, ORGANISERS, regionEvents } from './sample/region-events.js'

/** Two card systems, five counters, five pillars, a hundred cards: what a newcomer needs to try everything. */
const REGION_CARDS = 60
const CITY_CARDS = 40
/** The sample card that is blocked, so that one can see what its visitor sees. */
const BLOCKED = 7
/** Never delivered: the server does not know it. */
const UNKNOWN = 900

const Made = Type.Object({ id: Type.String() })
const List = Type.Object({ items: Type.Array(Type.Object({ id: Type.String() })) })
const Anything = Type.Object({})

const words = (one: string, many: string) => ({ one, many })
const REGION = {
  name: 'Lindepas',
  unit: {
    nl: words('punt', 'punten'),
    fr: words('point', 'points'),
    de: words('Punkt', 'Punkte'),
    en: words('point', 'points'),
  },
  branding: { primary: '#0e4f4b', secondary: '#f2b632' },
}
const CITY = {
  name: 'Havenpas',
  unit: {
    nl: words('stempel', 'stempels'),
    fr: words('tampon', 'tampons'),
    de: words('Stempel', 'Stempel'),
    en: words('stamp', 'stamps'),
  },
  zone: 'Europe/Amsterdam',
  eventSource: 'own',
  passNumberFormat: CITY_PASS_NUMBERS,
  // A stamp a day for a visit that is always on: city passes want regulars.
  rules: { ...UITPAS_RULES, limits: { ...UITPAS_RULES.limits, permanent: { volume: 1, period: 'DAY' } } },
  branding: { primary: '#123a6b', secondary: '#e8eef6' },
}

/** The cards in the row beside the pillar's screen. */
export const sampleTaps = (): readonly { readonly label: string; readonly uid: string }[] => [
  ...[1, 2, 3, 4, 5, 6].map((index) => ({ label: `Lindepas ${index}`, uid: regionCard(index).chip })),
  { label: 'Havenpas 1', uid: cityCard(1).chip },
  { label: 'Blocked card', uid: regionCard(BLOCKED).chip },
  { label: 'Unknown card', uid: regionCard(UNKNOWN).chip },
]

const StartedPillar = Type.Object({ id: Type.String(), secret: Type.String() })
export type StartedPillar = { readonly id: string; readonly secret: string }

/**
 * Fills an empty server; a server that has something is left as it is. Gives the pillar to start, whose secret is kept
 * in `secretFile`, because the server shows it once.
 */
export async function fillWithSamples(api: Api, secretFile: string, now: Instant): Promise<StartedPillar> {
  const { items } = await api.get('/api/v1/card-systems', List)
  if (items.length > 0) {
    const kept = await readSecretFile(secretFile)
    if (Check(StartedPillar, kept)) return kept
    throw new Failure(
      'CONFIG_INVALID',
      `${secretFile} is not what npm start wrote. Remove the state folder to begin anew.`,
    )
  }
  console.log('An empty database: filling it with two sample card systems…')
  const pillar = await fillRegion(api, now)
  await fillCity(api)
  await writeSecretFile(secretFile, pillar)
  return pillar
}

const cardFile = (cards: readonly SampleCard[]): string =>
  cards.map(({ chip, number }) => `"${chip}";"${number}"\n`).join('')

async function deliver(api: Api, cardSystemId: string, cards: readonly SampleCard[]): Promise<void> {
  const path = `/api/v1/cards/import?cardSystemId=${cardSystemId}&register=each`
  await api.postText(path, cardFile(cards), 'text/csv', CardReport)
}

type House = {
  readonly counter: string
  readonly organiserId: string
  readonly locationId: string
  readonly pillars: readonly string[]
}

async function addHouses(
  api: Api,
  cardSystemId: string,
  houses: readonly House[],
): Promise<readonly StartedPillar[]> {
  const made: StartedPillar[] = []
  for (const { counter, organiserId, locationId, pillars } of houses) {
    const body = { cardSystemId, name: counter, organiserId, locationIds: [locationId] }
    const { id } = await api.post('/api/v1/counters', body, Made)
    for (const name of pillars) {
      made.push(await api.post('/api/v1/pillars', { cardSystemId, name, counterIds: [id] }, MadePillar))
    }
  }
  return made
}

async function fillRegion(api: Api, now: Instant): Promise<StartedPillar> {
  const { id } = await api.post('/api/v1/card-systems', REGION, Made)
  await api.post(`/api/v1/events/import?cardSystemId=${id}`, regionEvents(now), ImportReport)
  await deliver(
    api,
    id,
    Array.from({ length: REGION_CARDS }, (_, index) => regionCard(index)),
  )
  const blocked = { cardSystemId: id, passNumber: regionCard(BLOCKED).number, status: 'blocked' }
  await api.post('/api/v1/cards/status', blocked, Anything)
  const house = (key: keyof typeof ORGANISERS, pillars: readonly string[]): House => ({
    counter: ORGANISERS[key].name,
    organiserId: ORGANISERS[key].id,
    locationId: LOCATIONS[key].id,
    pillars,
  })
  const [foyer] = await addHouses(api, id, [
    house('theatre', ['Foyer']),
    house('library', ['Inkom']),
    house('pool', ['Kassa']),
  ])
  if (foyer === undefined) throw new Failure('NOT_FOUND', 'The server made no pillar')
  return foyer
}

async function fillCity(api: Api): Promise<void> {
  const { id } = await api.post('/api/v1/card-systems', CITY, Made)
  await api.post(`/api/v1/events/import?cardSystemId=${id}`, cityEvents(), ImportReport)
  await deliver(
    api,
    id,
    Array.from({ length: CITY_CARDS }, (_, index) => cityCard(index)),
  )
  await addHouses(api, id, [
    {
      counter: MUSEUM.name,
      organiserId: MUSEUM.id,
      locationId: CITY_LOCATIONS.museum.id,
      pillars: ['Onthaal'],
    },
    {
      counter: WARD_HOUSE.name,
      organiserId: WARD_HOUSE.id,
      locationId: CITY_LOCATIONS.wardHouse.id,
      pillars: ['Inkom'],
    },
  ])
}
