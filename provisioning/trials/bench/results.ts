import type { ChoiceSpeed } from './measure/choice.js'
import type { PillarMeasures } from './measure/pillar-measures.js'
import type { Pipes } from './measure/pipes.js'
import type { Scale } from './scale.js'

/** Where and when: numbers without it are worth nothing. */
export type Circumstances = {
  readonly date: string
  readonly commit: string
  readonly machine: string
  readonly node: string
  /** Load average over a minute before the run: what else the machine was doing. */
  readonly busyBefore: number
}

/** All that a run measured; what was not asked for is absent. */
export type Measured = {
  readonly scale: Scale
  readonly circumstances: Circumstances
  readonly pipes: Pipes
  readonly pillar?: PillarMeasures | undefined
  readonly choice?: ChoiceSpeed | undefined
}

/** The flat form with the names that others compare by. */
export const flatResults = ({ scale, circumstances, pipes, pillar, choice }: Measured) => ({
  ...circumstances,
  scale,
  ...pipeResults(pipes),
  ...(pillar === undefined ? {} : pillarResults(pillar)),
  ...(choice === undefined ? {} : { choiceMicroseconds: choice.microseconds, choice }),
})

const pipeResults = ({ committed, naive, echo }: Pipes) => ({
  committedPerSecond: committed?.load.perSecond,
  naivePerSecond: naive?.load.perSecond,
  brokerEchoPerSecond: echo?.load.perSecond,
  grantedShare: committed?.load.grantedShare,
  rounds: { committed: committed?.rounds, naive: naive?.rounds, brokerEcho: echo?.rounds },
  pipeLatencyMs: {
    committed: committed?.load.latencyMs,
    naive: naive?.load.latencyMs,
    brokerEcho: echo?.load.latencyMs,
  },
})

const pillarResults = (pillar: PillarMeasures) => ({
  read: { alone: pillar.alone.read, underLoad: pillar.underLoad.read },
  verdict: { alone: pillar.alone.message, underLoad: pillar.underLoad.message },
  noted: { alone: pillar.offline.message },
  behindPerSecond: pillar.behind.perSecond,
  shown: {
    alone: pillar.alone.states,
    underLoad: pillar.underLoad.states,
    noted: pillar.offline.states,
    drain: pillar.drain.liveStates,
  },
  bareCommit: pillar.bareCommit,
  bareEcho: pillar.bareEcho,
  kioskPssMb: pillar.kioskMemory.pss,
  kioskOwnMb: pillar.kioskMemory.own,
  serverPssMb: pillar.serverMemory.pss,
  serverOwnMb: pillar.serverMemory.own,
  drainPerSecond: pillar.drain.perSecond,
  drainLiveVerdict: pillar.drain.live,
  bytesPerTap: pillar.bytesPerTap,
  bytesPerTapNotedAndDrained: pillar.drain.bytesPerTap,
})
