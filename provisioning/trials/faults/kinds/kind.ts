import type { Dice } from '../dice.js'
import type { Pillar } from '../world/pillar.js'
import type { World } from '../world/world.js'

/** One kind of fault. It strikes, and leaves nothing of itself behind: what it broke is whole again afterwards. */
export type Kind = {
  readonly name: string
  /** Why it cannot be made on this machine; undefined when it can. */
  readonly whyNot: () => string | undefined
} & (
  | { readonly target: 'server'; readonly strike: (world: World, dice: Dice) => Promise<void> }
  | {
      readonly target: 'pillar'
      readonly strike: (pillar: Pillar, dice: Dice, world: World) => Promise<void>
    }
)

export const always = (): undefined => undefined
