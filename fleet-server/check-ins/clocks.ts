import { Type } from 'typebox'
import type { Finding } from '@spaarzuil/shared/check-in/moment.js'
import type { ClockFinding } from '@spaarzuil/shared/contract/messages.js'
import { Nullable, rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { openLru } from './lru.js'

/** A boot of a pillar. */
export interface Boot {
  readonly pillarId: number
  readonly boot: string
}

/** What pillars found out about their clocks; the table is the truth, memory only saves asking it. */
export interface Clocks {
  /** Findings of these boots by `bootKey`. */
  findings(queries: Queries, boots: Iterable<Boot>): Promise<ReadonlyMap<string, readonly Finding[]>>
  /** False when the same was known already, or the boot has more findings than an honest clock makes. */
  add(queries: Queries, boot: Boot, finding: Finding, at: Instant): Promise<boolean>
}

export const bootKey = ({ pillarId, boot }: Boot): string => `${pillarId} ${boot}`

/** A boot or two per pillar, in a fleet of some thousand. */
const BOOTS_REMEMBERED = 10_000
/** One an hour for a season: the newest beyond it tell nothing that those did not. */
const FINDINGS_PER_BOOT = 2_000

const findingRow = rowParser(
  'clock_findings',
  Type.Object({
    pillar_id: Type.Integer(),
    boot: Type.String(),
    at_uptime_ms: Nullable(Type.Integer()),
    offset_ms: Nullable(Type.Integer()),
    quality: Nullable(
      Type.Union([Type.Literal('synced'), Type.Literal('holdover'), Type.Literal('unsynced')]),
    ),
    from_ms: Nullable(Type.Integer()),
    until_ms: Nullable(Type.Integer()),
  }),
)

export function openClocks(): Clocks {
  const remembered = openLru<string, readonly Finding[]>(BOOTS_REMEMBERED)

  const findings: Clocks['findings'] = async (queries, boots) => {
    const found = new Map<string, readonly Finding[]>()
    const missing = new Map<string, Boot>()
    for (const boot of boots) {
      const key = bootKey(boot)
      const known = remembered.get(key)
      if (known === undefined) missing.set(key, boot)
      else found.set(key, known)
    }
    if (missing.size === 0) return found
    for (const [key, read] of await readFindings(queries, missing)) {
      remembered.set(key, read)
      found.set(key, read)
    }
    return found
  }
  return {
    findings,
    add: async (queries, boot, finding, at) => {
      const known = (await findings(queries, [boot])).get(bootKey(boot)) ?? []
      if (known.length >= FINDINGS_PER_BOOT || known.some((other) => sameFinding(other, finding)))
        return false
      await insertFinding(queries, boot, finding, at)
      // Asked again after the commit; if that fails, nothing is remembered that is not in the table.
      remembered.delete(bootKey(boot))
      return true
    },
  }
}

async function readFindings(
  queries: Queries,
  missing: ReadonlyMap<string, Boot>,
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const asked = JSON.stringify([...missing.values()].map(({ pillarId, boot }) => [pillarId, boot]))
  const rows = await queries.all(
    `SELECT f.pillar_id, f.boot, f.at_uptime_ms, f.offset_ms, f.quality, f.from_ms, f.until_ms
     FROM json_each(?) AS asked
     JOIN clock_findings AS f ON f.pillar_id = asked.value ->> 0 AND f.boot = asked.value ->> 1`,
    [asked],
    findingRow,
  )
  const found = new Map<string, Finding[]>([...missing.keys()].map((key) => [key, []]))
  for (const row of rows) {
    const finding = findingOf(row)
    if (finding !== undefined) found.get(bootKey({ pillarId: row.pillar_id, boot: row.boot }))?.push(finding)
  }
  return found
}

function findingOf(row: ReturnType<typeof findingRow>): Finding | undefined {
  const { at_uptime_ms: atUptimeMs, offset_ms: offsetMs, quality, from_ms: fromMs, until_ms: untilMs } = row
  if (atUptimeMs !== null && offsetMs !== null && quality !== null) return { offsetMs, atUptimeMs, quality }
  return fromMs !== null && untilMs !== null ? { fromMs, untilMs } : undefined
}

async function insertFinding(
  queries: Queries,
  { pillarId, boot }: Boot,
  finding: ClockFinding['finding'],
  at: Instant,
): Promise<void> {
  const columns =
    'offsetMs' in finding
      ? [finding.atUptimeMs, finding.offsetMs, finding.quality, null, null]
      : [null, null, null, finding.fromMs, finding.untilMs]
  await queries.run(
    `INSERT INTO clock_findings
       (pillar_id, boot, at_uptime_ms, offset_ms, quality, from_ms, until_ms, received_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [pillarId, boot, ...columns, at],
  )
}

const sameFinding = (a: Finding, b: Finding): boolean =>
  'offsetMs' in a
    ? 'offsetMs' in b && a.offsetMs === b.offsetMs && a.atUptimeMs === b.atUptimeMs && a.quality === b.quality
    : 'fromMs' in b && a.fromMs === b.fromMs && a.untilMs === b.untilMs
