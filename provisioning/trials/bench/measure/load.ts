import { Type, type Static } from 'typebox'
import { Check } from 'typebox/value'
import type { Credentials } from '../../swarm/swarm-pillar.js'
import { runForLine, SCRIPTS } from '../child.js'
import type { Scale } from '../scale.js'

export const Latency = Type.Object({
  count: Type.Integer(),
  p50: Type.Number(),
  p95: Type.Number(),
  p99: Type.Number(),
})
export type Latency = Static<typeof Latency>

/** What a load was answered. */
export const Load = Type.Object({
  perSecond: Type.Number(),
  grantedShare: Type.Number(),
  unanswered: Type.Integer(),
  busy: Type.Integer(),
  latencyMs: Latency,
})
export type Load = Static<typeof Load>

/** As much as is answered, 5 in flight each, by a swarm in a process of its own. */
export async function fullLoad(
  port: number,
  pillars: readonly Credentials[],
  { scale, seed }: { readonly scale: Scale; readonly seed: number },
): Promise<Load> {
  const { inFlight, warmupMs, measureMs, cards } = scale
  const job = { port, pillars, inFlight, warmupMs, measureMs, cards, seed }
  return loadIn(await runForLine(SCRIPTS.swarm, [JSON.stringify(job)]))
}

export function loadIn(line: unknown): Load {
  if (Check(Load, line)) return line
  throw new Error(`A load did not say what it measured: ${JSON.stringify(line)}`)
}

/** The middle one by speed: one noisy neighbour does not decide. */
export function medianLoad(loads: readonly Load[]): Load {
  const sorted = loads.toSorted((a, b) => a.perSecond - b.perSecond)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]
  if (middle === undefined) throw new Error('no load was measured')
  return middle
}
