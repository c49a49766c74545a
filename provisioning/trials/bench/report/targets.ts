import type { Measured } from '../results.js'

export type Target = {
  readonly name: string
  /** In words: what has to be reached. */
  readonly target: string
  readonly measured: string
  readonly met: boolean
}

/** Above this speed of the bare pipe the machine is good for 8,000 check-ins per second as well. */
const NAIVE_OF_A_FAIR_MACHINE = 10_500

/** What was set out to reach, as far as it was measured. */
export function targetsOf({ pipes, pillar, choice }: Measured): readonly Target[] {
  const committed = pipes.committed?.load.perSecond
  const naive = pipes.naive?.load.perSecond
  const targets: Target[] = []
  if (committed !== undefined && naive !== undefined) {
    const share = (committed / naive) * 100
    targets.push(
      least('committed, of the bare pipe', { limit: 75, unit: '%', value: Math.round(share * 10) / 10 }),
    )
    if (naive >= NAIVE_OF_A_FAIR_MACHINE) {
      targets.push(least('committed check-ins', { limit: 8_000, unit: '/s', value: committed }))
    }
  }
  const granted = pipes.committed?.load.grantedShare
  if (granted !== undefined) {
    const value = Math.round(granted * 1_000) / 10
    targets.push(least('granted of the load', { limit: 80, unit: '%', value }))
  }
  if (pillar !== undefined) {
    targets.push(
      most('tap to "read", p95, under load', { limit: 10, unit: ' ms', value: pillar.underLoad.read.p95 }),
      most('tap to verdict, p95, under load', {
        limit: 25,
        unit: ' ms',
        value: pillar.underLoad.message.p95,
      }),
      most('tap to "noted", p95, without a line', {
        limit: 25,
        unit: ' ms',
        value: pillar.offline.message.p95,
      }),
      most('memory of the kiosk (PSS)', { limit: 90, unit: ' MB', value: pillar.kioskMemory.pss }),
      least('backlog drained', { limit: 2_000, unit: '/s', value: pillar.drain.perSecond }),
      most('live verdict meanwhile, p95', { limit: 100, unit: ' ms', value: pillar.drain.live.p95 }),
      most('written per tap', { limit: 12 * 1024, unit: ' B', value: pillar.bytesPerTap }),
    )
  }
  if (choice !== undefined) {
    targets.push(most('one choice of event', { limit: 50, unit: ' µs', value: choice.microseconds }))
  }
  return targets
}

type Compared = { readonly limit: number; readonly unit: string; readonly value: number }

const told = ({ unit }: Compared, value: number): string => `${value.toLocaleString('en')}${unit}`

const least = (name: string, compared: Compared): Target => ({
  name,
  target: `≥ ${told(compared, compared.limit)}`,
  measured: told(compared, compared.value),
  met: compared.value >= compared.limit,
})
const most = (name: string, compared: Compared): Target => ({
  name,
  target: `≤ ${told(compared, compared.limit)}`,
  measured: told(compared, compared.value),
  met: compared.value <= compared.limit,
})
