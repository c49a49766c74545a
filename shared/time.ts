/** A point on the wall clock: whole milliseconds since 1970-01-01T00:00Z. */
export type Instant = number & { readonly unit: 'instant-ms' }
/** A length of time in milliseconds. */
export type Duration = number & { readonly unit: 'duration-ms' }
/** Milliseconds since the machine was switched on, sleep included (CLOCK_BOOTTIME). Never jumps. */
export type Uptime = number & { readonly unit: 'uptime-ms' }

// oxlint-disable typescript/no-unsafe-type-assertion -- the only places where a bare number becomes a time
export const instant = (ms: number): Instant => ms as Instant
export const milliseconds = (n: number): Duration => n as Duration
export const uptime = (ms: number): Uptime => ms as Uptime
// oxlint-enable typescript/no-unsafe-type-assertion

export const seconds = (n: number): Duration => milliseconds(n * 1_000)
export const minutes = (n: number): Duration => milliseconds(n * 60_000)
export const hours = (n: number): Duration => milliseconds(n * 3_600_000)
export const days = (n: number): Duration => milliseconds(n * 86_400_000)

export const later = (start: Instant, by: Duration): Instant => instant(start + by)
export const earlier = (start: Instant, by: Duration): Instant => instant(start - by)
export const between = (from: Instant, to: Instant): Duration => milliseconds(to - from)

/** Everything that wants to know the time, or wants to wait, is handed one of these. */
export interface Clock {
  /** What the system's wall clock says: it may be wrong, and it may jump. */
  now(): Instant
  /** Time since boot: cannot be set, cannot jump. */
  uptime(): Uptime
  /** Resolves after `length`, or at once when `signal` aborts. Never rejects. */
  sleep(length: Duration, signal?: AbortSignal): Promise<void>
}
