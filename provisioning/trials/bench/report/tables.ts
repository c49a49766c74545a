import type { MemoryUse } from '../child.js'
import type { Latency } from '../measure/load.js'
import type { Measured } from '../results.js'
import { targetsOf } from './targets.js'

export type Table = {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Everything that was measured, as tables: for the terminal and for docs/results. */
export function tablesOf(measured: Measured): readonly Table[] {
  const tables = [targetTable(measured), pipeTable(measured), tapTable(measured), restTable(measured)]
  return tables.filter(({ rows }) => rows.length > 0)
}

const targetTable = (measured: Measured): Table => ({
  title: 'To reach',
  head: ['what', 'target', 'measured', ''],
  rows: targetsOf(measured).map(({ name, target, measured: value, met }) => [
    name,
    target,
    value,
    met ? 'met' : 'MISSED',
  ]),
})

function pipeTable({ pipes }: Measured): Table {
  const named = [
    ['(a) fleet server, all rules', pipes.committed],
    ['(b) bare insert, no rules', pipes.naive],
    ['(c) broker echo, nothing stored', pipes.echo],
  ] as const
  return {
    title: 'Check-ins per second: 200 pillars, 5 in flight each, one check-in a message',
    head: ['pipe', 'per second', 'p50 ms', 'p95 ms', 'p99 ms', 'rounds'],
    rows: named.flatMap(([name, result]) =>
      result === undefined
        ? []
        : [
            [
              name,
              result.load.perSecond.toLocaleString('en'),
              ...latencyCells(result.load.latencyMs),
              result.rounds.map((round) => round.toLocaleString('en')).join(' · '),
            ],
          ],
    ),
  }
}

function tapTable({ pillar, scale }: Measured): Table {
  const rows: readonly (readonly [string, Latency])[] =
    pillar === undefined
      ? []
      : [
          ['(d) tap → read', pillar.alone.read],
          [`(d) tap → read, ${scale.behindPerSecond.toLocaleString('en')}/s behind`, pillar.underLoad.read],
          ['(d) tap → verdict', pillar.alone.message],
          [
            `(d) tap → verdict, ${scale.behindPerSecond.toLocaleString('en')}/s behind`,
            pillar.underLoad.message,
          ],
          ['(d) tap → noted, without a line', pillar.offline.message],
          ['(g) tap → verdict while a backlog drains', pillar.drain.live],
          ['a bare commit', pillar.bareCommit],
          ['a bare echo', pillar.bareEcho],
        ]
  return {
    title: 'Milliseconds from the tap until the screen of the pillar says so',
    head: ['what', 'taps', 'p50 ms', 'p95 ms', 'p99 ms'],
    rows: rows.map(([name, latency]) => [name, String(latency.count), ...latencyCells(latency)]),
  }
}

function restTable({ pillar, choice, scale }: Measured): Table {
  const rows: (readonly string[])[] = []
  if (pillar !== undefined) {
    const { drain } = pillar
    rows.push(
      ['(e) kiosk', memoryCell(pillar.kioskMemory), `after ${pillar.taps.toLocaleString('en')} taps`],
      ['(e) fleet server', memoryCell(pillar.serverMemory), '100,000 cards, 1,000 events, and their caches'],
      ['(g) drain', `${drain.perSecond.toLocaleString('en')}/s`, `of ${drain.backlog.toLocaleString('en')}`],
      ['(h) written per tap', `${pillar.bytesPerTap.toLocaleString('en')} B`, 'online, back to back'],
      ['(h) written per tap', `${drain.bytesPerTap.toLocaleString('en')} B`, 'noted, then drained'],
    )
  }
  if (choice !== undefined) {
    const among = `of ${choice.occurrences.toLocaleString('en')} occurrences, ${choice.openOnAverage} open`
    rows.push(['(f) choice of event', `${choice.microseconds} µs`, among])
  }
  rows.push(['check-ins before', scale.earlier.toLocaleString('en'), 'in both databases'])
  return { title: 'Memory, storage, choice', head: ['what', 'measured', ''], rows }
}

const memoryCell = ({ pss, own }: MemoryUse): string => `${pss} MB PSS (${own} MB its own)`

const latencyCells = ({ p50, p95, p99 }: Latency): readonly string[] =>
  [p50, p95, p99].map((ms) => ms.toFixed(1))

/** For a terminal: columns aligned, numbers as they are. */
export function plainTable({ title, head, rows }: Table): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('──')
  return [title, rule, line(head), rule, ...rows.map(line), ''].join('\n')
}

export const markdownTable = ({ title, head, rows }: Table): string =>
  [`## ${title}`, '', row(head), row(head.map(() => '---')), ...rows.map(row), ''].join('\n')

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
