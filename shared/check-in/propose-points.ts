/**
 * The points framework of the UiTPAS manual for providers (Meetjesland): an activity 1, a membership 25 a year or 12 half
 * a year, an activity of several days 1 a day. What kind of activity it is can only be guessed from its type and title,
 * so this proposes, and an administrator decides: nothing here is ever applied by itself.
 */
import type { Duration } from '../time.js'
import type { CalendarType } from './resolve-rule.js'
import type { EventSettings } from './rules.js'

export const PROPOSAL_REASONS = {
  'membership-year': 'a membership of more than half a year: 25 points, once',
  'membership-half-year': 'a membership of at most half a year: 12 points, once',
  'several-days': 'an activity of several days: 1 point a day',
  activity: 'an activity: 1 point',
} as const
export type ProposalReason = keyof typeof PROPOSAL_REASONS

export type PointsProposal = {
  readonly reason: ProposalReason
  readonly settings: Pick<EventSettings, 'points' | 'limit'>
}

/** What is known of the event; the event type is a term of UiTdatabank, `id` such as 0.57.0.0.0. */
export type EventTraits = {
  readonly eventType?: { readonly id: string; readonly label?: string | undefined } | undefined
  readonly title: string
  readonly calendarType: CalendarType
  /** From the first start to the last end; absent for a permanent event. */
  readonly length?: Duration | undefined
}

/** Camp or holiday (UiTdatabank taxonomy, domain eventtype). */
const CAMP = '0.57.0.0.0'
const MEMBERSHIP = /\b(lidmaatschap|lidgeld|lidkaart|membership|adhésion|mitgliedschaft)/i
const DAY_MS = 86_400_000
/** 1 July to 31 December is 184 days. */
const HALF_YEAR_MS = 184 * DAY_MS

export function proposePoints({ eventType, title, calendarType, length }: EventTraits): PointsProposal {
  if (MEMBERSHIP.test(title) || MEMBERSHIP.test(eventType?.label ?? '')) return proposeMembership(length)
  if (eventType?.id === CAMP || (calendarType !== 'permanent' && length !== undefined && length > DAY_MS)) {
    return { reason: 'several-days', settings: { points: 1, limit: { volume: 1, period: 'DAY' } } }
  }
  return { reason: 'activity', settings: { points: 1 } }
}

function proposeMembership(length: Duration | undefined): PointsProposal {
  if (length === undefined) {
    return { reason: 'membership-year', settings: { points: 25, limit: { volume: 1, period: 'YEAR' } } }
  }
  const limit = { volume: 1, period: 'ABSOLUTE' } as const
  return length <= HALF_YEAR_MS
    ? { reason: 'membership-half-year', settings: { points: 12, limit } }
    : { reason: 'membership-year', settings: { points: 25, limit } }
}
