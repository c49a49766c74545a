import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { FAILURE_CODES } from './errors.js'

/** Rules about the code and its docs that no linter has, written as a test. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SKIP = /(^|\/)(dist|node_modules|var|\.git|\.tap)(\/|$)/

const filesBelow = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !SKIP.test(file))
const PACKAGES = ['shared', 'kiosk', 'fleet-server', 'provisioning']
const sources = PACKAGES.flatMap((part) => filesBelow(part, /\.tsx?$/))
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

t.test('the top level is what was agreed', async (t) => {
  const agreed =
    'kiosk fleet-server shared provisioning systemd docs package.json tsconfig.json README.md package-lock.json ' +
    'CHANGELOG.md SECURITY.md LICENSE node_modules var'
  const found = readdirSync(ROOT).filter((name) => !name.startsWith('.'))
  t.strictSame(
    found.filter((name) => !agreed.split(' ').includes(name)),
    [],
  )
})

t.test('no file is longer than 300 lines', async (t) => {
  t.strictSame(
    sources.filter((file) => read(file).split('\n').length > 301),
    [],
  )
})

t.test('there are no barrel files', async (t) => {
  t.strictSame(
    sources.filter((file) => /\/index\.tsx?$/.test(file)),
    [],
  )
})

t.test('only system-clock.ts and tests read the real clock', async (t) => {
  const allowed = /(\.test\.tsx?$|runtime\/system-clock\.ts$|\/testing\/|^provisioning\/trials\/|\/client\/)/
  t.strictSame(
    sources.filter((file) => !allowed.test(file) && /\bDate\.now\(|new Date\(\)/.test(read(file))),
    [],
  )
})

t.test('migrations are numbered from 1 without a gap, each number once', async (t) => {
  const folders = new Map<string, string[]>()
  for (const file of PACKAGES.flatMap((part) => filesBelow(part, /\.sql$/))) {
    folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), file])
  }
  t.ok(folders.size > 0, 'there are migrations')
  for (const [folder, files] of folders) {
    const numbers = files.map((file) => Number(/(\d{4})-[a-z0-9-]+\.sql$/.exec(file)?.[1]))
    t.strictSame(
      numbers.toSorted((a, b) => a - b),
      files.map((_, index) => index + 1),
      folder,
    )
  }
})

t.test('every failure code has its line in docs/operations.md, and no other has', async (t) => {
  const page = read('docs/operations.md')
  const described = [...page.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, code]) => code ?? '')
  t.strictSame(new Set(described), new Set<string>(FAILURE_CODES))
})

t.test('every failure code is used somewhere', async (t) => {
  const code = sources
    .filter((file) => file !== 'shared/errors.ts')
    .map(read)
    .join('\n')
  t.strictSame(
    FAILURE_CODES.filter((name) => !code.includes(`'${name}'`)),
    [],
  )
})

t.test('links between the pages of the docs lead somewhere', async (t) => {
  const pages = ['README.md', 'CHANGELOG.md', 'SECURITY.md'].concat(filesBelow('docs', /\.md$/))
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, link]) => link ?? '')
      .filter((link) => !existsSync(resolve(ROOT, dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  )
  t.strictSame(broken, [])
})
