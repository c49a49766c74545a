import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import type { Device, Health } from '@spaarzuil/shared/contract/messages.js'
import type { ShownVerdict } from '../recent-check-ins.js'
import {
  days,
  earlier,
  instant,
  minutes,
  type Clock,
  type Duration,
  type Instant,
} from '@spaarzuil/shared/time.js'
import type { Counter, Pillar } from '../../catalogue/records.js'
import { DEFAULT_PILLAR_SETTINGS } from '../../catalogue/records.js'
import { eventDocument, know, newIdOf, openTown, REGION, THEATRE, type Town } from '../../testing/town.js'
import type { PageParts, PillarHeard } from '../ports.js'

/** A fleet on a Wednesday evening, with one pillar of each kind of trouble: for tests and for pictures. */
export interface SampleFleet {
  readonly town: Town
  readonly parts: PageParts
  readonly pillars: Readonly<Record<SampleName, Pillar>>
  readonly events: Readonly<
    Record<'library' | 'jazz' | 'circus' | 'meal' | 'swimming' | 'film' | 'rehearsal', string>
  >
  hear(pillar: Pillar, heard: PillarHeard): void
  checkIn(made: SampleCheckIn): Promise<void>
  /** How many listen for news. */
  listeners(): number
  /** How many of the page's own tasks wait for a time to come. */
  sleepers(): number
}
export type SampleName = 'foyer' | 'left' | 'hall' | 'gym' | 'pool' | 'film' | 'south' | 'youth' | 'store'
export interface SampleCheckIn {
  readonly pillar: Pillar
  readonly cdbid?: string
  readonly verdict: ShownVerdict
  /** Before now; without it the moment is not known. */
  readonly ago?: Duration
  readonly receivedAgo?: Duration
}

/** A quarter to eight in the evening in Brussels. */
export const EVENING = instant(Date.UTC(2026, 4, 6, 17, 42))

export async function openSampleFleet(folder: string): Promise<SampleFleet> {
  const town = await openTown(folder, EVENING)
  const presence = openSamplePresence()
  const news = new Set<() => void>()
  const pillars = await makePillars(town)
  const events = await makeEvents(town)
  const { catalogue } = town
  let sleepers = 0
  const clock: Clock = {
    ...town.clock,
    sleep: async (length, signal) => {
      sleepers += 1
      await town.clock.sleep(length, signal)
      sleepers -= 1
    },
  }
  await catalogue.write.pin(pillars.left.uuid, {
    level: 'counter',
    counterUuid: town.theatre.uuid,
    eventId: events.jazz,
    chosenBy: 'Ilse',
    startsAt: undefined,
    endsAt: instant(Date.UTC(2026, 4, 6, 21, 30)),
  })
  await catalogue.write.setStatus(pillars.store.uuid, 'blocked')
  for (const [name, heard] of Object.entries(heardAt(clock.now()))) {
    const pillar = Object.entries(pillars).find(([known]) => known === name)?.[1]
    if (pillar !== undefined) presence.hear(pillar, heard)
  }
  return {
    town,
    pillars,
    events,
    hear: presence.hear,
    checkIn: async (made) => {
      await writeCheckIn(town, made)
      for (const listener of news) listener()
    },
    listeners: () => news.size + presence.listeners(),
    sleepers: () => sleepers,
    parts: {
      catalogue,
      reader: town.database,
      clock,
      presence,
      live: {
        onDecided: (listener) => {
          news.add(listener)
          return () => news.delete(listener)
        },
      },
    },
  }
}

function openSamplePresence() {
  const heardOf = new Map<string, PillarHeard>()
  const listeners = new Set<() => void>()
  return {
    presenceOf: (uuid: string) => heardOf.get(uuid),
    onChange: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    hear: ({ uuid }: Pillar, heard: PillarHeard): void => {
      heardOf.set(uuid, heard)
      for (const listener of listeners) listener()
    },
    listeners: () => listeners.size,
  }
}

/** Organiser and location of each further counter. */
const at = (number: number) => ({ organiserId: newIdOf(number), locationId: newIdOf(number + 1) })
const PLACES = { pool: at(11), gym: at(13), arts: at(15), south: at(17), youth: at(19) } as const

