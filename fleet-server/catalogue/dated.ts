import type { Instant } from '@spaarzuil/shared/time.js'

/** What was true from `from` (included) until `to` (not included); without `to`, until further notice. */
export type Span = { readonly from: Instant; readonly to: Instant | undefined }
export type Dated<T> = Span & { readonly value: T }

export const holdsAt = (span: Span, at: Instant): boolean =>
  span.from <= at && (span.to === undefined || at < span.to)

/** The value at a moment, from spans in order of their start; the newest wins where two overlap. */
export const valueAt = <T>(history: readonly Dated<T>[], at: Instant): T | undefined =>
  history.findLast((entry) => holdsAt(entry, at))?.value

/** As `valueAt`, where a moment before the first span counts as its beginning. */
export function valueSince<T>(history: readonly Dated<T>[], at: Instant): T | undefined {
  const [first] = history
  return first !== undefined && at < first.from ? first.value : valueAt(history, at)
}

/** The history after something else is true from now on. */
export const changedAt = <T>(history: readonly Dated<T>[], at: Instant, value: T): readonly Dated<T>[] => [
  ...endedAt(history, at),
  { value, from: at, to: undefined },
]

/** The history after what is true now has ended. */
export const endedAt = <T>(history: readonly Dated<T>[], at: Instant): readonly Dated<T>[] =>
  history.map((entry) => (entry.to === undefined ? { ...entry, to: at } : entry))
