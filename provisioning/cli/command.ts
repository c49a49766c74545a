import type { ParseArgsConfig } from 'node:util'

/** Exit codes, as sysexits(3) has them; documented in docs/operations.md. */
export const EXIT = { done: 0, failed: 1, usage: 64, badData: 65, noServer: 69 } as const

export type Values = Readonly<Record<string, string | boolean | undefined>>

/** What a command is given: its own words and options, and where to write. */
export type Call = {
  readonly words: readonly string[]
  readonly values: Values
  readonly server: string
  /** One answer for people, and the same as data; the caller of the command chose which is printed. */
  readonly answer: (human: string, data: unknown) => void
  /** Progress of long work: to people on the terminal only. */
  readonly progress: (text: string) => void
}

export type Command = {
  /** As typed: `events expand`. */
  readonly name: string
  readonly summary: string
  /** What follows the name: `FILE --now ISO`. */
  readonly usage: string
  readonly help: string
  readonly words: number
  readonly options: NonNullable<ParseArgsConfig['options']>
  readonly run: (call: Call) => Promise<number>
}

/** A text option; undefined when it was not given. */
export const text = (values: Values, name: string): string | undefined => {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}
