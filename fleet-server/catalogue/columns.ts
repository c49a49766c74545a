import { Nullable } from '@spaarzuil/shared/runtime/database.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'
import { Type, type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** How columns are read: integers, texts, JSON, and spans of validity. */
export const Int = Type.Integer()
export const MaybeInt = Nullable(Int)
export const Text = Type.String()
export const MaybeText = Nullable(Text)
export const SpanColumns = { valid_from: Int, valid_to: MaybeInt }

/** Reads a JSON column that this program wrote; that it no longer fits is a bug of ours. */
export function jsonColumn<S extends TSchema>(name: string, schema: S): (text: string) => Static<S> {
  const validator = Compile(schema)
  return (text) => {
    const value: unknown = JSON.parse(text)
    if (validator.Check(value)) return value
    throw new Error(`Invariant broken: ${name} in the database is what this program writes`)
  }
}

export const instantOf = (ms: number | null): Instant | undefined => (ms === null ? undefined : instant(ms))
export const spanOf = (row: { readonly valid_from: number; readonly valid_to: number | null }) => ({
  from: instant(row.valid_from),
  to: instantOf(row.valid_to),
})
export const present = <T>(value: T | null): T | undefined => value ?? undefined

/** `Map.groupBy` comes with Node 21. */
export function grouped<T, K>(list: readonly T[], key: (entry: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const entry of list) {
    const group = groups.get(key(entry))
    if (group === undefined) groups.set(key(entry), [entry])
    else group.push(entry)
  }
  return groups
}
