import type { HeldReason, RefusalReason } from '@spaarzuil/shared/check-in/verdict.js'
import type { Device } from '@spaarzuil/shared/contract/messages.js'
import type { Concern, Stand } from '../situation.js'

/** A concern whose times, numbers and titles are already written in the language. */
export type ToldConcern = {
  readonly kind: Concern['kind']
  readonly since: string
  readonly count: number
  readonly number: string
  readonly device: Device['kind']
  /** The event that counts now. */
  readonly title: string
  /** The other event that it is about. */
  readonly other: string
}

export type Told = { readonly what: string; readonly todo: string }

/** Everything the staff page says, in one language. */
export interface Words {
  /** The language's name in itself. */
  readonly language: string
  readonly languages: string
  readonly title: string
  readonly skip: string
  readonly ready: (ready: number, all: number) => string
  readonly lookAt: (count: number) => string
  readonly allWell: string
  readonly noPillars: string
  readonly noneFound: string
  readonly morePillars: (count: number) => string
  readonly overview: string
  readonly attention: string
  readonly moreConcerns: (count: number) => string
  readonly concern: (told: ToldConcern) => Told
  readonly stand: Readonly<Record<Stand, string>>
  readonly since: (time: string) => string
  readonly neverHeard: string
  readonly columns: Readonly<Record<'pillar' | 'stand' | 'counts' | 'last' | 'waiting' | 'devices', string>>
  readonly until: (time: string, next: string | undefined) => string
  readonly again: (time: string, next: string | undefined) => string
  readonly none: string
  readonly unseen: string
  readonly noCheckIn: string
  readonly device: Readonly<Record<Device['kind'], string>>
  readonly deviceState: Readonly<Record<Device['state'], string>>
  readonly search: string
  readonly searchExample: string
  readonly cardSystem: string
  readonly allCardSystems: string
  readonly find: string
  readonly showAll: string
  readonly checkIns: string
  readonly checkInColumns: Readonly<Record<'time' | 'pillar' | 'event' | 'verdict' | 'points', string>>
  readonly noCheckIns: string
  readonly arrived: (time: string) => string
  readonly timeUnknown: string
  readonly granted: string
  readonly takenBack: string
  readonly refused: Readonly<Record<RefusalReason, string>>
  readonly held: string
  readonly heldBecause: Readonly<Record<HeldReason, Told>>
  readonly redecided: string
  readonly live: string
  readonly lost: string
  readonly still: string
}
