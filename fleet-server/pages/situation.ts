import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import type { Device, Health } from '@spaarzuil/shared/contract/messages.js'
import type { Choice } from '@spaarzuil/shared/events/choose.js'
import { instant, minutes, type Instant } from '@spaarzuil/shared/time.js'
import type { PillarHeard } from './ports.js'

/** How a pillar stands, as staff see it at a glance; each has a shape, a word and a colour of its own. */
export const STANDS = ['ready', 'look', 'no-connection', 'out-of-order', 'blocked'] as const
export type Stand = (typeof STANDS)[number]

/** Something that a person must look at: what is wrong, and since when where that is known. */
export type Concern =
  | { readonly kind: 'reader-gone'; readonly since: Instant; readonly error?: string | undefined }
  | { readonly kind: 'journal-full'; readonly waiting: number }
  | { readonly kind: 'check-ins-lost'; readonly count: number }
  | { readonly kind: 'offline'; readonly since: Instant }
  | { readonly kind: 'never-heard' }
  | { readonly kind: 'journal-filling'; readonly waiting: number }
  | { readonly kind: 'not-settling'; readonly since: Instant; readonly waiting: number }
  | { readonly kind: 'set-aside'; readonly count: number }
  | { readonly kind: 'device'; readonly device: Device['kind']; readonly since: Instant }
  | { readonly kind: 'clock-unsure' }
  | { readonly kind: 'no-counter' }
  | { readonly kind: 'tie'; readonly rivalId: string }
  | { readonly kind: 'pin-closed'; readonly eventId: string }

export interface Situation {
  readonly stand: Stand
  /** The most pressing one first. */
  readonly concerns: readonly Concern[]
}

/** From here on the journal of a pillar is filling: there is time left to act, and no doubt that somebody must. */
export const JOURNAL_FILLING = LIMITS.journalEntries * 0.8
/** A pillar that is online settles within seconds; after this something is in the way. */
const SETTLES_WITHIN = minutes(15)

/** What a pillar's last words, and the choice of its event, mean to who watches over it. */
export function situationOf(facts: {
  readonly blocked: boolean
  readonly hasCounter: boolean
  readonly heard: PillarHeard | undefined
  readonly choice: Choice | undefined
  readonly now: Instant
}): Situation {
  const { heard, now } = facts
  if (facts.blocked) return { stand: 'blocked', concerns: [] }
  const connection: readonly Concern[] =
    heard === undefined
      ? [{ kind: 'never-heard' }]
      : heard.online
        ? []
        : [{ kind: 'offline', since: heard.since }]
  const journal = journalConcerns(heard?.health, heard?.online === true, now)
  // What hardware said before the line broke may have been mended since.
  const hardware = heard?.online === true ? hardwareConcerns(heard.health) : []
  const concerns = [...connection, ...hardware, ...journal, ...choiceConcerns(facts)].toSorted(
    (a, b) => urgency(a) - urgency(b),
  )
  return { stand: standOf(concerns), concerns }
}

function standOf(concerns: readonly Concern[]): Stand {
  const kinds = new Set(concerns.map(({ kind }) => kind))
  if (kinds.has('never-heard') || kinds.has('offline')) return 'no-connection'
  if (kinds.has('reader-gone') || kinds.has('journal-full')) return 'out-of-order'
  return concerns.length === 0 ? 'ready' : 'look'
}

/** 0: visitors are turned away or points are gone; 1: cut off; 2: works, and a person should look. */
export const urgency = ({ kind }: Concern): 0 | 1 | 2 => URGENCY[kind]

const URGENCY: Readonly<Record<Concern['kind'], 0 | 1 | 2>> = {
  'reader-gone': 0,
  'journal-full': 0,
  'check-ins-lost': 0,
  offline: 1,
  'never-heard': 1,
  'journal-filling': 1,
  'not-settling': 1,
  'set-aside': 2,
  device: 2,
  'clock-unsure': 2,
  'no-counter': 2,
  tie: 2,
  'pin-closed': 2,
}

function journalConcerns(health: Health | undefined, isOnline: boolean, now: Instant): readonly Concern[] {
  if (health === undefined) return []
  const { unsettled, setAside, lost = 0, oldestUnsettledMs } = health.journal
  const found: Concern[] = []
  if (unsettled >= LIMITS.journalEntries) found.push({ kind: 'journal-full', waiting: unsettled })
  else if (unsettled >= JOURNAL_FILLING) found.push({ kind: 'journal-filling', waiting: unsettled })
  else if (isOnline && oldestUnsettledMs !== undefined && now - oldestUnsettledMs > SETTLES_WITHIN)
    found.push({ kind: 'not-settling', since: instant(oldestUnsettledMs), waiting: unsettled })
  if (lost > 0) found.push({ kind: 'check-ins-lost', count: lost })
  if (setAside > 0) found.push({ kind: 'set-aside', count: setAside })
  return found
}

function hardwareConcerns(health: Health | undefined): readonly Concern[] {
  if (health === undefined) return []
  const readers = health.devices.filter(({ kind }) => kind === 'reader')
  const failing = health.devices.filter(({ state }) => state !== 'ready')
  const isReaderGone = readers.length > 0 && readers.every((reader) => failing.includes(reader))
  const found = failing.map((device): Concern => {
    const since = instant(device.sinceMs)
    return device.kind === 'reader' && isReaderGone
      ? { kind: 'reader-gone', since, error: device.lastError }
      : { kind: 'device', device: device.kind, since }
  })
  return health.quality === 'unsynced' ? [...found, { kind: 'clock-unsure' }] : found
}

function choiceConcerns(facts: {
  readonly hasCounter: boolean
  readonly choice: Choice | undefined
}): readonly Concern[] {
  const { choice, hasCounter } = facts
  if (choice?.kind === 'chosen')
    return choice.rival === undefined ? [] : [{ kind: 'tie', rivalId: choice.rival.eventId }]
  if (choice?.pin !== undefined) return [{ kind: 'pin-closed', eventId: choice.pin.eventId }]
  return hasCounter ? [] : [{ kind: 'no-counter' }]
}
