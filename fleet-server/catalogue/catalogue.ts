import type { PassNumberFormat } from '@spaarzuil/shared/cards/pass-number.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import type { ChoiceInput } from '@spaarzuil/shared/events/choose.js'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import type { Clock, Instant } from '@spaarzuil/shared/time.js'
import type { Decisions } from './answers.js'
import { openChoices } from './choice.js'
import { openDecisions } from './decisions.js'
import { countingAt, explainAt, type Counting, type Explanation } from './explain.js'
import { loadMemory } from './load.js'
import { openMemory, type Memory } from './memory.js'
import { programFor, type ProgramContent } from './program.js'
import type { Pillar } from './records.js'
import { settingsFor, type SettingsContent } from './settings.js'
import { writeCardSystems, type CardSystemWrites } from './write-card-systems.js'
import { writeEvents, type EventWrites } from './write-events.js'
import { writePillars, type PillarWrites } from './write-pillars.js'
import { openWriting } from './writing.js'

/**
 * Card systems, counters, pillars, pins and events with all their history, in memory, so that any moment can be judged
 * without asking the database. Whoever changes one of them does it here: database first, then memory.
 */
export interface Catalogue extends Decisions {
  readonly memory: Memory
  readonly write: CardSystemWrites & PillarWrites & EventWrites
  pillar(uuid: string): Pillar | undefined
  pillars(): readonly Pillar[]
  /** How pass numbers are made in a card system. */
  passNumberFormat(cardSystemId: number): PassNumberFormat
  programFor(pillarUuid: string, now: Instant): ProgramContent
  settingsFor(pillarUuid: string): SettingsContent
  /** Which pillars' programs, settings or status may have changed. Returns how to stop listening. */
  onChange(listener: (pillarUuids: readonly string[]) => void): () => void
  choiceInputAt(pillarUuid: string, at: Instant): ChoiceInput | undefined
  /** For which event a pillar counts, with the reason in words. */
  countingAt(pillarUuid: string, at: Instant): Counting | undefined
  /** The chosen event and why, every candidate, every event that was passed over and why. */
  explainAt(pillarUuid: string, at: Instant): Explanation | undefined
}

export interface CatalogueParts {
  /** The connection that writes. */
  readonly database: Database
  readonly clock: Clock
}

/** Reads everything once: some seconds for 50,000 events. */
export async function openCatalogue({ database, clock }: CatalogueParts): Promise<Catalogue> {
  const memory = openMemory()
  await loadMemory(memory, database)
  const choices = openChoices(memory)
  const listeners = new Set<(pillarUuids: readonly string[]) => void>()
  const changed = (pillarUuids: readonly string[]): void => {
    choices.forget(pillarUuids)
    if (pillarUuids.length === 0) return
    for (const listener of listeners) listener(pillarUuids)
  }
  const writing = openWriting({ database, memory, clock, changed })
  const decisions = openDecisions(memory, choices)
  return {
    memory,
    write: { ...writeCardSystems(writing), ...writePillars(writing), ...writeEvents(writing) },
    pillar: (uuid) => memory.pillar(uuid),
    pillars: () => memory.pillars(),
    passNumberFormat: (cardSystemId): PassNumberFormat => {
      const cardSystem = memory.cardSystem(cardSystemId)
      invariant(cardSystem !== undefined, 'a card system is never removed')
      return cardSystem.passNumberFormat
    },
    ...decisions,
    choiceInputAt: (pillarUuid, at) => choices.inputAt(pillarUuid, at),
    countingAt: (pillarUuid, at) => countingAt(memory, choices, pillarUuid, at),
    explainAt: (pillarUuid, at) => explainAt(memory, choices, pillarUuid, at),
    programFor: (pillarUuid, now) => known(programFor(memory, pillarUuid, now)),
    settingsFor: (pillarUuid) => known(settingsFor(memory, pillarUuid)),
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function known<T>(found: T | undefined): T {
  invariant(found !== undefined, 'a pillar is never removed from memory')
  return found
}
