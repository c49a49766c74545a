import type { Lane } from './arrived.js'

/** One message of a pillar on its way to a decision. */
export interface Queued<T> {
  readonly pillarId: string
  readonly lane: Lane
  readonly items: readonly T[]
}

/**
 * Messages wait here, fair per pillar: one that sends a season's backlog waits behind nobody, and nobody behind it. Live
 * check-ins go first, but a quarter of every batch is kept for the backlog, so that it drains on a busy evening too.
 */
export interface FairQueue<T> {
  put(entry: Queued<T>): void
  /** Up to about `max` items: whole messages, one per pillar in turn. */
  take(max: number): readonly Queued<T>[]
  size(): number
  sizeOf(pillarId: string): number
}

const BACKLOG_SHARE = 0.25

export function openFairQueue<T>(): FairQueue<T> {
  const lanes = { live: openLane<T>(), backlog: openLane<T>() }
  return {
    put: (entry) => {
      lanes[entry.lane].put(entry)
    },
    take: (max) => {
      const reserved = Math.min(lanes.backlog.size(), Math.floor(max * BACKLOG_SHARE))
      const live = lanes.live.take(max - reserved)
      const taken = live.reduce((sum, entry) => sum + entry.items.length, 0)
      return [...live, ...lanes.backlog.take(max - taken)]
    },
    size: () => lanes.live.size() + lanes.backlog.size(),
    sizeOf: (pillarId) => lanes.live.sizeOf(pillarId) + lanes.backlog.sizeOf(pillarId),
  }
}

interface OneLane<T> {
  put(entry: Queued<T>): void
  take(max: number): readonly Queued<T>[]
  size(): number
  sizeOf(pillarId: string): number
}

function openLane<T>(): OneLane<T> {
  const waiting = new Map<string, Queued<T>[]>()
  let size = 0

  /** The first message of the pillar that waits longest; the pillar goes to the end of the row. */
  const next = (): Queued<T> | undefined => {
    for (const [pillarId, entries] of waiting) {
      const entry = entries.shift()
      waiting.delete(pillarId)
      if (entries.length > 0) waiting.set(pillarId, entries)
      return entry
    }
    return undefined
  }
  return {
    put: (entry) => {
      const entries = waiting.get(entry.pillarId)
      if (entries === undefined) waiting.set(entry.pillarId, [entry])
      else entries.push(entry)
      size += entry.items.length
    },
    take: (max) => {
      const taken: Queued<T>[] = []
      for (let count = 0; count < max;) {
        const entry = next()
        if (entry === undefined) break
        taken.push(entry)
        count += entry.items.length
        size -= entry.items.length
      }
      return taken
    },
    size: () => size,
    sizeOf: (pillarId) => (waiting.get(pillarId) ?? []).reduce((sum, entry) => sum + entry.items.length, 0),
  }
}
