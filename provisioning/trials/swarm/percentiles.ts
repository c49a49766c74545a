export type Percentiles = {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** Milliseconds, rounded to a hundredth. */
export function percentiles(samples: readonly number[]): Percentiles {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (share: number): number => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    return Math.round(value * 100) / 100
  }
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