async function makePillars(town: Town) {
  const { write } = town.catalogue
  const stamps = await write.addCardSystem({
    ...REGION,
    name: 'Stadspas Hoogveld',
    unit: {
      nl: { one: 'stempel', many: 'stempels' },
      fr: { one: 'tampon', many: 'tampons' },
      de: { one: 'Stempel', many: 'Stempel' },
      en: { one: 'stamp', many: 'stamps' },
    },
  })
  const counter = async (name: string, place: typeof THEATRE, cardSystemUuid = town.region.uuid) =>
    write.addCounter({
      cardSystemUuid,
      name,
      organiserId: place.organiserId,
      locationIds: [place.locationId],
    })
  const counters = {
    pool: await counter('Zwembad Het Rietveld', PLACES.pool),
    gym: await counter('Sporthal Ter Beemd', PLACES.gym),
    arts: await counter('Cultuurhuis De Vlasbloem', PLACES.arts),
    south: await counter('Wijkhuis Zuid', PLACES.south, stamps.uuid),
    youth: await counter('Jeugdhuis ’t Kraaiennest', PLACES.youth, stamps.uuid),
  }
  const pillar = async (name: string, desk: Counter | undefined, cardSystemUuid = town.region.uuid) => {
    const settings = DEFAULT_PILLAR_SETTINGS
    const made = await write.addPillar({ cardSystemUuid, name, secretHash: '0'.repeat(64), settings })
    return desk === undefined ? made : write.assign(made.uuid, [desk.uuid])
  }
  return {
    foyer: town.foyer,
    hall: town.hall,
    left: await pillar('Inkom links', town.theatre),
    gym: await pillar('Hal', counters.gym),
    pool: await pillar('Kassa', counters.pool),
    film: await pillar('Onthaal', counters.arts),
    south: await pillar('Café', counters.south, stamps.uuid),
    youth: await pillar('Bar', counters.youth, stamps.uuid),
    store: await pillar('Reserve in het magazijn', undefined),
  }
}

async function makeEvents(town: Town) {
  let made = 100
  // Ids in the order of making: of two events as near, the first is chosen in every run.
  const on = async (name: string, place: typeof THEATRE, [start, end]: readonly [string, string]) => {
    made += 1
    const moments = [[`2026-05-${start}:00+02:00`, `2026-05-${end}:00+02:00`]] as const
    return know(town, eventDocument({ id: newIdOf(made), name, at: place, moments }))
  }
  await on('Badmintonclub, training', PLACES.gym, ['07T10:00', '07T12:00'])
  return {
    library: await know(town, eventDocument({})),
    meal: await on('Buurtmaaltijd', PLACES.south, ['06T18:30', '06T21:00']),
    jazz: await on('Jazz in de foyer', THEATRE, ['06T20:00', '06T22:30']),
    circus: await on('Circusweek: Over de koord', THEATRE, ['06T20:00', '06T21:30']),
    swimming: await on('Baantjes zwemmen', PLACES.pool, ['06T18:00', '06T21:00']),
    film: await on('Filmavond: De lange rivier', PLACES.arts, ['06T20:15', '06T22:00']),
    rehearsal: await on('Open repetitie', PLACES.youth, ['06T19:30', '06T22:00']),
  }
}

const DEVICES = ['reader', 'lights', 'sound', 'screen'] as const

/** A health message of a pillar on which all is well, but for what is given. */
export function healthOf(
  now: Instant,
  but: {
    readonly failing?: Readonly<Partial<Record<Device['kind'], Instant>>>
    readonly journal?: Partial<Health['journal']>
    readonly quality?: Health['quality']
  } = {},
): Health {
  return {
    v: 1,
    kind: 'health',
    wallMs: now,
    quality: but.quality ?? 'synced',
    devices: DEVICES.map((kind) => ({
      kind,
      name: kind,
      state: but.failing?.[kind] === undefined ? 'ready' : 'missing',
      sinceMs: but.failing?.[kind] ?? earlier(now, days(2)),
      recoveries: 0,
    })),
    journal: { unsettled: 0, settled: 1_200, setAside: 0, ...but.journal },
    inForce: { why: 'only-candidate' },
  }
}

