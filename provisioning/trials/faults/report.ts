import type { Options } from './options.js'
import type { Outcome } from './run.js'
import type { Struck } from './strike.js'

type KindLine = {
  readonly kind: string
  readonly faults: number
  readonly taps: number
  readonly seconds: number
  readonly troubles: number
}

const lineOf = (kind: string, struck: readonly Struck[]): KindLine => ({
  kind,
  faults: struck.length,
  taps: struck.reduce((sum, { taps }) => sum + taps, 0),
  seconds: Math.round(struck.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1_000),
  troubles: struck.filter(({ trouble }) => trouble !== undefined).length,
})

const perKind = ({ kinds }: Options, { struck }: Outcome): readonly KindLine[] =>
  kinds.map(({ name }) =>
    lineOf(
      name,
      struck.filter(({ kind }) => kind === name),
    ),
  )

const leftOut = ({ kinds }: Options): readonly string[] =>
  kinds.flatMap(({ name, whyNot }) => {
    const why = whyNot()
    return why === undefined ? [] : [`${name}: ${why}`]
  })

/** Nothing lost, nothing twice, nothing leaked, and books that add up. */
export const isGood = ({ lost, doubled, problems, leaks, struck }: Outcome): boolean =>
  [lost, doubled, problems, leaks, troublesOf(struck)].every(({ length }) => length === 0)

const troublesOf = (struck: readonly Struck[]): readonly string[] =>
  struck.flatMap(({ kind, trouble }) => (trouble === undefined ? [] : [`${kind}: ${trouble}`]))

export const asJson = (options: Options, outcome: Outcome): string =>
  JSON.stringify({
    faults: outcome.struck.length,
    taps: outcome.taps,
    saved: outcome.saved,
    noted: outcome.noted,
    lost: outcome.lost.length,
    doubled: outcome.doubled.length,
    granted: outcome.granted,
    refused: outcome.refused,
    held: outcome.held,
    moved: outcome.moved,
    restores: outcome.restores,
    problems: outcome.problems,
    lostOnes: outcome.lost,
    doubledOnes: outcome.doubled,
    leaks: outcome.leaks,
    scanned: outcome.scanned,
    cores: outcome.cores,
    endedByThemselves: outcome.endedByThemselves,
    troubles: troublesOf(outcome.struck),
    leftOut: leftOut(options),
    kinds: perKind(options, outcome),
    seed: options.seed,
    seconds: Math.round(outcome.tookMs / 1_000),
  })

/** More of one sort tells nobody more. */
const SHOWN_MAX = 20
const listed = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0
    ? []
    : ['', `${title} (${lines.length}):`, ...lines.slice(0, SHOWN_MAX).map((line) => `  ${line}`)]

export function asText(options: Options, outcome: Outcome): string {
  const { lost, doubled, problems, leaks, scanned, struck } = outcome
  const megabytes = Math.round(scanned.bytes / 1024 / 1024)
  return [
    table(perKind(options, outcome)),
    '',
    `faults   ${struck.length} in ${Math.round(outcome.tookMs / 1_000)} s, ${outcome.taps} taps, ${outcome.restores} restores`,
    `shown    ${outcome.saved} saved, ${outcome.noted} noted`,
    `inbox    ${outcome.granted} granted, ${outcome.refused} refused, ${outcome.held} held, ${outcome.moved} decided otherwise after a restore`,
    `lost     ${lost.length}`,
    `doubled  ${doubled.length}`,
    `scanned  ${scanned.places} files and messages, ${megabytes} MB: ${leaks.length} numbers found; ${outcome.cores}`,
    ...listed('Lost', lost),
    ...listed('Doubled', doubled),
    ...listed('Wrong', problems),
    ...listed(
      'Numbers where none may be',
      leaks.map(({ place, secret, how }) => `${secret} as ${how} in ${place}`),
    ),
    ...listed('Faults that could not be made as meant', troublesOf(struck)),
    ...listed('Left out on this machine', leftOut(options)),
    '',
    `To run this again: npm run faults -- --runs ${struck.length} --seed ${options.seed}`,
  ].join('\n')
}

function table(lines: readonly KindLine[]): string {
  const width = Math.max(...lines.map(({ kind }) => kind.length))
  const row = (kind: string, ...cells: readonly (number | string)[]): string =>
    `${kind.padEnd(width)}${cells.map((cell) => String(cell).padStart(10)).join('')}`
  return [
    row('kind', 'faults', 'taps', 'seconds'),
    ...lines.map(({ kind, faults, taps, seconds }) => row(kind, faults, taps, seconds)),
  ].join('\n')
}
