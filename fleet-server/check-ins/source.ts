import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import type { Lane } from './arrived.js'

/** Where answers go: back the way the check-ins came. Grouped per way, so it is one object per connection. */
export interface WayBack {
  /** Receipts as they stand in the database, byte for byte; at most 50 at once. */
  receipts(receipts: readonly string[]): void
  /** Nothing was taken: try again later. */
  busy(retryAfterMs: number, actionIds: readonly string[]): void
  /** These can never be taken as they are: a person must look. */
  rejected(code: string, actionIds: readonly string[]): void
}

/** Check-ins of one pillar, at most 50, whose identity is proved. */
export interface CheckInBatch {
  readonly pillarUuid: string
  readonly lane: Lane
  readonly checkIns: readonly CheckIn[]
  readonly back: WayBack
}

/**
 * Something that brings check-ins and takes receipts back: the embedded broker, later an external one, or a technician's
 * rescue of a journal over HTTP. A source promises nothing but that: repeats and disorder are welcome.
 */
export interface CheckInSource extends AsyncDisposable {
  deliverTo(take: (batch: CheckInBatch) => void): void
}
