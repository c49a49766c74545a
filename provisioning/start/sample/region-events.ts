/** Events of the sample region in the form of UiTdatabank, made around the day of filling so that something is on. */
const DAY_MS = 86_400_000
const IO = 'https://io.example.test'

export const ORGANISERS = {
  library: { id: '3f1d7a90-52c4-4b7e-8a16-0d9e4c5b6a71', name: 'Bibliotheek De Populier' },
  theatre: { id: '8c2e6b14-9d3f-4a58-b7c0-1e5f6a7b8c92', name: 'Theater De Kaai' },
  pool: { id: 'b5a4938d-7c6e-4f10-9283-2a1b3c4d5e63', name: 'Zwembad Het Rietveld' },
} as const
export const LOCATIONS = {
  library: { id: '1a6b5c4d-3e2f-4918-a7b6-c5d4e3f20194', name: 'De Populier' },
  theatre: { id: '2b7c6d5e-4f30-4a29-b8c7-d6e5f4031285', name: 'De Kaai' },
  pool: { id: '3c8d7e6f-5041-4b3a-89d8-e7f605142376', name: 'Het Rietveld' },
} as const
type House = keyof typeof ORGANISERS

type EventDocument = Readonly<Record<string, unknown>>

type Sample = {
  readonly id: string
  readonly house: House
  readonly nl: string
  readonly fr?: string
  readonly rest: EventDocument
}

const document = ({ id, house, nl, fr, rest }: Sample): EventDocument => ({
  '@id': `${IO}/event/${id}`,
  '@type': 'Event',
  mainLanguage: 'nl',
  name: fr === undefined ? { nl } : { nl, fr },
  workflowStatus: 'APPROVED',
  status: { type: 'Available' },
  audience: { audienceType: 'everyone' },
  priceInfo: [{ category: 'base', name: { nl: 'Basistarief' }, price: 0, priceCurrency: 'EUR' }],
  terms: [{ id: '0.50.4.0.0', label: 'Concert', domain: 'eventtype' }],
  organizer: { '@id': `${IO}/organizer/${ORGANISERS[house].id}`, name: { nl: ORGANISERS[house].name } },
  location: {
    '@id': `${IO}/place/${LOCATIONS[house].id}`,
    name: { nl: LOCATIONS[house].name },
    address: {
      nl: {
        addressCountry: 'BE',
        addressLocality: 'Lindestreek',
        postalCode: '9990',
        streetAddress: 'Kaai 1',
      },
    },
  },
  ...rest,
})

const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
const ALL_DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** Evenings of 19:00 to 21:30 UTC, from yesterday on. */
const evenings = (now: number, count: number): readonly EventDocument[] =>
  Array.from({ length: count }, (_, index) => {
    const day = date(now + (index - 1) * DAY_MS)
    return { startDate: `${day}T19:00:00+00:00`, endDate: `${day}T21:30:00+00:00` }
  })

/** A year of weekly opening hours around `now`. */
const weekly = (now: number, hours: EventDocument): EventDocument => ({
  calendarType: 'periodic',
  startDate: `${date(now - 30 * DAY_MS)}T00:00:00+00:00`,
  endDate: `${date(now + 330 * DAY_MS)}T00:00:00+00:00`,
  openingHours: [hours],
})

/** The documents of an import file, `now` in milliseconds. One is skipped on purpose: it has no price. */
export function regionEvents(now: number): readonly EventDocument[] {
  const nights = evenings(now, 60)
  const soon = Math.ceil((now + 600_000) / 900_000) * 900_000
  const samples: readonly Sample[] = [
    {
      id: '0c9b8a76-5d4e-4f32-8110-f1e2d3c4b5a6',
      house: 'library',
      nl: 'Bibliotheekbezoek',
      fr: 'Visite à la bibliothèque',
      rest: { calendarType: 'permanent' },
    },
    {
      id: '1d0c9b87-6e5f-4043-9221-02f3e4d5c6b7',
      house: 'library',
      nl: 'Voorlezen in de jeugdbib',
      rest: {
        calendarType: 'single',
        startDate: new Date(soon).toISOString(),
        endDate: new Date(soon + 5_400_000).toISOString(),
      },
    },
    {
      id: '2e1dac98-7f60-4154-a332-1304f5e6d7c8',
      house: 'theatre',
      nl: 'Jazz in de foyer',
      fr: 'Jazz au foyer',
      rest: {
        calendarType: 'multiple',
        startDate: nights[0]?.['startDate'],
        endDate: nights.at(-1)?.['endDate'],
        subEvent: nights,
      },
    },
    {
      id: '3f2ebda9-8071-4265-b443-24150607e8d9',
      house: 'theatre',
      nl: 'Open huis in De Kaai',
      rest: { calendarType: 'permanent' },
    },
    {
      id: '403fceba-9182-4376-8554-35261718f9ea',
      house: 'theatre',
      nl: 'Repetitie van het koor',
      rest: {
        ...weekly(now, { dayOfWeek: ['tuesday', 'thursday'], opens: '19:30', closes: '22:00' }),
        audience: { audienceType: 'members' },
      },
    },
    {
      id: '5140dfcb-a293-4487-9665-46372829a0fb',
      house: 'pool',
      nl: 'Baantjes zwemmen',
      fr: 'Nager des longueurs',
      rest: weekly(now, { dayOfWeek: ALL_DAYS, opens: '07:00', closes: '21:00' }),
    },
    {
      id: '6251e0dc-b3a4-4598-a776-5748393ab10c',
      house: 'pool',
      nl: 'Vergeten prijs',
      rest: { calendarType: 'permanent', priceInfo: [] },
    },
  ]
  return samples.map(document)
}
