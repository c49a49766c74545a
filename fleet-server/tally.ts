/** How often each thing happened since the start; health and metrics read it. Names are codes, never content. */
export interface Tally {
  count(name: string, by?: number): void
  counts(): Readonly<Record<string, number>>
}

/** Names come from code, so there are never more than a few dozen; a bug that makes names up ends in `other`. */
const NAMES_MAX = 500

export function openTally(): Tally {
  const counts = new Map<string, number>()
  return {
    count: (name, by = 1) => {
      const counted = counts.size < NAMES_MAX || counts.has(name) ? name : 'other'
      counts.set(counted, (counts.get(counted) ?? 0) + by)
    },
    counts: () => Object.fromEntries(counts),
  }
}
