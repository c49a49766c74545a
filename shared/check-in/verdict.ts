import type { VisitorReason } from '../contract/receipt.js'
import type { Instant } from '../time.js'

/** Why a check-in is refused, for code, log and staff pages. Each has its own code; never reuse or rename one. */
export const REFUSAL_REASONS = [
  'limit-reached',
  'too-early',
  'too-late',
  'nothing-on',
  'event-cancelled',
  'card-unknown',
  'card-blocked',
  'card-deleted',
  'card-without-passholder',
] as const
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

/** Why a check-in waits for a person or for news; it gets a receipt that says so. */
export const HELD_REASONS = ['seal-broken', 'seal-key-unknown', 'clock-unknown', 'event-unknown'] as const
export type HeldReason = (typeof HELD_REASONS)[number]

export type Verdict =
  | {
      readonly kind: 'granted'
      readonly points: number
      /** Which limit this use counts against; equal keys share one limit. */
      readonly limitKey: string
    }
  | {
      readonly kind: 'refused'
      readonly reason: RefusalReason
      /** When it is possible again; absent when never or not known. */
      readonly againAt?: Instant | undefined
      /** For `too-late`: until when it was possible. */
      readonly until?: Instant | undefined
    }
  | { readonly kind: 'held'; readonly reason: HeldReason }

/** What the pillar may know of a refusal: unknown, blocked and deleted cards cannot be told apart. */
export function visitorReason(reason: RefusalReason): VisitorReason {
  switch (reason) {
    case 'limit-reached':
    case 'too-early':
    case 'too-late':
    case 'nothing-on':
      return reason
    case 'event-cancelled':
      return 'nothing-on'
    case 'card-unknown':
    case 'card-blocked':
    case 'card-deleted':
    case 'card-without-passholder':
      return 'ask-desk'
  }
}
