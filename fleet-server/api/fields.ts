import { Failure } from '@spaarzuil/shared/errors.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import { Type } from 'typebox'

/** Parts of requests and answers that more than one route has. */
export const Uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'UUID in lower case',
})
export const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
export const Time = Type.String({ format: 'date-time', maxLength: 40, description: 'RFC 3339' })
/** Who did it: a name in free text, as long as there are no accounts. */
export const By = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'who does this' })
/** In a body and never in a URL: addresses end up in logs and histories. */
export const PassNumberText = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'as printed on the card',
})
export const IdParams = Type.Object({ id: Uuid }, { additionalProperties: false })
export const Empty = Type.Null({ description: 'done' })

export const iso = (at: Instant): string => new Date(at).toISOString()
export const isoOrNone = (at: Instant | undefined): string | undefined =>
  at === undefined ? undefined : iso(at)

/** The schema has seen to its form; a date such as 31 April is left. */
export function parseTime(text: string): Instant {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new Failure('REQUEST_INVALID', `${text} is not a date`)
  return instant(ms)
}
export const parseTimeOrNone = (text: string | undefined): Instant | undefined =>
  text === undefined ? undefined : parseTime(text)

/** The entries of an object whose value is there: absent is left out of JSON. */
export function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is undefined was just left out
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
