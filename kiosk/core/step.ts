import { uptime, type Uptime } from '@spaarzuil/shared/time.js'
import { choiceAt } from './choice.js'
import type { Effect, Happening, Now, Timer } from './happening.js'
import { idleOf } from './idle.js'
import { onJournal } from './on-journal.js'
import { onServer } from './on-server.js'
import type { Message } from './shown.js'
import { TICK, type PillarState } from './state.js'
import { onCard } from './tap.js'
import { answer, cardOf, endMessage, minuteOf, note, refresh, tell, type Step } from './tell.js'

/**
 * The pillar: what it does at each happening. Touches nothing; the shell carries the effects out in order, and the
 * order is the promise (read before anything else, saved only after the journal).
 */
export function step(state: PillarState, happening: Happening, now: Now): Step {
  switch (happening.kind) {
    case 'card':
      return onCard(state, happening, now)
    case 'removed':
      return { state: cardsLeft(state, happening.reader, uptime(now.time.uptimeMs)), effects: [] }
    case 'unreadable':
      return tell(state, { kind: 'hold-still' }, now)
    case 'several':
      return tell(state, { kind: 'one-card' }, now)
    case 'journal':
      return onJournal(state, happening.news, now)
    case 'server':
      return onServer(state, happening.message, now)
    case 'line':
      return refresh({ ...state, line: happening.line }, now)
    case 'devices':
      return refresh({ ...state, devices: happening.devices }, now)
    case 'due':
      return onDue(state, happening.timer, now)
  }
}

/** The first effects of a start: the picture, and the beat. */
export const start = (state: PillarState, now: Now): Step =>
  refresh(state, now, [{ kind: 'start-timer', timer: { kind: 'tick' }, after: TICK }])

const cardsLeft = (state: PillarState, reader: string, leftAt: Uptime): PillarState => ({
  ...state,
  cards: state.cards.map((card) =>
    card.reader === reader && card.leftAt === undefined ? { ...card, leftAt } : card,
  ),
})

function onDue(state: PillarState, timer: Timer, now: Now): Step {
  switch (timer.kind) {
    case 'receipt':
      return onNoReceipt(state, timer.tapId, now)
    case 'message':
      return timer.showing === state.showing ? endMessage(state, now) : { state, effects: [] }
    case 'tick': {
      const again: Effect = { kind: 'start-timer', timer, after: TICK }
      const same = state.idle?.minute === minuteOf(now) && sameIdle(state.idle.idle, idleOf(state, now))
      return same ? { state, effects: [again] } : refresh(state, now, [again])
    }
  }
}

/** Small plain values with their fields in a fixed order: their text tells. */
const sameIdle = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

function onNoReceipt(state: PillarState, tapId: string, now: Now): Step {
  const card = cardOf(state, tapId)
  if (card?.message.kind !== 'read') return { state, effects: [] }
  return card.asks === 'balance' ? answer(state, tapId, nothingOn(state, now), now) : note(state, tapId, now)
}

const nothingOn = (state: PillarState, now: Now): Message => ({
  kind: 'nothing-on',
  next: choiceAt(state.chooser, now).next,
})
