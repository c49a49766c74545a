import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { ClockFinding } from '@spaarzuil/shared/contract/messages.js'
import { Nullable, rowParser, type Database } from '@spaarzuil/shared/runtime/database.js'
import { instant, type Instant } from '@spaarzuil/shared/time.js'

export type Finding = ClockFinding['finding']
export type BootFinding = { readonly boot: string; readonly start: string; readonly finding: Finding }

/** A boot of which nobody knows yet when it was. */
export type DarkBoot = { readonly boot: string; readonly start: string; readonly floor: Instant }

/** What is known of the wall clock in each boot that has entries. */
export interface Boots {
  /** At every start; `floor` counts from the first start in this boot. */
  begin(boot: string, start: string, floor: Instant): Promise<void>
  /** The surrogate of a boot, made on first sight. */
  idOf(time: { readonly boot: string; readonly start: string }): Promise<number>
  find(boot: string, finding: Finding): Promise<void>
  /** Earlier boots with entries and without finding. */
  dark(exceptBoot: string): Promise<readonly DarkBoot[]>
  /** What was found of the newest boots that have entries, to be told again on every new connection. */
  findings(): Promise<readonly BootFinding[]>
}

/** Entries stay for 30 days; a pillar that boots more often than this has other troubles. */
const FINDINGS_MAX = 50

const ID = rowParser('boots', Type.Object({ id: Type.Integer() }))
const BOOT = rowParser(
  'boots',
  Type.Object({
    boot: Type.String(),
    start: Type.String(),
    floor_ms: Type.Integer(),
    finding: Nullable(Type.String()),
  }),
)
const validator = Compile(ClockFinding.properties.finding)

export async function boots(database: Database): Promise<Boots> {
  const ids = new Map<string, number>()

  const put = async (boot: string, start: string, floor: number): Promise<number> => {
    const row = await database.all(
      `INSERT INTO boots (boot, start, floor_ms) VALUES (?, ?, CAST(? AS INTEGER))
         ON CONFLICT (boot) DO UPDATE SET start = excluded.start RETURNING id`,
      [boot, start, floor],
      ID,
    )
    const id = row[0]?.id ?? 0
    ids.set(boot, id)
    return id
  }
  const withEntries = async (where: string): Promise<readonly Row[]> =>
    database.all(
      `SELECT boot, start, floor_ms, finding FROM boots
        WHERE ${where} AND EXISTS (SELECT 1 FROM entries WHERE entries.boot_id = boots.id)
        ORDER BY id DESC LIMIT ${FINDINGS_MAX}`,
      [],
      BOOT,
    )
  return {
    begin: async (boot, start, floor) => {
      await put(boot, start, floor)
    },
    idOf: async ({ boot, start }) => ids.get(boot) ?? (await put(boot, start, 0)),
    find: async (boot, finding) => {
      await database.run('UPDATE boots SET finding = ? WHERE boot = ?', [JSON.stringify(finding), boot])
    },
    dark: async (exceptBoot) => {
      const rows = await withEntries('finding IS NULL')
      return rows
        .filter(({ boot }) => boot !== exceptBoot)
        .map(({ boot, start, floor_ms }) => ({ boot, start, floor: instant(floor_ms) }))
    },
    findings: async () => {
      const rows = await withEntries('finding IS NOT NULL')
      return rows.flatMap(({ boot, start, finding }) => {
        const value: unknown = JSON.parse(finding ?? 'null')
        return validator.Check(value) ? [{ boot, start, finding: value }] : []
      })
    },
  }
}

type Row = ReturnType<typeof BOOT>
