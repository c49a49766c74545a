import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { localDate } from '@spaarzuil/shared/events/zones.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { check, type Findings } from './check/check.js'
import { readJournalState, readServerBooks } from './check/read-evidence.js'
import { openDice } from './dice.js'
import type { Options } from './options.js'
import type { Leak } from './scan/scanner.js'
import { settle } from './settle.js'
import { strikeAll, type Struck } from './strike.js'
import { ZONE } from './world/fill.js'
import { startTraffic } from './world/traffic.js'
import type { World } from './world/world.js'

export type Outcome = Findings & {
  readonly struck: readonly Struck[]
  readonly taps: number
  readonly restores: number
  /** How often a program ended although nobody had ended it. */
  readonly endedByThemselves: Readonly<Record<string, number>>
  readonly leaks: readonly Leak[]
  readonly scanned: { readonly places: number; readonly bytes: number }
  readonly cores: string
  readonly tookMs: number
}

type Parts = {
  readonly world: World
  readonly options: Options
  readonly signal: AbortSignal
  readonly onStrike: (number: number, kind: string) => void
  readonly onPhase: (phase: string) => void
}

/** Taps and faults, then peace, then the books. */
export async function run({ world, options, signal, onStrike, onPhase }: Parts): Promise<Outcome> {
  const [from, began] = [performance.now(), systemClock.now()]
  const { seed, runs } = options
  const kinds = options.kinds.filter(({ whyNot }) => whyNot() === undefined)
  const traffic = startTraffic(world.pillars, { dice: openDice(seed ^ 0x5bd1e995), cards: world.cards })
  const struck = await strikeAll({ world, traffic, kinds, runs, seed, signal, onStrike })
  await traffic.stop()
  onPhase('Everything is whole again; waiting for the journals to drain')
  await settle(world)
  onPhase('Comparing what was shown with what is on record')
  const findings = await findingsOf(world, traffic.taps(), new Set([began, systemClock.now()].map(dayOf)))
  onPhase('Looking for numbers in every file, message and log')
  const { folder, own, scanner } = world
  await scanner.lookInFolder(folder, own)
  return {
    ...findings,
    struck,
    taps: traffic.taps(),
    restores: world.witness.restores(),
    endedByThemselves: Object.fromEntries([
      ['server', world.server.endedByItself()],
      ...world.pillars.map(({ name, endedByItself }): [string, number] => [name, endedByItself()]),
    ]),
    leaks: scanner.leaks(),
    scanned: scanner.lookedAt(),
    cores: await coreDumps(),
    tookMs: Math.round(performance.now() - from),
  }
}

async function findingsOf(
  { server, pillars, witness, volumeOf }: World,
  taps: number,
  days: ReadonlySet<string>,
): Promise<Findings> {
  const books = await readServerBooks(join(server.stateFolder, 'fleet.db'))
  const journals = []
  for (const { name, journal } of pillars) journals.push(await readJournalState(name, journal))
  return check({
    ...books,
    journals,
    taps,
    days,
    volumeOf,
    shown: witness.shown(),
    restores: witness.restores(),
  })
}

const dayOf = (at: Instant): string => localDate(at, ZONE)

/** What the machine would do with the memory of a program that crashes. The packaged units set LimitCORE=0. */
async function coreDumps(): Promise<string> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const pattern = await readFile('/proc/sys/kernel/core_pattern', 'utf8').catch(() => 'unknown')
  const size = /^Max core file size\s+(\S+)/m.exec(limits)?.[1] ?? 'unknown'
  return `core file size limit ${size}, core_pattern ${pattern.trim()}`
}
