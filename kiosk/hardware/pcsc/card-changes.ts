const SCARD_STATE_PRESENT = 0x20

/** `swapped` and `passed`: between two looks of pcscd another card came, or one came and went. */
export type Change = 'nothing' | 'arrived' | 'left' | 'swapped' | 'passed'

const present = (state: number): boolean => (state & SCARD_STATE_PRESENT) !== 0

/**
 * The number that pcscd gives to what lies on a reader: the same as long as the same card lies there, whoever asks.
 */
const visitNumber = (state: number): number => state >>> 16

/** pcsc-lite counts insertions and removals in the upper 16 bits of the state, so that none is lost between looks. */
function changeBetween(before: number, after: number): Change {
  const missedSome = ((visitNumber(after) - visitNumber(before)) & 0xffff) >= 2
  if (present(before)) {
    if (!present(after)) return 'left'
    return missedSome ? 'swapped' : 'nothing'
  }
  if (present(after)) return 'arrived'
  return missedSome ? 'passed' : 'nothing'
}

/**
 * Turns the states that pcscd reports for one reader into what happened to cards on it.
 *
 * @param avoid whether a visit that was already under way is to be passed over in silence, until the card has left
 */
export function cardChanges(
  happened: (change: Change, visit: number) => void,
  avoid: (visit: number) => boolean,
): (status: { readonly state: number }) => void {
  let before: number | undefined
  let avoiding = false
  return ({ state }) => {
    const change =
      before === undefined ? (present(state) ? 'arrived' : 'nothing') : changeBetween(before, state)
    if (before === undefined) avoiding = present(state) && avoid(visitNumber(state))
    else if (change !== 'nothing') avoiding = false
    before = state
    if (!avoiding) happened(change, visitNumber(state))
  }
}
