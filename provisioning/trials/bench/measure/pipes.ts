import { join } from 'node:path'
import { Type } from 'typebox'
import { Check } from 'typebox/value'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import type { Credentials } from '../../swarm/swarm-pillar.js'
import { SCRIPTS, startForLine, type Program } from '../child.js'
import { fillNaive } from '../fill/fill-naive.js'
import type { Fleet } from '../fleet.js'
import type { Scale } from '../scale.js'
import { fullLoad, medianLoad, type Load } from './load.js'

export type PipeName = 'committed' | 'naive' | 'echo'
export type PipeResult = {
  readonly load: Load
  /** Answered check-ins per second of every round, in order. */
  readonly rounds: readonly number[]
}
export type Pipes = Readonly<Partial<Record<PipeName, PipeResult>>>

type Pipe = {
  start(): Promise<{ readonly program: Program; readonly port: number }>
  readonly pillars: readonly Credentials[]
}

export type PipesParts = {
  readonly folder: string
  readonly scale: Scale
  readonly fleet: Fleet | undefined
  readonly names: readonly PipeName[]
  readonly say: (line: string) => void
}

/** Echo, bare insert and the real thing in turn, round after round, each alone on the machine with its load. */
export async function measurePipes({ folder, scale, fleet, names, say }: PipesParts): Promise<Pipes> {
  const pipes = new Map<PipeName, Pipe>()
  const strangers = Array.from({ length: scale.pillars }, () => ({ id: newId(), secret: 'bench' }))
  if (names.includes('echo')) pipes.set('echo', { start: async () => rival(['echo']), pillars: strangers })
  if (names.includes('naive')) {
    const file = join(folder, 'naive.db')
    say('filling the database of the bare pipe')
    await fillNaive(file, { ...scale, now: systemClock.now() })
    pipes.set('naive', { start: async () => rival(['naive', file]), pillars: strangers })
  }
  if (names.includes('committed') && fleet !== undefined) {
    const start = async () => ({ program: await fleet.start(), port: fleet.brokerPort })
    pipes.set('committed', { start, pillars: fleet.region.houses })
  }
  const loads = new Map<PipeName, Load[]>()
  for (let round = 1; round <= scale.rounds; round += 1) {
    for (const [name, pipe] of pipes) {
      const { program, port } = await pipe.start()
      const load = await fullLoad(port, pipe.pillars, { scale, seed: round })
      await program.stop()
      loads.set(name, [...(loads.get(name) ?? []), load])
      say(`${name}, round ${round} of ${scale.rounds}: ${load.perSecond}/s`)
    }
  }
  return Object.fromEntries(
    [...loads].map(([name, rounds]) => [
      name,
      { load: medianLoad(rounds), rounds: rounds.map(({ perSecond }) => perSecond) },
    ]),
  )
}

const Ready = Type.Object({ port: Type.Integer() })

/** A rival that says at which port it listens. */
export async function rival(
  args: readonly string[],
): Promise<{ readonly program: Program; readonly port: number }> {
  const program = await startForLine(SCRIPTS.rivals, args)
  if (!Check(Ready, program.line)) throw new Error('A rival did not say its port')
  return { program, port: program.line.port }
}
