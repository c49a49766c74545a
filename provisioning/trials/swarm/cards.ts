import { parseChipNumber, type ChipNumber } from '@spaarzuil/shared/cards/chip-number.js'

/** The n-th card of a load: a 7-byte number like a real one, the same in every run. */
export const loadChip = (index: number): ChipNumber =>
  parseChipNumber(`04${index.toString(16).padStart(10, '0')}80`)

/** Dice that fall the same way for the same seed (mulberry32): a run can be repeated. */
export function seededDice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
