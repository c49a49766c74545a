import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { momentChanged } from '@spaarzuil/shared/check-in/moment.js'
import { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { instant, type Clock } from '@spaarzuil/shared/time.js'
import type { Store } from '../store/store.js'
import type { Tally } from '../tally.js'
import type { Arrived } from './arrived.js'
import type { Boot } from './clocks.js'
import { decideBatch, usesKey, type Known, type Outcome } from './decide-batch.js'
import { know, place, type Deciding } from './decide-stored.js'
import type { SealOpener } from './open-seals.js'
import { readStanding, type Standing } from './standing.js'
import { writeAgain, writeMoment, type Again } from './write-again.js'

/** Decides check-ins again when something becomes known that was not known at their first verdict. */
export interface Redecide {
  /** Cards that are known now, by their keyed hashes. Resolves to the number of verdicts that changed. */
  cardsKnown(lookups: readonly string[]): Promise<number>
  eventsKnown(cdbids: readonly string[]): Promise<number>
  clockKnown(boot: Boot): Promise<number>
  /** All that is held for want of a sealing key, after one was put back. */
  keysKnown(): Promise<number>
  /** Lets go of what is too old to be decided again. */
  forgetOld(): Promise<void>
}

export interface RedecideParts {
  readonly store: Store
  readonly deciding: Deciding
  readonly seals: SealOpener
  readonly clock: Clock
  readonly tally: Tally
}

type Value = string | number

/** In one transaction: live check-ins wait behind these some hundredths of a second. */
const AT_ONCE = 50

export function openRedecide(parts: RedecideParts): Redecide {
  const again = async (kind: Again['kind'], where: string, params: readonly Value[]): Promise<number> => {
    let changed = 0
    // By id, so that a season's backlog is never in memory at once.
    for (let after = 0; ;) {
      const candidates = await readCandidates(parts, where, [...params, after])
      const last = candidates.at(-1)
      if (last === undefined) return changed
      after = last.checkInId
      changed += await decideAgain(candidates, kind, parts)
    }
  }
  return {
    cardsKnown: async (lookups) =>
      again('decided-again', `u.lookup IN (SELECT value FROM json_each(?)) AND u.why = 'card-unknown'`, [
        JSON.stringify(lookups),
      ]),
    eventsKnown: async (cdbids) =>
      again(
        'decided-again',
        `u.event_cdbid IN (SELECT value FROM json_each(?)) AND u.why = 'event-unknown'`,
        [JSON.stringify(cdbids)],
      ),
    clockKnown: async ({ pillarId, boot }) =>
      again('clock-corrected', 'u.boot = ? AND c.pillar_id = ?', [boot, pillarId]),
    keysKnown: async () => again('decided-again', `u.why = 'seal-key-unknown'`, []),
    forgetOld: async () => {
      await parts.store.writer.run('DELETE FROM undecided WHERE until < ?', [parts.clock.now()])
    },
  }
}

type Candidate = { readonly checkInId: number; readonly arrived: Arrived }

const candidateRow = rowParser(
  'undecided',
  Type.Object({
    check_in_id: Type.Integer(),
    content: Type.String(),
    content_hash: Type.String(),
    received_at: Type.Integer(),
    pillar_uuid: Type.String(),
  }),
)
const storedCheckIn = Compile(CheckIn)

async function readCandidates(
  { store, deciding, seals, clock }: RedecideParts,
  where: string,
  params: readonly Value[],
): Promise<readonly Candidate[]> {
  const rows = await store.writer.all(
    `SELECT u.check_in_id, u.content, c.content_hash, c.received_at, p.uuid AS pillar_uuid
     FROM undecided AS u
     JOIN check_ins AS c ON c.id = u.check_in_id
     JOIN pillars AS p ON p.id = c.pillar_id
     WHERE ${where} AND u.check_in_id > ? AND u.until >= ?
     ORDER BY u.check_in_id LIMIT ${AT_ONCE}`,
    [...params, clock.now()],
    candidateRow,
  )
  return Promise.all(
    rows.map(async (row): Promise<Candidate> => {
      const checkIn: unknown = JSON.parse(row.content)
      invariant(storedCheckIn.Check(checkIn), 'a check-in that was taken can be read again')
      const pillar = deciding.catalogue.pillar(row.pillar_uuid)
      invariant(pillar !== undefined, 'a pillar is never removed from memory')
      const { actionId, time, occurrence, seal } = checkIn
      const opened = await seals.openLater({
        pillarUuid: pillar.uuid,
        seal,
        context: { purpose: 'check-in', actionId, time, occurrence },
        format: deciding.catalogue.passNumberFormat(pillar.cardSystemId),
      })
      const receivedAt = instant(row.received_at)
      return {
        checkInId: row.check_in_id,
        arrived: { checkIn, pillar, lane: 'backlog', receivedAt, contentHash: row.content_hash, opened },
      }
    }),
  )
}

async function decideAgain(
  candidates: readonly Candidate[],
  kind: Again['kind'],
  parts: RedecideParts,
): Promise<number> {
  const changed = await parts.store.writer.transaction(async (queries) => {
    let count = 0
    // One by one: each may use up what the next one hopes for.
    for (const candidate of candidates) {
      if (await decideOneAgain(queries, candidate, kind, parts)) count += 1
    }
    return count
  })
  parts.tally.count(kind, changed)
  return changed
}

async function decideOneAgain(
  queries: Queries,
  { checkInId, arrived }: Candidate,
  kind: Again['kind'],
  { deciding, clock }: RedecideParts,
): Promise<boolean> {
  const standing = await readStanding(queries, checkInId)
  // Corrected by a person meanwhile: that word is the last.
  if (standing === undefined || standing.reversed) return false
  const placed = await place(queries, [arrived], deciding)
  const known = withoutOwnUse(await know(queries, placed, deciding.catalogue), standing)
  const { outcomes } = decideBatch(placed, known, deciding.catalogue)
  const [outcome] = outcomes
  invariant(outcome !== undefined, 'each check-in has an outcome')
  if (hasNewVerdict(standing, outcome)) {
    await writeMoment(queries, checkInId, outcome)
    await writeAgain(queries, { checkInId, standing, outcome, kind, at: clock.now() })
    return true
  }
  if (
    standing.verdict.kind === outcome.verdict.kind &&
    momentChanged(standing.moment, outcome.placed.moment)
  ) {
    await writeMoment(queries, checkInId, outcome)
  }
  return false
}

/** A check-in that is decided again is not in its own way. */
function withoutOwnUse(known: Known, { verdict, passholderId, eventId }: Standing): Known {
  if (verdict.kind !== 'granted' || passholderId === undefined || eventId === undefined) return known
  const key = usesKey(passholderId, eventId, verdict.limitKey)
  const uses = known.uses.get(key)
  return uses === undefined ? known : { ...known, uses: new Map([...known.uses, [key, uses - 1]]) }
}

/** Points that were given are never taken back by what becomes known later; a person may. */
function hasNewVerdict({ verdict, passholderId }: Standing, outcome: Outcome): boolean {
  const after = outcome.verdict
  if (verdict.kind !== 'granted') {
    return after.kind === 'granted' || after.kind !== verdict.kind || after.reason !== verdict.reason
  }
  if (after.kind !== 'granted' || outcome.passholderId !== passholderId) return false
  return (
    after.points > verdict.points || (after.points === verdict.points && after.limitKey !== verdict.limitKey)
  )
}
