import { Failure } from '@spaarzuil/shared/errors.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import type { Queries } from '@spaarzuil/shared/runtime/database.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { changedAt, endedAt } from './dated.js'
import type { Pillar, PillarSettings, PillarStatus, Pin, PinLevel } from './records.js'
import { newRow, notFound, type Writing } from './writing.js'

export type NewPillar = {
  readonly cardSystemUuid: string
  readonly name: string
  readonly secretHash: string
  readonly settings: PillarSettings
}
export type NewPin = {
  readonly level: PinLevel
  readonly counterUuid: string | undefined
  readonly eventId: string
  readonly chosenBy: string
  readonly startsAt: Instant | undefined
  readonly endsAt: Instant | undefined
}

/** Roster entries and pins that were ever made for one pillar: ten a day for a year. */
const PINS_MAX = 4_000

export interface PillarWrites {
  /** Fails with ALREADY_EXISTS where the card system has a pillar of that name. */
  addPillar(wanted: NewPillar): Promise<Pillar>
  setStatus(pillarUuid: string, status: PillarStatus): Promise<Pillar>
  setSettings(pillarUuid: string, settings: PillarSettings): Promise<Pillar>
  /** To exactly these counters, from now on. */
  assign(pillarUuid: string, counterUuids: readonly string[]): Promise<Pillar>
  /** A pin takes the place of the one on its level; a roster entry comes beside those there are. */
  pin(pillarUuid: string, wanted: NewPin): Promise<Pin>
  /** Ends the pin of a level, or one roster entry by its id. Fails with NOT_FOUND where there is none. */
  endPin(
    pillarUuid: string,
    which: { readonly level: PinLevel } | { readonly pinUuid: string },
    by: string,
  ): Promise<void>
}

export const writePillars = (writing: Writing): PillarWrites => ({
  addPillar: async (wanted) => addPillar(writing, wanted),
  setStatus: async (uuid, status) =>
    change(writing, uuid, async (queries, _, pillar) => {
      await queries.run('UPDATE pillars SET status = ? WHERE id = ?', [status, pillar.id])
      return { ...pillar, status }
    }),
  setSettings: async (uuid, settings) =>
    change(writing, uuid, async (queries, now, pillar) => {
      await storeSettings(queries, now, {
        pillarId: pillar.id,
        revision: pillar.settings.length + 1,
        settings,
      })
      return { ...pillar, settings: changedAt(pillar.settings, now, settings) }
    }),
  assign: async (uuid, counterUuids) => assign(writing, uuid, counterUuids),
  pin: async (uuid, wanted) => pin(writing, uuid, wanted),
  endPin: async (uuid, which, by) => {
    await change(writing, uuid, async (queries, now, pillar) => {
      const ending = pillar.pins.filter(
        (one) =>
          one.to === undefined && ('level' in which ? one.level === which.level : one.uuid === which.pinUuid),
      )
      if (ending.length === 0) throw notFound('pin', 'level' in which ? which.level : which.pinUuid)
      return endPins(queries, now, { pillar, ending, by })
    })
  },
})

async function addPillar({ memory, write }: Writing, wanted: NewPillar): Promise<Pillar> {
  return write(async (queries, now) => {
    const cardSystem = memory.cardSystems().find(({ uuid }) => uuid === wanted.cardSystemUuid)
    if (cardSystem === undefined) throw notFound('card system', wanted.cardSystemUuid)
    const { name, secretHash, settings } = wanted
    if (memory.pillars().some((one) => one.cardSystemId === cardSystem.id && one.name === name)) {
      throw new Failure('ALREADY_EXISTS', `${cardSystem.name} has a pillar called ${name} already`)
    }
    const uuid = newId()
    const id = await newRow(
      queries,
      'INSERT INTO pillars (uuid, card_system_id, name, secret_hash, created_at) VALUES (?, ?, ?, ?, ?)',
      [uuid, cardSystem.id, name, secretHash, now],
    )
    await storeSettings(queries, now, { pillarId: id, revision: 1, settings })
    const made: Pillar = {
      id,
      uuid,
      cardSystemId: cardSystem.id,
      name,
      secretHash,
      status: 'active',
      createdAt: now,
      settings: changedAt([], now, settings),
      assignments: [],
      pins: [],
    }
    return { result: made, remember: () => (memory.putPillar(made), [uuid]) }
  })
}

/** Reads a pillar, changes it in the database, and then in memory. */
async function change(
  { memory, write }: Writing,
  uuid: string,
  work: (queries: Queries, now: Instant, pillar: Pillar) => Promise<Pillar>,
): Promise<Pillar> {
  return write(async (queries, now) => {
    const pillar = memory.pillar(uuid)
    if (pillar === undefined) throw notFound('pillar', uuid)
    const changed = await work(queries, now, pillar)
    return { result: changed, remember: () => (memory.putPillar(changed), [uuid]) }
  })
}

