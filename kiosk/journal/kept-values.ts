import { Type } from 'typebox'
import { rowParser, type Database } from '@spaarzuil/shared/runtime/database.js'

/** Small things that a pillar knows again after a restart: settings, program, clock floor, commands that were done. */
export interface KeptValues {
  /** JSON as it was put; whoever asks checks its form. */
  get(name: KeptName): unknown
  number(name: KeptName): number | undefined
  /** Resolves when it is on storage. */
  put(name: KeptName, value: unknown): Promise<void>
}

export type KeptName =
  | 'pillar'
  | 'settings'
  | 'program'
  | 'store-epoch'
  | 'clock-floor'
  | 'done-commands'
  | 'lost'
  | 'probe'

const KEPT = rowParser('kept', Type.Object({ name: Type.String(), value: Type.String() }))

export async function keptValues(database: Database): Promise<KeptValues> {
  const rows = await database.all('SELECT name, value FROM kept', [], KEPT)
  const values = new Map<string, unknown>(rows.map(({ name, value }) => [name, parsed(value)]))
  return {
    get: (name) => values.get(name),
    number: (name) => {
      const value = values.get(name)
      return typeof value === 'number' ? value : undefined
    },
    put: async (name, value) => {
      const text = JSON.stringify(value)
      if (text === JSON.stringify(values.get(name))) return
      await database.run(
        'INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        [name, text],
      )
      values.set(name, value)
    },
  }
}

/** A damaged value is as good as none: the server brings it again. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
