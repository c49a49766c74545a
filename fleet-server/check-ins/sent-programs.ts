import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Window } from '@spaarzuil/shared/check-in/facts.js'
import type { Revision } from '@spaarzuil/shared/contract/check-in.js'
import { ProgramEvent } from '@spaarzuil/shared/contract/program.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { instant } from '@spaarzuil/shared/time.js'
import type { SentProgram } from './arrived.js'
import { openLru } from './lru.js'

/** Which program a pillar says it chose from. */
export interface ProgramAsk extends Revision {
  readonly pillarId: number
}

/** Programs that were really sent, in a form in which one occurrence is found at once. */
export interface SentPrograms {
  /** By `programKey`; what was never sent is absent. */
  load(queries: Queries, asked: Iterable<ProgramAsk>): Promise<ReadonlyMap<string, SentProgram>>
}

export const programKey = ({ pillarId, epoch, revision }: ProgramAsk): string =>
  `${pillarId} ${epoch} ${revision}`

/** Of each pillar the one in force and the one before, in a fleet of a thousand. */
const SENT_REMEMBERED = 2_000
/** Pillars of one house share a program; a large one takes half a megabyte in this form. */
const PROGRAMS_REMEMBERED = 300

const sentRow = rowParser(
  'sent_programs',
  Type.Object({
    pillar_id: Type.Integer(),
    epoch: Type.String(),
    revision: Type.Integer(),
    hash: Type.String(),
    content: Type.String(),
  }),
)

const storedProgram = Compile(Type.Object({ events: Type.Array(ProgramEvent) }))

export function openSentPrograms(): SentPrograms {
  const sent = openLru<string, SentProgram>(SENT_REMEMBERED)
  const byHash = openLru<string, SentProgram>(PROGRAMS_REMEMBERED)
  return {
    load: async (queries, asked) => {
      const found = new Map<string, SentProgram>()
      const missing = new Map<string, ProgramAsk>()
      for (const ask of asked) {
        const key = programKey(ask)
        const known = sent.get(key)
        if (known === undefined) missing.set(key, ask)
        else found.set(key, known)
      }
      if (missing.size === 0) return found
      for (const row of await readSent(queries, missing.values())) {
        const program = byHash.get(row.hash) ?? indexProgram(row.content)
        const key = programKey({ pillarId: row.pillar_id, epoch: row.epoch, revision: row.revision })
        byHash.set(row.hash, program)
        sent.set(key, program)
        found.set(key, program)
      }
      return found
    },
  }
}

const readSent = async (
  queries: Queries,
  asked: Iterable<ProgramAsk>,
): Promise<readonly ReturnType<typeof sentRow>[]> =>
  queries.all(
    `SELECT s.pillar_id, s.epoch, s.revision, s.hash, p.content
     FROM json_each(?) AS asked
     JOIN sent_programs AS s
       ON s.pillar_id = asked.value ->> 0 AND s.epoch = asked.value ->> 1 AND s.revision = asked.value ->> 2
     JOIN programs AS p ON p.hash = s.hash`,
    [JSON.stringify([...asked].map(({ pillarId, epoch, revision }) => [pillarId, epoch, revision]))],
    sentRow,
  )

const occurrenceKey = (eventId: string, startMs: number | undefined, endMs: number | undefined): string =>
  `${eventId} ${startMs ?? ''} ${endMs ?? ''}`

function indexProgram(content: string): SentProgram {
  const program: unknown = JSON.parse(content)
  invariant(storedProgram.Check(program), 'a program that was sent can be read again')
  const windows = new Map<string, Window>()
  for (const event of program.events) {
    for (const { startMs, endMs, fromMs, untilMs } of event.occurrences) {
      windows.set(occurrenceKey(event.id, startMs, endMs), {
        ...(fromMs === undefined ? {} : { from: instant(fromMs) }),
        ...(untilMs === undefined ? {} : { until: instant(untilMs) }),
      })
    }
  }
  return {
    windowOf: ({ eventId, startMs, endMs }) => windows.get(occurrenceKey(eventId, startMs, endMs)),
  }
}
