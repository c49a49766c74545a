import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Type, type Static } from 'typebox'
import { Check } from 'typebox/value'
import { expect, type Checks } from './checks.js'

/** A yardstick from outside: events with the ranges that UiTdatabank's own indexer computes for them. */
const Range = Type.Object({
  start: Type.Union([Type.String(), Type.Null()]),
  end: Type.Union([Type.String(), Type.Null()]),
  status: Type.Optional(Type.String()),
})
const Ranges = Type.Union([Type.Array(Range), Type.Null()])
const Case = Type.Object({ name: Type.String(), now: Type.String(), event: Type.Unknown(), expected: Ranges })
type Case = Static<typeof Case>

const run = promisify(execFile)
/** A permanent event with opening hours: a year and a half of days. */
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024

/** Every case of the folder through `spaarzuil events expand`, as a technician would type it. */
export async function checkYardstick(checks: Checks, command: string, folder: string): Promise<void> {
  const files = (await readdir(folder)).filter(
    (name) => name.endsWith('.json') && !name.startsWith('search-'),
  )
  const scratch = await mkdtemp(join(tmpdir(), 'spaarzuil-cases-'))
  for (const file of files) {
    const one: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'))
    if (!Check(Case, one)) continue
    await checks.check(`events expand gives the ranges of ${one.name}`, async () => {
      await compare(one, command, join(scratch, file))
    })
  }
}

async function compare(one: Case, command: string, path: string): Promise<void> {
  await writeFile(path, JSON.stringify(one.event))
  const { stdout } = await run(
    process.execPath,
    [command, 'events', 'expand', path, '--now', one.now, '--json'],
    { maxBuffer: OUTPUT_BYTES_MAX },
  )
  const found: unknown = JSON.parse(stdout)
  expect(Check(Ranges, found), 'a list of ranges, or null')
  const plain = (ranges: Static<typeof Ranges>): string =>
    JSON.stringify(ranges?.map(({ start, end }) => [start, end]) ?? null)
  expect(
    plain(found) === plain(one.expected),
    `${plain(one.expected).slice(0, 300)}, got ${plain(found).slice(0, 300)}`,
  )
  for (const [index, { status }] of (one.expected ?? []).entries()) {
    if (status !== undefined) expect(found?.[index]?.status === status, `status ${status} of range ${index}`)
  }
}

/** The event documents of the cases, and the pages of the Search API, as files that can be imported. */
export async function documentsOf(folder: string): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'spaarzuil-documents-'))
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json'))) {
    const content: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'))
    await writeFile(join(scratch, file), JSON.stringify(Check(Case, content) ? content.event : content))
  }
  return scratch
}
