import { createHash } from 'node:crypto'
import type { Moment, Window } from '@spaarzuil/shared/check-in/facts.js'
import { canonicalCheckIn, type CheckIn, type OccurrenceRef } from '@spaarzuil/shared/contract/check-in.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import type { PillarRecord } from './ports.js'

/** What the seal gave. Lookups are the keyed hashes under which the card may be found, newest key first. */
export type Opened =
  | { readonly kind: 'opened'; readonly by: 'chip' | 'pass'; readonly lookups: readonly string[] }
  | { readonly kind: 'closed'; readonly reason: 'seal-broken' | 'seal-key-unknown' }

export type Lane = 'live' | 'backlog'

/** One check-in with what could be told of it without the database. The chip number is gone already. */
export interface Arrived {
  readonly checkIn: CheckIn
  readonly pillar: PillarRecord
  readonly lane: Lane
  readonly receivedAt: Instant
  readonly contentHash: string
  readonly opened: Opened
}

/** A program as it was really sent to a pillar. */
export interface SentProgram {
  /** The window that stood in it for this occurrence; undefined when the program had no such occurrence. */
  windowOf(occurrence: OccurrenceRef): Window | undefined
}

/** An arrived check-in with its moment, ready to be decided. */
export interface Placed extends Arrived {
  readonly moment: Moment
  /** The program that the pillar says it chose from, if that very revision was sent to it. */
  readonly program: SentProgram | undefined
}

/**
 * Tells one content from another under the same id; 128 bits, and no secret. The pillar belongs to the content: who copies
 * another pillar's check-in must not be given its receipt.
 */
export const contentHashOf = (pillarUuid: string, checkIn: CheckIn): string =>
  createHash('sha256').update(pillarUuid).update(canonicalCheckIn(checkIn)).digest('base64url').slice(0, 22)
