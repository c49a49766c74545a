import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { rowParser } from '@spaarzuil/shared/runtime/database.js'

/** One check-in on storage. `seq` is its place in the order of tapping. */
export type Entry = { readonly seq: number; readonly checkIn: CheckIn }

export const ENTRY = rowParser('entries', Type.Object({ seq: Type.Integer(), content: Type.String() }))

const validator = Compile(CheckIn)

/** Storage may give back what was never written: a content that is no check-in any more must not stop the others. */
export function parseEntries(rows: readonly { readonly seq: number; readonly content: string }[]): {
  readonly good: readonly Entry[]
  readonly damaged: readonly number[]
} {
  const parsed = rows.map(({ seq, content }) => ({ seq, checkIn: checkInIn(content) }))
  return {
    good: parsed.flatMap(({ seq, checkIn }) => (checkIn === undefined ? [] : [{ seq, checkIn }])),
    damaged: parsed.flatMap(({ seq, checkIn }) => (checkIn === undefined ? [seq] : [])),
  }
}

function checkInIn(content: string): CheckIn | undefined {
  try {
    const value: unknown = JSON.parse(content)
    return validator.Check(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
