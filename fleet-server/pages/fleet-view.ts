import type { Device } from '@spaarzuil/shared/contract/messages.js'
import { chooseEvent, type Choice } from '@spaarzuil/shared/events/choose.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { holdsAt } from '../catalogue/dated.js'
import type { CardSystem, Pillar } from '../catalogue/records.js'
import { cardSystemOf } from '../catalogue/rules-at.js'
import type { NextChange, NextChanges } from './next-change.js'
import type { PageParts, PillarHeard } from './ports.js'
import { readLasts, readRecent, type RecentCheckIn } from './recent-check-ins.js'
import { situationOf, type Situation } from './situation.js'

/** A pillar with all that the page tells of it, before it is put into words. */
export interface PillarView {
  readonly pillar: Pillar
  readonly cardSystem: CardSystem
  /** Names of its counters. */
  readonly counters: readonly string[]
  readonly heard: PillarHeard | undefined
  readonly situation: Situation
  readonly choice: Choice | undefined
  readonly next: NextChange | undefined
  readonly last: RecentCheckIn | undefined
  /** Check-ins that wait on the pillar, as it said last. */
  readonly waiting: number | undefined
  readonly devices: readonly Device[]
}

export interface FleetView {
  readonly now: Instant
  /** By place, then by name. */
  readonly pillars: readonly PillarView[]
  readonly cardSystems: readonly CardSystem[]
  readonly checkIns: readonly (RecentCheckIn & { readonly at: PillarView })[]
}

/** Check-ins looked through for those of a filtered page; each page shows the first few of them. */
const RECENT_MAX = 300

/** All of the fleet at this moment, for pages in any language. */
export async function viewFleet(parts: PageParts, changes: NextChanges): Promise<FleetView> {
  const { catalogue, reader, clock } = parts
  const [lasts, recent] = await Promise.all([readLasts(reader), readRecent(reader, RECENT_MAX)])
  const now = clock.now()
  const views = catalogue
    .pillars()
    .filter(({ status }) => status !== 'removed')
    .map((pillar) => viewPillar(parts, changes, { pillar, now, last: lasts.get(pillar.id) }))
    .toSorted((a, b) => order(a, b))
  const byId = new Map(views.map((view) => [view.pillar.id, view]))
  const checkIns = recent.flatMap((checkIn) => {
    const at = byId.get(checkIn.pillarId)
    return at === undefined ? [] : [{ ...checkIn, at }]
  })
  return { now, pillars: views, cardSystems: catalogue.memory.cardSystems(), checkIns }
}

function viewPillar(
  { catalogue, presence }: PageParts,
  changes: NextChanges,
  of: { readonly pillar: Pillar; readonly now: Instant; readonly last: RecentCheckIn | undefined },
): PillarView {
  const { pillar, now, last } = of
  const { memory } = catalogue
  const counters = pillar.assignments
    .filter((one) => holdsAt(one, now))
    .flatMap(({ value }) => memory.counter(value)?.name ?? [])
  const input = catalogue.choiceInputAt(pillar.uuid, now)
  const choice = input === undefined ? undefined : chooseEvent(input)
  const heard = presence.presenceOf(pillar.uuid)
  const hasCounter = counters.length > 0
  return {
    pillar,
    cardSystem: cardSystemOf(memory, pillar.cardSystemId),
    counters,
    heard,
    situation: situationOf({ blocked: pillar.status === 'blocked', hasCounter, heard, choice, now }),
    choice,
    next: choice === undefined ? undefined : changes.of(pillar.uuid, choice, now),
    last,
    waiting: heard?.health?.journal.unsettled,
    devices: heard?.health?.devices ?? [],
  }
}

/** Where a pillar stands: its first counter, else its card system. */
export const placeOf = ({ counters, cardSystem }: PillarView): string => counters[0] ?? cardSystem.name

const order = (a: PillarView, b: PillarView): number =>
  placeOf(a).localeCompare(placeOf(b), 'nl') || a.pillar.name.localeCompare(b.pillar.name, 'nl')

export interface Filter {
  /** UUID of a card system. */
  readonly cardSystem: string | undefined
  /** Part of the name of a pillar, a counter or a card system, in any case and with or without accents. */
  readonly name: string
}

export function filtered(view: FleetView, filter: Filter): FleetView {
  const wanted = plain(filter.name)
  const matches = ({ pillar, counters, cardSystem }: PillarView): boolean =>
    (filter.cardSystem === undefined || cardSystem.uuid === filter.cardSystem) &&
    [pillar.name, cardSystem.name, ...counters].some((name) => plain(name).includes(wanted))
  const pillars = view.pillars.filter(matches)
  const kept = new Set(pillars)
  return { ...view, pillars, checkIns: view.checkIns.filter(({ at }) => kept.has(at)) }
}

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()
