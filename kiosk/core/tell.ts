import type { Effect, Now } from './happening.js'
import { lightOf, shownOf } from './idle.js'
import type { Message } from './shown.js'
import { MESSAGE_STANDS, READ_STANDS, type PillarState, type SeenCard } from './state.js'
import { signOf } from './told.js'

export type Step = { readonly state: PillarState; readonly effects: readonly Effect[] }

export const cardOf = (state: PillarState, tapId: string): SeenCard | undefined =>
  state.cards.find((card) => card.tapId === tapId)

export const changeCard = (state: PillarState, tapId: string, change: Partial<SeenCard>): PillarState => ({
  ...state,
  cards: state.cards.map((card) => (card.tapId === tapId ? { ...card, ...change } : card)),
})

/** Puts a message before the visitor: light and tone first, they are the quickest. */
export function tell(state: PillarState, message: Message, now: Now, tapId?: string): Step {
  const showing = state.showing + 1
  const told = { ...state, message: { message, tapId }, showing }
  const { light, tone } = signOf(message)
  const after = message.kind === 'read' ? READ_STANDS : MESSAGE_STANDS
  const effects: readonly Effect[] = [
    { kind: 'light', sign: light },
    { kind: 'tone', sign: tone },
    { kind: 'show', shown: shownOf(told, now), tapId },
    { kind: 'start-timer', timer: { kind: 'message', showing }, after },
  ]
  return { state: told, effects }
}

/** The visitor had time to read it. */
export function endMessage(state: PillarState, now: Now): Step {
  const { message: _gone, ...rest } = state
  const shown = shownOf(rest, now)
  return {
    state: { ...rest, showing: state.showing + 1 },
    effects: [
      { kind: 'show', shown },
      { kind: 'light', sign: lightOf(shown) },
    ],
  }
}

/** Draws the screen anew after a change that no visitor caused; a standing message stays. */
export function refresh(state: PillarState, now: Now, first: readonly Effect[] = []): Step {
  const shown = shownOf(state, now)
  const next = { ...state, idle: { idle: shown.idle, minute: minuteOf(now) } }
  const light: readonly Effect[] =
    state.message === undefined ? [{ kind: 'light', sign: lightOf(shown) }] : []
  return { state: next, effects: [...first, { kind: 'show', shown, tapId: state.message?.tapId }, ...light] }
}

export const minuteOf = (now: Now): number => Math.floor(now.at / 60_000)

/** Tells a tap its message: on the screen if it is still the newest, and for the card if it comes back at once. */
export function answer(state: PillarState, tapId: string, message: Message, now: Now): Step {
  const known = changeCard(state, tapId, { message })
  return state.message?.tapId === tapId ? tell(known, message, now, tapId) : { state: known, effects: [] }
}

/** It gets no receipt soon, and the visitor need not wait for one. */
export function note(state: PillarState, tapId: string, now: Now): Step {
  const card = cardOf(state, tapId)
  return card?.journalled === true && card.message.kind === 'read'
    ? answer(state, tapId, { kind: 'noted' }, now)
    : { state, effects: [] }
}
