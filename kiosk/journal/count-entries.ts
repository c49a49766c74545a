import { Type } from 'typebox'
import { rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'

const COUNTS = rowParser(
  'counts',
  Type.Object({ total: Type.Integer(), settled: Type.Integer(), setAside: Type.Integer() }),
)

/** How many entries there are. Counted once at the start; the journal keeps count from there. */
export async function countEntries(
  queries: Queries,
): Promise<{ total: number; settled: number; setAside: number }> {
  const counts = await queries.get(
    `SELECT (SELECT COUNT(*) FROM entries) AS total,
            (SELECT COUNT(*) FROM outcomes WHERE state = 'settled') AS settled,
            (SELECT COUNT(*) FROM outcomes WHERE state = 'set-aside') AS setAside`,
    [],
    COUNTS,
  )
  return counts ?? { total: 0, settled: 0, setAside: 0 }
}
