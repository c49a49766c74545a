/** How much a run measures. What `--short` leaves out is said in its results. */
export type Scale = {
  readonly name: 'full' | 'short'
  readonly pillars: number
  readonly inFlight: number
  readonly cards: number
  readonly events: number
  /** Check-ins that are in the database before anything is measured. */
  readonly earlier: number
  /** How often the pipes are measured in turn; the median counts. */
  readonly rounds: number
  readonly warmupMs: number
  readonly measureMs: number
  /** Taps measured for each latency. */
  readonly taps: number
  /** Check-ins per second behind those taps. */
  readonly behindPerSecond: number
  /** Taps of the pillar before its memory is read; also the backlog that is drained. */
  readonly manyTaps: number
  /** Occurrences among which one is chosen. */
  readonly occurrences: number
}

const FULL: Scale = {
  name: 'full',
  pillars: 200,
  inFlight: 5,
  cards: 100_000,
  events: 1_000,
  earlier: 1_000_000,
  rounds: 3,
  warmupMs: 4_000,
  measureMs: 10_000,
  taps: 400,
  behindPerSecond: 1_000,
  manyTaps: 10_000,
  occurrences: 100_000,
}

/** For CI: under a minute and a half. */
const SHORT: Scale = {
  ...FULL,
  name: 'short',
  earlier: 100_000,
  rounds: 1,
  warmupMs: 3_000,
  measureMs: 5_000,
  taps: 100,
  manyTaps: 2_000,
}

export const scaleFor = (short: boolean): Scale => (short ? SHORT : FULL)
