import { PassNumberFormat } from '@spaarzuil/shared/cards/pass-number.js'
import { RuleDefaults } from '@spaarzuil/shared/check-in/rules.js'
import { rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { instant } from '@spaarzuil/shared/time.js'
import { Type, type Static } from 'typebox'
import {
  grouped,
  Int,
  instantOf,
  jsonColumn,
  MaybeInt,
  MaybeText,
  present,
  spanOf,
  SpanColumns,
  Text,
} from './columns.js'
import { loadEvents } from './load-events.js'
import type { Memory } from './memory.js'
import { Branding, PillarSettings, UnitTexts } from './records.js'

const unitOf = jsonColumn('card_systems.unit', UnitTexts)
const formatOf = jsonColumn('card_systems.pass_number_format', PassNumberFormat)
const brandingOf = jsonColumn('card_systems.branding', Branding)
const rulesOf = jsonColumn('card_system_rules.rules', RuleDefaults)
const idsOf = jsonColumn('counters.location_ids', Type.Array(Text))
const pillarSettingsOf = jsonColumn('pillar_settings.settings', PillarSettings)

/** Fills the memory from the database. Called once, before anything else reads it. */
export async function loadMemory(memory: Memory, queries: Queries): Promise<void> {
  await loadCardSystems(memory, queries)
  await loadCounters(memory, queries)
  await loadPillars(memory, queries)
  await loadEvents(memory, queries)
}

const CardSystemRow = Type.Object({
  id: Int,
  uuid: Text,
  name: Text,
  unit: Text,
  zone: Text,
  pass_number_format: Text,
  event_source: Type.Enum(['uitdatabank', 'own']),
  branding: Text,
  retention_months: Int,
})
const RulesRow = Type.Object({ card_system_id: Int, rules: Text, ...SpanColumns })

async function loadCardSystems(memory: Memory, queries: Queries): Promise<void> {
  const rules = await queries.all(
    'SELECT card_system_id, rules, valid_from, valid_to FROM card_system_rules ORDER BY valid_from, id',
    [],
    rowParser('card_system_rules', RulesRow),
  )
  const rows = await queries.all('SELECT * FROM card_systems', [], rowParser('card_systems', CardSystemRow))
  const byCardSystem = grouped(rules, (row) => row.card_system_id)
  for (const row of rows) {
    memory.putCardSystem({
      id: row.id,
      uuid: row.uuid,
      name: row.name,
      unit: unitOf(row.unit),
      zone: row.zone,
      passNumberFormat: formatOf(row.pass_number_format),
      eventSource: row.event_source,
      branding: brandingOf(row.branding),
      retentionMonths: row.retention_months,
      rules: (byCardSystem.get(row.id) ?? []).map((rule) => ({
        value: rulesOf(rule.rules),
        ...spanOf(rule),
      })),
    })
  }
}

const CounterRow = Type.Object({
  id: Int,
  uuid: Text,
  card_system_id: Int,
  name: Text,
  organiser_id: MaybeText,
  location_ids: Text,
  ...SpanColumns,
})

async function loadCounters(memory: Memory, queries: Queries): Promise<void> {
  for (const row of await queries.all('SELECT * FROM counters', [], rowParser('counters', CounterRow))) {
    memory.putCounter({
      id: row.id,
      uuid: row.uuid,
      cardSystemId: row.card_system_id,
      name: row.name,
      organiserId: present(row.organiser_id),
      locationIds: idsOf(row.location_ids),
      ...spanOf(row),
    })
  }
}

const PillarRow = Type.Object({
  id: Int,
  uuid: Text,
  card_system_id: Int,
  name: Text,
  secret_hash: Text,
  status: Type.Enum(['active', 'blocked', 'removed']),
  created_at: Int,
})
const SettingsRow = Type.Object({ pillar_id: Int, settings: Text, ...SpanColumns })
const AssignmentRow = Type.Object({ pillar_id: Int, counter_id: Int, ...SpanColumns })
const PinRow = Type.Object({
  uuid: Text,
  pillar_id: Int,
  level: Type.Enum(['administrator', 'counter', 'roster']),
  counter_id: MaybeInt,
  event_id: Text,
  chosen_by: Text,
  starts_at: Int,
  ends_at: MaybeInt,
  ...SpanColumns,
})

async function loadPillars(memory: Memory, queries: Queries): Promise<void> {
  const { settings, assignments, pins } = await pillarParts(queries)
  for (const row of await queries.all('SELECT * FROM pillars', [], rowParser('pillars', PillarRow))) {
    memory.putPillar({
      id: row.id,
      uuid: row.uuid,
      cardSystemId: row.card_system_id,
      name: row.name,
      secretHash: row.secret_hash,
      status: row.status,
      createdAt: instant(row.created_at),
      settings: (settings.get(row.id) ?? []).map((one) => ({
        value: pillarSettingsOf(one.settings),
        ...spanOf(one),
      })),
      assignments: (assignments.get(row.id) ?? []).map((one) => ({ value: one.counter_id, ...spanOf(one) })),
      pins: (pins.get(row.id) ?? []).map(pinOf),
    })
  }
}

async function pillarParts(queries: Queries) {
  const settings = await queries.all(
    'SELECT * FROM pillar_settings ORDER BY valid_from, id',
    [],
    rowParser('pillar_settings', SettingsRow),
  )
  const assignments = await queries.all(
    'SELECT * FROM assignments ORDER BY valid_from, id',
    [],
    rowParser('assignments', AssignmentRow),
  )
  const pins = await queries.all('SELECT * FROM pins ORDER BY valid_from, id', [], rowParser('pins', PinRow))
  return {
    settings: grouped(settings, (row) => row.pillar_id),
    assignments: grouped(assignments, (row) => row.pillar_id),
    pins: grouped(pins, (row) => row.pillar_id),
  }
}

const pinOf = (row: Static<typeof PinRow>) => ({
  uuid: row.uuid,
  level: row.level,
  counterId: present(row.counter_id),
  eventId: row.event_id,
  chosenBy: row.chosen_by,
  startsAt: instant(row.starts_at),
  endsAt: instantOf(row.ends_at),
  ...spanOf(row),
})