/** All but the reserve, which nobody has switched on. */
function heardAt(now: Instant): Readonly<Partial<Record<SampleName, PillarHeard>>> {
  const ago = (length: number): Instant => earlier(now, minutes(length))
  const online = (since: Instant, but: Parameters<typeof healthOf>[1] = {}): PillarHeard => ({
    online: true,
    since,
    hello: { version: '0.1.0' },
    health: healthOf(now, but),
  })
  return {
    foyer: online(ago(42 * 60)),
    left: online(ago(42 * 60)),
    hall: online(ago(9 * 60), { failing: { reader: ago(22) } }),
    gym: online(ago(3 * 60)),
    pool: { ...online(ago(50)), online: false, health: healthOf(ago(50), { journal: { unsettled: 3 } }) },
    film: online(ago(26 * 60), { failing: { lights: ago(95) } }),
    south: online(ago(7), {
      journal: { unsettled: LIMITS.journalEntries * 0.824, oldestUnsettledMs: ago(12 * 24 * 60) },
    }),
    youth: online(ago(5 * 24 * 60)),
  }
}

let written = 0
async function writeCheckIn({ database, catalogue, clock }: Town, made: SampleCheckIn): Promise<void> {
  const { pillar, cdbid, verdict, ago, receivedAgo } = made
  const now = clock.now()
  const moment = ago === undefined ? null : earlier(now, ago)
  const receivedAt = receivedAgo === undefined ? (moment ?? now) : earlier(now, receivedAgo)
  written += 1
  await database.run(
    `INSERT INTO check_ins (action_id, card_system_id, pillar_id, channel, content_hash, received_at, moment, event_id, why,
       verdict, reason, points, receipt) VALUES (?, ?, ?, 'pillar', '', ?, ?, ?, 'only-candidate', ?, ?, ?, '{}')`,
    [
      newIdOf(written),
      pillar.cardSystemId,
      pillar.id,
      receivedAt,
      moment,
      cdbid === undefined ? null : (catalogue.memory.event(cdbid)?.id ?? null),
      verdict.kind,
      verdict.kind === 'granted' ? null : verdict.reason,
      verdict.kind === 'granted' ? verdict.points : 0,
    ],
  )
}

/** An evening's check-ins, one of each verdict that staff meet. */
export async function fillSample(fleet: SampleFleet): Promise<void> {
  const { pillars, events } = fleet
  const granted = (points: number): ShownVerdict => ({ kind: 'granted', points, takenBack: false })
  const evening: readonly SampleCheckIn[] = [
    { pillar: pillars.hall, cdbid: events.library, verdict: granted(1), ago: minutes(24) },
    { pillar: pillars.pool, cdbid: events.swimming, verdict: granted(1), ago: minutes(51) },
    { pillar: pillars.youth, cdbid: events.rehearsal, verdict: granted(2), ago: minutes(19) },
    {
      pillar: pillars.film,
      cdbid: events.film,
      verdict: { kind: 'refused', reason: 'card-unknown' },
      ago: minutes(16),
    },
    {
      pillar: pillars.south,
      cdbid: events.meal,
      verdict: { kind: 'held', reason: 'clock-unknown' },
      receivedAgo: minutes(7),
    },
    { pillar: pillars.film, cdbid: events.film, verdict: granted(1), ago: minutes(6) },
    { pillar: pillars.left, cdbid: events.jazz, verdict: granted(1), ago: minutes(4) },
    {
      pillar: pillars.left,
      cdbid: events.jazz,
      verdict: { kind: 'refused', reason: 'limit-reached' },
      ago: minutes(4),
    },
    {
      pillar: pillars.south,
      cdbid: events.meal,
      verdict: granted(1),
      ago: minutes(58),
      receivedAgo: minutes(3),
    },
    { pillar: pillars.foyer, cdbid: events.jazz, verdict: granted(1), ago: minutes(2) },
    { pillar: pillars.foyer, cdbid: events.jazz, verdict: granted(1), ago: minutes(1) },
  ]
  for (const one of evening) await fleet.checkIn(one)
}
