import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { openApi, Refused } from '../api.js'
import { CARD_SYSTEM_HELP, wantedCardSystem } from '../card-system.js'
import { EXIT, text, type Command } from '../command.js'
import { readJson } from './events-expand.js'

const Skipped = Type.Object({
  eventId: Type.Optional(Type.String()),
  title: Type.Optional(Type.String()),
  reasons: Type.Array(Type.Object({ code: Type.String(), detail: Type.String() })),
})
export const ImportReport = Type.Object({
  imported: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  skippedCount: Type.Integer(),
  skipped: Type.Array(Skipped),
  problems: Type.Array(Type.Object({ eventId: Type.String(), problems: Type.Array(Type.String()) })),
})
type ImportReport = Static<typeof ImportReport>

const NOTHING: ImportReport = {
  imported: 0,
  changed: 0,
  unchanged: 0,
  skippedCount: 0,
  skipped: [],
  problems: [],
}

export const eventsImport: Command = {
  name: 'events import',
  usage: 'PATH [--card-system NAME]',
  summary: 'Gives the server events: a file in the form of UiTdatabank, or a folder of such files.',
  help: [
    'A file holds one event, a list of events, or a page of the Search API (with embed=true). Importing again changes',
    'nothing that is the same. Every event that is skipped is listed with its reasons. A file of a folder that cannot be',
    'taken is named at the end, with exit code 1; the others are taken.',
    CARD_SYSTEM_HELP,
  ].join('\n'),
  words: 1,
  options: { 'card-system': { type: 'string' } },
  run: async ({ words, values, server, answer, progress }) => {
    const api = openApi(server)
    const { id } = await wantedCardSystem(
      api,
      text(values, 'card-system'),
      ({ eventSource }) => eventSource === 'uitdatabank',
    )
    const files = await filesOf(words[0] ?? '')
    let total = NOTHING
    const failed: FailedFile[] = []
    for (const [index, file] of files.entries()) {
      progress(`${index + 1} of ${files.length}: ${file}`)
      const path = `/api/v1/events/import?cardSystemId=${id}`
      try {
        total = sum(total, await api.post(path, await readJson(file), ImportReport))
      } catch (error) {
        // A broken file of many is reported at the end; without a server there is nothing to go on with.
        const why = files.length > 1 ? whyOf(error) : undefined
        if (why === undefined) throw error
        failed.push({ file, why })
      }
    }
    progress('')
    answer(tell(total, failed), { ...total, failed })
    return failed.length === 0 ? EXIT.done : EXIT.failed
  },
}

type FailedFile = { readonly file: string; readonly why: string }

/** What is wrong with this file alone; undefined where the next file would fare no better. */
function whyOf(error: unknown): string | undefined {
  if (isFailure(error, 'EVENT_DOCUMENT_INVALID') || isFailure(error, 'NOT_FOUND')) return error.message
  return error instanceof Refused && error.status < 500 ? error.message : undefined
}

async function filesOf(path: string): Promise<readonly string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) return [path]
  const names = await readdir(path)
  return names
    .filter((name) => name.endsWith('.json'))
    .toSorted((a, b) => a.localeCompare(b))
    .map((name) => join(path, name))
}

const sum = (a: ImportReport, b: ImportReport): ImportReport => ({
  imported: a.imported + b.imported,
  changed: a.changed + b.changed,
  unchanged: a.unchanged + b.unchanged,
  skippedCount: a.skippedCount + b.skippedCount,
  skipped: [...a.skipped, ...b.skipped],
  problems: [...a.problems, ...b.problems],
})

function tell(report: ImportReport, failed: readonly FailedFile[]): string {
  const skipped = report.skipped.map(
    ({ eventId, title, reasons }) =>
      `  skipped ${title ?? ''} ${eventId ?? '(no id)'}: ${reasons.map(({ detail }) => detail).join('; ')}`,
  )
  const problems = report.problems.map(({ eventId, problems: found }) => `  ${eventId}: ${found.join('; ')}`)
  return [
    `${report.imported} new, ${report.changed} changed, ${report.unchanged} as before, ${report.skippedCount} skipped`,
    ...skipped,
    ...(problems.length === 0 ? [] : ['Taken, with parts passed over:', ...problems]),
    ...(failed.length === 0 ? [] : ['Files that could not be taken:']),
    ...failed.map(({ file, why }) => `  ${file}: ${why}`),
  ].join('\n')
}
