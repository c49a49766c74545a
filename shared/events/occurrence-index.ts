/** Which of very many occurrences are open at a moment, without looking at the others. */
import type { Window } from '../check-in/facts.js'
import { instant, type Instant } from '../time.js'

/** One occurrence that may be chosen, with the window of the channel. Cancelled and postponed ones are none. */
export type Candidate = {
  readonly eventId: string
  readonly occurrence: {
    readonly start?: Instant | undefined
    readonly end?: Instant | undefined
    /** Whole local days or always on: there is no hour at which it starts. */
    readonly wholeDays?: boolean | undefined
  }
  readonly window: Window
  /** Whether automatic choice may take it; a pinned event need not be such. */
  readonly automatic: boolean
}

/** Occurrences in order of the opening of their windows, in columns: objects would cost ten times as much to scan. */
export interface Shelf {
  readonly candidates: readonly Candidate[]
  /** Start in milliseconds; Infinity where no hour is known. */
  readonly starts: Float64Array
  /** Place of the event's id among all ids in order. */
  readonly events: Int32Array
  /** 1 where automatic choice may take it. */
  readonly automatic: Uint8Array
  /** How many windows are open at `at`; their positions are then in `found`, until the next call. */
  stab(at: Instant): number
  readonly found: Int32Array
}

export interface OccurrenceIndex {
  readonly all: Shelf
  /** The occurrences of one event; undefined where it has none. */
  ofEvent(eventId: string): Shelf | undefined
  openAt(at: Instant): readonly Candidate[]
  /** When, after `at`, a window opens: of the given event, or else of any that automatic choice may take. */
  nextOpening(at: Instant, eventId?: string): Instant | undefined
}

/** So few that scanning them costs no more than another step down the tree. */
const BLOCK = 16

/** Sorting once, so that each question costs some microseconds: about half a second for 100,000 occurrences. */
export function indexOccurrences(candidates: Iterable<Candidate>): OccurrenceIndex {
  const inOrder = [...candidates].toSorted((a, b) => opening(a) - opening(b))
  const ids = [...new Set(inOrder.map((candidate) => candidate.eventId))].toSorted()
  const ordinals = new Map(ids.map((id, ordinal) => [id, ordinal]))
  const all = shelf(inOrder, ordinals)
  const automatic = openingsOf(inOrder.filter((candidate) => candidate.automatic))
  const byEvent = new Map<string, Candidate[]>()
  for (const candidate of inOrder) {
    const known = byEvent.get(candidate.eventId)
    if (known === undefined) byEvent.set(candidate.eventId, [candidate])
    else known.push(candidate)
  }
  const shelves = new Map<string, Shelf>()

  function ofEvent(eventId: string): Shelf | undefined {
    const ready = shelves.get(eventId)
    const own = byEvent.get(eventId)
    if (ready !== undefined || own === undefined) return ready
    const made = shelf(own, ordinals)
    shelves.set(eventId, made)
    return made
  }

  return {
    all,
    ofEvent,
    openAt(at) {
      const positions = all.found.subarray(0, all.stab(at))
      return Array.from(positions, (position) => inOrder[position]).filter((found) => found !== undefined)
    },
    nextOpening: (at, eventId) =>
      firstAfter(eventId === undefined ? automatic : openingsOf(byEvent.get(eventId) ?? []), at),
  }
}

const opening = (candidate: Candidate): number => candidate.window.from ?? -Infinity
const openingsOf = (inOrder: readonly Candidate[]): Float64Array => Float64Array.from(inOrder, opening)

function firstAfter(openings: Float64Array, at: Instant): Instant | undefined {
  const found = openings[countUpTo(openings, at)]
  return found === undefined ? undefined : instant(found)
}

/** How many of the ascending `values` are at most `limit`. */
function countUpTo(values: Float64Array, limit: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((values[middle] ?? Infinity) <= limit) low = middle + 1
    else high = middle
  }
  return low
}

function shelf(candidates: readonly Candidate[], ordinals: ReadonlyMap<string, number>): Shelf {
  const size = candidates.length
  const openings = openingsOf(candidates)
  const closings = Float64Array.from(candidates, (candidate) => candidate.window.until ?? Infinity)
  const latest = latestClosings(closings)
  const leaves = latest.length / 2
  const found = new Int32Array(size)

  return {
    candidates,
    starts: Float64Array.from(candidates, startOf),
    events: Int32Array.from(candidates, (candidate) => ordinals.get(candidate.eventId) ?? 0),
    automatic: Uint8Array.from(candidates, (candidate) => (candidate.automatic ? 1 : 0)),
    found,
    stab(at) {
      const opened = countUpTo(openings, at)
      let count = 0
      const search = (node: number, first: number, blocks: number): void => {
        if (first * BLOCK >= opened || !((latest[node] ?? 0) >= at)) return
        if (blocks > 1) {
          search(node * 2, first, blocks / 2)
          search(node * 2 + 1, first + blocks / 2, blocks / 2)
          return
        }
        const end = Math.min((first + 1) * BLOCK, opened)
        for (let i = first * BLOCK; i < end; i += 1) if ((closings[i] ?? 0) >= at) found[count++] = i
      }
      search(1, 0, leaves)
      return count
    },
  }
}

const startOf = ({ occurrence }: Candidate): number =>
  occurrence.start === undefined || occurrence.wholeDays === true ? Infinity : occurrence.start

/** A heap-shaped tree over blocks: each node holds the latest closing below it. */
function latestClosings(closings: Float64Array): Float64Array {
  let leaves = 1
  while (leaves * BLOCK < closings.length) leaves *= 2
  const latest = new Float64Array(leaves * 2).fill(-Infinity)
  closings.forEach((closing, i) => {
    const leaf = leaves + Math.floor(i / BLOCK)
    latest[leaf] = Math.max(latest[leaf] ?? -Infinity, closing)
  })
  for (let node = leaves - 1; node >= 1; node -= 1) {
    latest[node] = Math.max(latest[node * 2] ?? -Infinity, latest[node * 2 + 1] ?? -Infinity)
  }
  return latest
}
