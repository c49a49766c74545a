import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '@spaarzuil/shared/errors.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { boots, type BootFinding } from './boots.js'
import { ENTRY, parseEntries, type Entry } from './entry.js'
import { keptValues } from './kept-values.js'
import { openJournalFile } from './open-journal-file.js'

/** A journal of another device: what it holds, and what is known of its clocks. */
export interface ForeignJournal {
  readonly pillarId: string
  readonly findings: readonly BootFinding[]
  /** Check-ins without a receipt, those set aside included, oldest first, at most `max` at a time. */
  unsettled(max: number): AsyncIterable<readonly Entry[]>
  /** The settled ones too: a server that was restored from a backup may have lost them. */
  all(max: number): AsyncIterable<readonly Entry[]>
  /** Entries that can no longer be read; those whose content is damaged count once they have been passed. */
  lost(): number
  close(): Promise<void>
}

/**
 * Opens the journal of a dead pillar, from its SD card for instance. Works on a copy, write-ahead log included: the
 * card may be write-protected, and nothing on it changes. Rejects with NOT_FOUND.
 */
export async function readJournal(path: string): Promise<ForeignJournal> {
  const folder = await mkdtemp(join(tmpdir(), 'spaarzuil-journal-'))
  const copy = join(folder, 'journal.db')
  const remove = async (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await copyFile(path, copy).catch((cause: unknown) => {
      throw new Failure('NOT_FOUND', `There is no journal that can be read at ${path}`, { cause })
    })
    await copyFile(`${path}-wal`, `${copy}-wal`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    const { database, lost } = await openJournalFile({
      path: copy,
      clock: systemClock,
      warn: () => undefined,
    })
    const kept = await keptValues(database)
    const known = await boots(database)
    const pillarId = kept.get('pillar')
    const damaged = new Set<number>()
    const entries = async function* (where: string, max: number): AsyncGenerator<readonly Entry[]> {
      let after = 0
      for (;;) {
        const rows = await database.all(
          `SELECT seq, content FROM entries WHERE seq > ? AND ${where} ORDER BY seq LIMIT ?`,
          [after, max],
          ENTRY,
        )
        const last = rows.at(-1)
        if (last === undefined) return
        after = last.seq
        const parsed = parseEntries(rows)
        for (const seq of parsed.damaged) damaged.add(seq)
        if (parsed.good.length > 0) yield parsed.good
      }
    }
    return {
      pillarId: typeof pillarId === 'string' ? pillarId : '',
      findings: await known.findings(),
      lost: () => lost + (kept.number('lost') ?? 0) + damaged.size,
      unsettled: (max) => entries("seq NOT IN (SELECT seq FROM outcomes WHERE state = 'settled')", max),
      all: (max) => entries('TRUE', max),
      close: async () => {
        await database.close()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
