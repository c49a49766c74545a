import { Type } from 'typebox'
import { Failure, invariant } from '@spaarzuil/shared/errors.js'
import { rowParser } from '@spaarzuil/shared/runtime/database.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import type { Store } from '../store/store.js'
import { readStanding } from './standing.js'
import { writeCorrection, writeMovement } from './write-again.js'

/** What a person may change about a check-in. */
export interface Corrections {
  /**
   * Takes the points of a check-in back by a new line in the ledger, and frees the limit it used. The first receipt stays.
   * Rejects with NOT_FOUND when there is no such check-in; 'nothing-to-reverse' when it has no points or was reversed.
   */
  reverse(actionId: string, order: Reversal): Promise<'reversed' | 'nothing-to-reverse'>
}

export interface Reversal {
  readonly reason: string
  readonly by: string
}

const idRow = rowParser('check_ins', Type.Object({ id: Type.Integer() }))

export const openCorrections = (store: Store, clock: Clock): Corrections => ({
  reverse: async (actionId, { reason, by }) =>
    store.writer.transaction(async (queries) => {
      const row = await queries.get('SELECT id FROM check_ins WHERE action_id = ?', [actionId], idRow)
      if (row === undefined) throw new Failure('NOT_FOUND', `There is no check-in ${actionId}`)
      const checkInId = row.id
      const standing = await readStanding(queries, checkInId)
      invariant(standing !== undefined, 'a check-in that was found has a verdict')
      const { verdict, passholderId } = standing
      if (verdict.kind !== 'granted' || standing.reversed) return 'nothing-to-reverse'
      invariant(passholderId !== undefined, 'who was granted points is a passholder')
      const at = clock.now()
      const after = { kind: 'reversed' } as const
      const correction = { checkInId, kind: 'reversed', reason, by, before: verdict, after, at } as const
      const correctionId = await writeCorrection(queries, correction)
      await writeMovement(queries, { passholderId, points: -verdict.points, checkInId, correctionId, at })
      await queries.run('UPDATE check_ins SET limit_key = NULL, told = 1 WHERE id = ?', [checkInId])
      await queries.run('DELETE FROM undecided WHERE check_in_id = ?', [checkInId])
      return 'reversed'
    }),
})
