import type { Instant } from '@spaarzuil/shared/time.js'
import type { Language, Translated, Unit } from '@spaarzuil/shared/languages.js'

/**
 * What a visitor perceives of one tap. Blocked and unknown cards share `ask-desk` by construction: nothing in here
 * can tell them apart, and nothing in here says who somebody is.
 */
export type Message =
  /** The card was read; nothing is decided or stored yet. */
  | { readonly kind: 'read' }
  /** Granted by the server. `late` are points of taps that were only noted before. */
  | {
      readonly kind: 'saved'
      readonly points: number
      readonly balance: number
      readonly late?: { readonly points: number; readonly since: Instant } | undefined
    }
  /** In the journal on storage; the verdict follows later. */
  | { readonly kind: 'noted' }
  /** The limit of the period is reached. `again` absent: not for this event any more. */
  | { readonly kind: 'already'; readonly again?: Instant | undefined; readonly balance?: number | undefined }
  /** Outside the window: too early (`from`), or too late (`until`). */
  | { readonly kind: 'not-yet'; readonly from?: Instant | undefined; readonly balance?: number | undefined }
  | { readonly kind: 'over'; readonly until?: Instant | undefined; readonly balance?: number | undefined }
  /** Blocked, unknown or held: alike, neutral. */
  | { readonly kind: 'ask-desk' }
  /** The card left before it was read. */
  | { readonly kind: 'hold-still' }
  | { readonly kind: 'one-card' }
  /** A phone or bank card with a number that changes at every touch. */
  | { readonly kind: 'not-a-pass' }
  /** Nothing is on: the balance, and no check-in. */
  | { readonly kind: 'balance'; readonly balance: number; readonly next?: Instant | undefined }
  /** Nothing is on and no balance can be had (offline, or asked too often). */
  | { readonly kind: 'nothing-on'; readonly next?: Instant | undefined }
  /** The journal is full: a visible refusal, nothing was taken. */
  | { readonly kind: 'not-taken' }

/** What the screen shows while no message stands. */
export type Idle =
  | {
      readonly kind: 'ready'
      readonly title: Translated
      readonly organiser?: string | undefined
      readonly points: number
      readonly until?: Instant | undefined
    }
  /** A tap is taken, but which event it counts for is for the server to say (no usable clock or program). */
  | { readonly kind: 'ready-blind' }
  | { readonly kind: 'nothing-on'; readonly next?: Instant | undefined }
  | {
      readonly kind: 'out-of-order'
      readonly why: 'no-reader' | 'not-set-up' | 'journal-full' | 'storage'
      readonly pillarName: string
      readonly helpLine?: string | undefined
    }

/** Everything a screen needs; the same value always renders to the same picture. */
export type Shown = {
  readonly language: Language
  readonly zone: string
  readonly now: Instant
  /** Whether `now` may be shown as a clock. */
  readonly clock: 'right' | 'wrong'
  readonly line: 'online' | 'offline'
  readonly brand: Brand
  readonly idle: Idle
  /** The message of the last tap, until the next card or its time is over. */
  readonly message?: Message | undefined
}

/** The card system's face: its name, its own word for the unit, two colours and a logo (data URL). */
export type Brand = {
  readonly name: string
  readonly unit: Unit
  readonly primary?: string | undefined
  readonly secondary?: string | undefined
  readonly logo?: string | undefined
}
