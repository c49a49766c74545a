/** Runs one job after the other, each when the one before has ended, well or badly. */
export type Turns = <T>(job: () => Promise<T>) => Promise<T>

/** `limit` jobs may wait, the running one included; the next rejects with what `whenFull` makes. */
export function takeTurns(limit: number, whenFull: () => Error): Turns {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return async (job) => {
    if (waiting >= limit) throw whenFull()
    waiting += 1
    const turn = last.then(job).finally(() => {
      waiting -= 1
    })
    // Only so that the next job starts all the same: the caller of this one is told what went wrong.
    last = turn.catch(() => undefined)
    return turn
  }
}
