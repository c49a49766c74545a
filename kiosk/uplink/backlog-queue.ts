import type { Entry } from '../journal/entry.js'
import type { Journal } from '../journal/journal.js'

/** What is sent next, and how often it was sent in vain. */
export type Turn = {
  readonly entries: readonly Entry[]
  readonly tries: number
  /** A single entry, under suspicion of being what the server does not answer. */
  readonly alone: boolean
  /** How many answers the server had given when it was last tried. */
  readonly answersBefore?: number | undefined
}

export type BacklogQueue = {
  next(): Promise<Turn | undefined>
  /** Before anything else. */
  again(turn: Turn): void
  /** One by one, in turns with what is fresh. */
  putAlone(
    entries: readonly Entry[],
    before: { readonly tries: number; readonly answersBefore: number },
  ): void
  rescan(): void
}

/** Read at once from the journal: ten batches, so that the disk is asked now and then and not for every batch. */
const READ_AHEAD = 500

type Parts = {
  readonly journal: Pick<Journal, 'unsettled'>
  readonly isLive: (actionId: string) => boolean
  readonly batchMax: number
}

/** The order in which the backlog is sent: repeated, then fresh and suspected by turns. */
export function openBacklogQueue({ journal, isLive, batchMax }: Parts): BacklogQueue {
  let ahead: readonly Entry[] = []
  let cursor = 0
  let exhausted = false
  let rescans = 0
  let alone: readonly Turn[] = []
  let repeated: Turn | undefined
  let evenTurn = false

  async function readAhead(): Promise<void> {
    while (ahead.length === 0 && !exhausted) {
      const begun = rescans
      const read = await journal.unsettled(cursor, READ_AHEAD)
      if (begun !== rescans) continue
      exhausted = read.length === 0
      cursor = read.at(-1)?.seq ?? cursor
      const suspected = new Set(alone.flatMap(({ entries }) => entries.map(({ seq }) => seq)))
      ahead = read.filter(({ seq, checkIn }) => !isLive(checkIn.actionId) && !suspected.has(seq))
    }
  }
  async function fresh(): Promise<Turn | undefined> {
    await readAhead()
    const entries = ahead.slice(0, batchMax)
    ahead = ahead.slice(batchMax)
    return entries.length === 0 ? undefined : { entries, tries: 0, alone: false }
  }
  return {
    next: async () => {
      if (repeated !== undefined) {
        const turn = repeated
        repeated = undefined
        return turn
      }
      evenTurn = !evenTurn
      const first = evenTurn ? await fresh() : undefined
      if (first !== undefined) return first
      const [suspect, ...others] = alone
      if (suspect === undefined) return fresh()
      alone = others
      return suspect
    },
    again: (turn) => {
      repeated = turn
    },
    putAlone: (entries, before) => {
      alone = [...alone, ...entries.map((entry) => ({ entries: [entry], alone: true, ...before }))]
    },
    rescan: () => {
      rescans += 1
      cursor = 0
      ahead = []
      exhausted = false
      repeated = undefined
    },
  }
}
