/** Events of the sample city pass: no UiTdatabank, so its own short documents in the same form. */
export const MUSEUM = { id: 'd7c6b5a4-0918-4273-8645-9a8b7c6d5e4f', name: 'Stadsmuseum' }
export const WARD_HOUSE = { id: 'e8d7c6b5-1a29-4384-9756-ab9c8d7e6f50', name: 'Wijkhuis Zuid' }
export const CITY_LOCATIONS = {
  museum: { id: 'a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d', name: 'Stadsmuseum' },
  wardHouse: { id: 'b2c3d4e5-f607-4b8c-9d0e-1f2a3b4c5d6e', name: 'Wijkhuis Zuid' },
} as const
const CITY = 'https://events.example.test'

const always = (
  id: string,
  title: string,
  house: { id: string; name: string },
  place: { id: string; name: string },
) => ({
  '@id': `${CITY}/event/${id}`,
  '@type': 'Event',
  mainLanguage: 'nl',
  name: { nl: title },
  workflowStatus: 'APPROVED',
  status: { type: 'Available' },
  calendarType: 'permanent',
  terms: [{ id: 'visit', label: 'Bezoek', domain: 'eventtype' }],
  organizer: { '@id': `${CITY}/organizer/${house.id}`, name: { nl: house.name } },
  location: {
    '@id': `${CITY}/place/${place.id}`,
    name: { nl: place.name },
    address: {
      nl: {
        addressCountry: 'NL',
        addressLocality: 'Havenstad',
        postalCode: '3300 AA',
        streetAddress: 'Kade 2',
      },
    },
  },
})

export const cityEvents = (): readonly Readonly<Record<string, unknown>>[] => [
  always('7362f1ed-c4b5-46a9-8887-68594a4bc21d', 'Museumbezoek', MUSEUM, CITY_LOCATIONS.museum),
  always(
    '847302fe-d5c6-47ba-9998-796a5b5cd32e',
    'Koffie en spelletjes',
    WARD_HOUSE,
    CITY_LOCATIONS.wardHouse,
  ),
]
