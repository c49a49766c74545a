import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { openDice, type Dice } from './dice.js'
import type { Kind } from './kinds/kind.js'
import { HONEST } from './line/line.js'
import type { Pillar } from './world/pillar.js'
import type { Traffic } from './world/traffic.js'
import type { World } from './world/world.js'

/** One fault that was made. */
export type Struck = {
  readonly kind: string
  readonly tookMs: number
  /** Cards held against readers while it lasted: at the pillar it struck, or at all of them. */
  readonly taps: number
  /** What stood in the way of making it. */
  readonly trouble?: string | undefined
}

type Parts = {
  readonly world: World
  readonly traffic: Traffic
  readonly kinds: readonly Kind[]
  readonly runs: number
  readonly seed: number
  readonly signal: AbortSignal
  readonly onStrike: (number: number, kind: string) => void
}

/** So that a fault also meets what is still recovering from another one. */
const AT_ONCE = 2
const BREATH_MS = 300
const OWN_DICE = 7_919

/**
 * Makes the faults, two at a time, and never two at one program. Every kind comes up before any comes again. Each fault
 * has dice of its own, so the same seed makes the same faults, whichever of two ends first.
 */
export async function strikeAll(parts: Parts): Promise<readonly Struck[]> {
  const { world, kinds, runs, seed, signal, onStrike } = parts
  const order = openDice(seed)
  const round: Kind[] = []
  const busy = new Set<unknown>()
  const struck: Struck[] = []
  const state = { begun: 0 }

  /** The next of the round whose target is free. */
  const draw = (): (() => Promise<Struck>) | undefined => {
    if (round.length === 0) round.push(...order.shuffled(kinds))
    const free = world.pillars.filter((pillar) => !busy.has(pillar))
    const place = round.findIndex(({ target }) =>
      target === 'server' ? !busy.has(world.server) : free.length > 0,
    )
    const [kind] = place < 0 ? [] : round.splice(place, 1)
    if (kind === undefined) return undefined
    state.begun += 1
    onStrike(state.begun, kind.name)
    const dice = openDice(seed + state.begun * OWN_DICE)
    const target = kind.target === 'server' ? world.server : dice.one(free)
    busy.add(target)
    return async () => strikeOne({ ...parts, kind, dice, target }).finally(() => busy.delete(target))
  }
  const lane = async (): Promise<void> => {
    while (state.begun < runs && !signal.aborted) {
      const strike = draw()
      if (strike === undefined) await delay(BREATH_MS)
      else {
        struck.push(await strike())
        await delay(order.below(BREATH_MS))
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return struck
}

type One = Parts & { readonly kind: Kind; readonly dice: Dice; readonly target: Pillar | World['server'] }

async function strikeOne({ world, traffic, kind, dice, target }: One): Promise<Struck> {
  const pillar = world.pillars.find((each) => each === target)
  const taps = (): number => (pillar === undefined ? traffic.taps() : traffic.tapsAt(pillar))
  const [from, tapsBefore] = [performance.now(), taps()]
  let trouble: string | undefined
  try {
    if (kind.target === 'server') await kind.strike(world, dice)
    else if (pillar !== undefined) await kind.strike(pillar, dice, world)
  } catch (error) {
    trouble = error instanceof Error ? error.message : String(error)
    await mend(target).catch(() => undefined)
  }
  return { kind: kind.name, tookMs: Math.round(performance.now() - from), taps: taps() - tapsBefore, trouble }
}

/** A fault that went wrong must not leave its target broken for those that follow. */
async function mend(target: One['target']): Promise<void> {
  if ('line' in target) target.line.behave(HONEST)
  await target.disk.free()
  await target.start()
}
