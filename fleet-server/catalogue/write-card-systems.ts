import type { RuleDefaults } from '@spaarzuil/shared/check-in/rules.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { pillarsOfCardSystem, pillarsOfCounter } from './affected.js'
import { changedAt } from './dated.js'
import type { CardSystem, Counter } from './records.js'
import { newRow, notFound, type Writing } from './writing.js'

export type NewCardSystem = Omit<CardSystem, 'id' | 'uuid' | 'rules'> & { readonly rules: RuleDefaults }
export type NewCounter = {
  readonly cardSystemUuid: string
  readonly name: string
  readonly organiserId: string | undefined
  readonly locationIds: readonly string[]
}

export interface CardSystemWrites {
  /** Fails with ALREADY_EXISTS where a card system has that name. */
  addCardSystem(wanted: NewCardSystem): Promise<CardSystem>
  /** From now on; what was before is judged by the rules of then. */
  setRules(cardSystemUuid: string, rules: RuleDefaults): Promise<CardSystem>
  addCounter(wanted: NewCounter): Promise<Counter>
  /** A counter that was closed organises and houses nothing any more. */
  endCounter(counterUuid: string): Promise<void>
}

export const writeCardSystems = (writing: Writing): CardSystemWrites => ({
  addCardSystem: async (wanted) => addCardSystem(writing, wanted),
  setRules: async (uuid, rules) => setRules(writing, uuid, rules),
  addCounter: async (wanted) => addCounter(writing, wanted),
  endCounter: async (uuid) => endCounter(writing, uuid),
})

async function addCardSystem({ memory, write }: Writing, wanted: NewCardSystem): Promise<CardSystem> {
  return write(async (queries, now) => {
    if (memory.cardSystems().some(({ name }) => name === wanted.name)) {
      throw new Failure('ALREADY_EXISTS', `There is a card system called ${wanted.name} already`)
    }
    const uuid = newId()
    const id = await newRow(
      queries,
      `INSERT INTO card_systems (uuid, name, unit, zone, pass_number_format, event_source, branding, retention_months,
         created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        uuid,
        wanted.name,
        JSON.stringify(wanted.unit),
        wanted.zone,
        JSON.stringify(wanted.passNumberFormat),
        wanted.eventSource,
        JSON.stringify(wanted.branding),
        wanted.retentionMonths,
        now,
      ],
    )
    await queries.run('INSERT INTO card_system_rules (card_system_id, rules, valid_from) VALUES (?, ?, ?)', [
      id,
      JSON.stringify(wanted.rules),
      now,
    ])
    const made = { ...wanted, id, uuid, rules: changedAt([], now, wanted.rules) }
    return { result: made, remember: () => (memory.putCardSystem(made), []) }
  })
}

async function setRules({ memory, write }: Writing, uuid: string, rules: RuleDefaults): Promise<CardSystem> {
  return write(async (queries, now) => {
    const known = memory.cardSystems().find((cardSystem) => cardSystem.uuid === uuid)
    if (known === undefined) throw notFound('card system', uuid)
    await queries.run(
      'UPDATE card_system_rules SET valid_to = ? WHERE card_system_id = ? AND valid_to IS NULL',
      [now, known.id],
    )
    await queries.run('INSERT INTO card_system_rules (card_system_id, rules, valid_from) VALUES (?, ?, ?)', [
      known.id,
      JSON.stringify(rules),
      now,
    ])
    const changed = { ...known, rules: changedAt(known.rules, now, rules) }
    const remember = () => (memory.putCardSystem(changed), pillarsOfCardSystem(memory, known.id))
    return { result: changed, remember }
  })
}

async function addCounter({ memory, write }: Writing, wanted: NewCounter): Promise<Counter> {
  return write(async (queries, now) => {
    const cardSystem = memory.cardSystems().find(({ uuid }) => uuid === wanted.cardSystemUuid)
    if (cardSystem === undefined) throw notFound('card system', wanted.cardSystemUuid)
    const { name, organiserId, locationIds } = wanted
    const uuid = newId()
    const id = await newRow(
      queries,
      `INSERT INTO counters (uuid, card_system_id, name, organiser_id, location_ids, valid_from)
       VALUES (?, ?, ?, ?, ?, ?)`,
      [uuid, cardSystem.id, name, organiserId ?? null, JSON.stringify(locationIds), now],
    )
    const span = { from: now, to: undefined }
    const made = { id, uuid, cardSystemId: cardSystem.id, name, organiserId, locationIds, ...span }
    return { result: made, remember: () => (memory.putCounter(made), []) }
  })
}

async function endCounter({ memory, write }: Writing, uuid: string): Promise<void> {
  return write(async (queries, now) => {
    const known = memory.counters().find((counter) => counter.uuid === uuid)
    if (known === undefined) throw notFound('counter', uuid)
    await queries.run('UPDATE counters SET valid_to = ? WHERE id = ? AND valid_to IS NULL', [now, known.id])
    const ended = { ...known, to: known.to ?? now }
    const remember = () => (memory.putCounter(ended), pillarsOfCounter(memory, known.id))
    return { result: undefined, remember }
  })
}
