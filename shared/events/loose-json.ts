/** Looking into JSON of which nothing is promised. */
export type LooseObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is LooseObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The own property, so that a key such as `constructor` finds nothing. */
export const fieldOf = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined

export function textOf(value: unknown, key: string): string | undefined {
  const found = fieldOf(value, key)
  return typeof found === 'string' ? found : undefined
}

/** The list under `key`; anything but a list is an empty one. */
export function listOf(value: unknown, key: string): readonly unknown[] {
  const found: unknown = fieldOf(value, key)
  return Array.isArray(found) ? found : []
}
