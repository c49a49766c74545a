import type { Shown } from './core/shown.js'

/** What a card reader notices. The number is upper-case hex without separators, as the reader gave it, not yet judged. */
export type Reading =
  | { readonly kind: 'card'; readonly uid: string; readonly reader: string }
  /** The card that was last reported on this reader has left the field. */
  | { readonly kind: 'removed'; readonly reader: string }
  /** A card was there, and gave no number (moved too soon, mute, of another kind). */
  | { readonly kind: 'unreadable'; readonly reader: string }
  /** More than one card in the field. Which was meant cannot be known, so no number is told. */
  | { readonly kind: 'several'; readonly reader: string }

/** How a device fares, for staff. */
export type DeviceHealth = {
  readonly kind: 'reader' | 'lights' | 'sound' | 'screen' | 'display'
  readonly name: string
  readonly state: 'ready' | 'missing' | 'failing'
  /** Wall-clock milliseconds since when the state holds; may be wrong where the clock is. */
  readonly sinceMs: number
  readonly lastError?: string | undefined
  readonly recoveries: number
}

/** Cards as they are put on and taken off, from all readers of this kind. Ends when the signal aborts; never throws. */
export interface CardReader extends AsyncDisposable {
  readings(signal: AbortSignal): AsyncIterable<Reading>
  health(): readonly DeviceHealth[]
}

/** What the lights tell; position and movement as well as colour. */
export type LightSign =
  | 'idle'
  | 'read'
  | 'saved'
  | 'noted'
  | 'already'
  | 'ask'
  | 'again'
  | 'out-of-order'
  | 'off'
export interface Lights extends AsyncDisposable {
  show(sign: LightSign): void
  health(): readonly DeviceHealth[]
}

export type ToneSign = 'read' | 'saved' | 'noted' | 'already' | 'ask' | 'again'
export interface Sound extends AsyncDisposable {
  play(sign: ToneSign): void
  health(): readonly DeviceHealth[]
}

export interface Screen extends AsyncDisposable {
  show(shown: Shown): void
  health(): readonly DeviceHealth[]
}
