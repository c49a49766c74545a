import { createHash } from 'node:crypto'
import { UITPAS_PASS_NUMBERS } from '@spaarzuil/shared/cards/pass-number.js'
import type { Queries } from '@spaarzuil/shared/runtime/database.js'
import { instant, later, days, type Instant } from '@spaarzuil/shared/time.js'
import type { DecisionCatalogue, FleetCatalogue, PillarRecord, ProgramContent } from '../check-ins/ports.js'

/** A small fleet for tests: rules as plain as can be, so that a test says all that matters. */

export const CARD_SYSTEM = 1
export const PILLARS = [
  '11111111-1111-4111-8111-111111111111',
  '22222222-2222-4222-8222-222222222222',
] as const
export const EVENT = 'eeeeeeee-0000-4000-8000-000000000001'
export const LATER_EVENT = 'eeeeeeee-0000-4000-8000-000000000002'
export const secretOf = (pillarUuid: string): string => `secret of ${pillarUuid}`

const DAY = days(1)
const startOfDay = (at: Instant): Instant => instant(Math.floor(at / DAY) * DAY)

export interface HandMade extends DecisionCatalogue, FleetCatalogue {
  /** Changes something about a pillar and tells the listeners. */
  change(pillarUuid: string, news: Partial<PillarRecord>): void
  /** Events that are known; a test may add one. */
  readonly events: Map<string, number>
  /** What is on, at any time; undefined: nothing. */
  chosen: string | undefined
  volume: number
  points: number
}

export function handMadeFleet(): HandMade {
  const listeners = new Set<(uuids: readonly string[]) => void>()
  const pillars = new Map<string, PillarRecord>(
    PILLARS.map((uuid, index) => [
      uuid,
      {
        id: index + 1,
        uuid,
        cardSystemId: CARD_SYSTEM,
        status: 'active',
        secretHash: createHash('sha256').update(secretOf(uuid)).digest('hex'),
      },
    ]),
  )
  const fleet: HandMade = {
    events: new Map([[EVENT, 1]]),
    chosen: EVENT,
    volume: 1,
    points: 1,
    pillar: (uuid) => pillars.get(uuid),
    passNumberFormat: () => UITPAS_PASS_NUMBERS,
    eventAt: ({ cdbid, at }) => {
      const id = fleet.events.get(cdbid)
      if (id === undefined) return undefined
      const from = startOfDay(at)
      const limit = {
        key: `DAY ${from}`,
        volume: fleet.volume,
        points: fleet.points,
        periodEnd: later(from, DAY),
      }
      return { id, cancelled: false, limit, opensAfter: (after) => after }
    },
    chosenAt: () =>
      fleet.chosen === undefined ? undefined : { cdbid: fleet.chosen, window: {}, why: 'only-candidate' },
    boundaries: (_, { from, until }) => {
      const edges: Instant[] = []
      for (let edge = later(startOfDay(from), DAY); edge <= until; edge = later(edge, DAY)) edges.push(edge)
      return edges
    },
    programFor: (_, now): ProgramContent => ({
      madeAtMs: now,
      horizonMs: later(startOfDay(now), days(35)),
      strict: false,
      events: [
        { id: EVENT, title: { nl: 'Leesclub' }, points: fleet.points, automatic: true, occurrences: [{}] },
      ],
      pins: [],
    }),
    settingsFor: (uuid) => ({
      name: uuid.slice(0, 4),
      zone: 'Europe/Brussels',
      language: 'nl',
      cardSystem: { name: 'Proefregio', unit: UNIT },
      showMembersTitle: true,
      enquiriesPerMinute: 3,
    }),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    change: (uuid, news) => {
      const pillar = pillars.get(uuid)
      if (pillar !== undefined) pillars.set(uuid, { ...pillar, ...news })
      for (const listener of listeners) listener([uuid])
    },
  }
  return fleet
}

const WORDS = { one: 'punt', many: 'punten' }
const UNIT = { nl: WORDS, fr: WORDS, de: WORDS, en: WORDS }

/** The rows to which check-ins of this fleet refer. */
export async function insertFleet(queries: Queries): Promise<void> {
  await queries.run(
    `INSERT INTO card_systems (id, uuid, name, unit, zone, pass_number_format, event_source, branding, created_at)
     VALUES (1, 'c', 'Proefregio', '{}', 'Europe/Brussels', '{}', 'own', '{}', 0)`,
  )
  for (const [index, uuid] of PILLARS.entries()) {
    await queries.run(
      `INSERT INTO pillars (id, uuid, card_system_id, name, secret_hash, created_at) VALUES (?, ?, 1, ?, '', 0)`,
      [index + 1, uuid, `Pillar ${index + 1}`],
    )
  }
  for (const [index, cdbid] of [EVENT, LATER_EVENT].entries()) {
    await queries.run('INSERT INTO events (id, cdbid, first_seen_at) VALUES (?, ?, 0)', [index + 1, cdbid])
  }
}

export interface CardRows {
  readonly lookup: string
  readonly status?: 'active' | 'blocked'
  readonly since?: number
}

/** A card with a passholder of its own, both of the same number. */
export async function insertCard(
  queries: Queries,
  id: number,
  { lookup, status, since }: CardRows,
): Promise<void> {
  const from = since ?? 0
  await queries.run('INSERT INTO passholders (id, created_at) VALUES (?, 0)', [id])
  await queries.run(
    `INSERT INTO cards (id, uuid, card_system_id, pass_number_key, pass_number_masked, created_at)
     VALUES (?, ?, 1, ?, '', 0)`,
    [id, `card ${id}`, `pass ${id}`],
  )
  await queries.run('INSERT INTO card_keys (lookup, card_id) VALUES (?, ?)', [lookup, id])
  await queries.run('INSERT INTO card_statuses (card_id, status, valid_from) VALUES (?, ?, ?)', [
    id,
    status ?? 'active',
    from,
  ])
  await queries.run('INSERT INTO memberships (card_id, passholder_id, valid_from) VALUES (?, ?, ?)', [
    id,
    id,
    from,
  ])
}