async function storeSettings(
  queries: Queries,
  now: Instant,
  row: { readonly pillarId: number; readonly revision: number; readonly settings: PillarSettings },
): Promise<void> {
  await queries.run('UPDATE pillar_settings SET valid_to = ? WHERE pillar_id = ? AND valid_to IS NULL', [
    now,
    row.pillarId,
  ])
  await queries.run(
    'INSERT INTO pillar_settings (pillar_id, revision, settings, valid_from) VALUES (?, ?, ?, ?)',
    [row.pillarId, row.revision, JSON.stringify(row.settings), now],
  )
}

async function assign(writing: Writing, uuid: string, counterUuids: readonly string[]): Promise<Pillar> {
  return change(writing, uuid, async (queries, now, pillar) => {
    const wanted = new Set(
      counterUuids.map((counterUuid) => {
        const found = writing.memory
          .counters()
          .find((one) => one.uuid === counterUuid && one.cardSystemId === pillar.cardSystemId)
        if (found === undefined) throw notFound('counter in the card system of this pillar', counterUuid)
        return found.id
      }),
    )
    const current = pillar.assignments.filter((one) => one.to === undefined).map(({ value }) => value)
    const gone = current.filter((id) => !wanted.has(id))
    const added = [...wanted].filter((id) => !current.includes(id))
    for (const id of gone) {
      await queries.run(
        'UPDATE assignments SET valid_to = ? WHERE pillar_id = ? AND counter_id = ? AND valid_to IS NULL',
        [now, pillar.id, id],
      )
    }
    for (const id of added) {
      await queries.run('INSERT INTO assignments (pillar_id, counter_id, valid_from) VALUES (?, ?, ?)', [
        pillar.id,
        id,
        now,
      ])
    }
    const kept = pillar.assignments.flatMap((one) => (gone.includes(one.value) ? endedAt([one], now) : [one]))
    return { ...pillar, assignments: [...kept, ...added.flatMap((id) => changedAt([], now, id))] }
  })
}

async function pin(writing: Writing, uuid: string, wanted: NewPin): Promise<Pin> {
  const pinUuid = newId()
  const pillar = await change(writing, uuid, async (queries, now, known) => {
    const counter = writing.memory.counters().find((one) => one.uuid === wanted.counterUuid)
    if (wanted.counterUuid !== undefined && counter === undefined)
      throw notFound('counter', wanted.counterUuid)
    const { level, eventId, chosenBy, endsAt } = wanted
    const startsAt = wanted.startsAt ?? now
    if (endsAt !== undefined && endsAt <= startsAt) {
      throw new Failure('REQUEST_INVALID', 'The pin ends before it begins: set untilMs to a later moment')
    }
    const ending =
      level === 'roster' ? [] : known.pins.filter((one) => one.level === level && one.to === undefined)
    const before = await endPins(queries, now, { pillar: known, ending, by: chosenBy })
    if (before.pins.length >= PINS_MAX) {
      throw new Failure('LIMIT_REACHED', `This pillar has had ${PINS_MAX} pins and roster entries already`)
    }
    await queries.run(
      `INSERT INTO pins (uuid, pillar_id, level, counter_id, event_id, chosen_by, starts_at, ends_at, valid_from)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [pinUuid, known.id, level, counter?.id ?? null, eventId, chosenBy, startsAt, endsAt ?? null, now],
    )
    const span = { from: now, to: undefined }
    const made = {
      uuid: pinUuid,
      level,
      counterId: counter?.id,
      eventId,
      chosenBy,
      startsAt,
      endsAt,
      ...span,
    }
    return { ...before, pins: [...before.pins, made] }
  })
  const made = pillar.pins.find((one) => one.uuid === pinUuid)
  if (made === undefined) throw new Error('Invariant broken: the pin that was made is there')
  return made
}

async function endPins(
  queries: Queries,
  now: Instant,
  what: { readonly pillar: Pillar; readonly ending: readonly Pin[]; readonly by: string },
): Promise<Pillar> {
  const uuids = new Set(what.ending.map(({ uuid }) => uuid))
  for (const uuid of uuids) {
    await queries.run('UPDATE pins SET valid_to = ?, ended_by = ? WHERE uuid = ?', [now, what.by, uuid])
  }
  return {
    ...what.pillar,
    pins: what.pillar.pins.map((one) => (uuids.has(one.uuid) ? { ...one, to: now } : one)),
  }
}
