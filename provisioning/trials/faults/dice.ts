import { seededDice } from '@spaarzuil/shared/testing/dice.js'
import { invariant } from '@spaarzuil/shared/errors.js'

/** What a run decides by: the same seed throws the same, so a run can be repeated as far as two cores allow. */
export type Dice = {
  /** A whole number from 0 up to `count`, not included. */
  readonly below: (count: number) => number
  readonly between: (from: number, to: number) => number
  readonly chance: (share: number) => boolean
  readonly one: <T>(of: readonly T[]) => T
  readonly shuffled: <T>(of: readonly T[]) => readonly T[]
}

export function openDice(seed: number): Dice {
  const roll = seededDice(seed)
  const below = (count: number): number => Math.floor(roll() * count)
  const one = <T>(of: readonly T[]): T => {
    const chosen = of[below(of.length)]
    invariant(chosen !== undefined, 'there is something to choose from')
    return chosen
  }
  return {
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (share) => roll() < share,
    one,
    shuffled: (of) => {
      const left = [...of]
      return of.map(() => {
        const [next] = left.splice(below(left.length), 1)
        invariant(next !== undefined, 'as many are drawn as there are')
        return next
      })
    },
  }
}
