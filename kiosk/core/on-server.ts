import type { DownMessage } from '@spaarzuil/shared/contract/codec.js'
import type { Command } from '@spaarzuil/shared/contract/messages.js'
import type { BalanceAnswer, Receipt } from '@spaarzuil/shared/contract/receipt.js'
import { instant, milliseconds } from '@spaarzuil/shared/time.js'
import { choiceAt, chooserOf } from './choice.js'
import type { Effect, Now } from './happening.js'
import type { Message } from './shown.js'
import { DONE_COMMANDS_MAX, MESSAGE_STANDS, type PillarState } from './state.js'
import { answer, cardOf, note, refresh, type Step } from './tell.js'
import { messageOfBalance, messageOfReceipt } from './told.js'

/** What the server says. `welcome` is for the line and the clock: a visitor sees nothing of it. */
export function onServer(state: PillarState, message: DownMessage, now: Now): Step {
  switch (message.kind) {
    case 'receipts': {
      const { receipts, storeEpoch } = message
      return onReceipts(state, receipts, now, [{ kind: 'settle', receipts, storeEpoch }])
    }
    case 'rejected': {
      const { actionIds, code } = message
      return noteAll(state, actionIds, now, [{ kind: 'set-aside', actionIds, code }])
    }
    case 'busy': {
      const { actionIds } = message
      const retryAfter = milliseconds(message.retryAfterMs)
      return noteAll(state, actionIds, now, [{ kind: 'hold-back', actionIds, retryAfter }])
    }
    case 'balance':
      return onBalance(state, message.answer, now)
    case 'settings': {
      const { settings } = message
      return refresh({ ...state, settings }, now, [
        { kind: 'keep', kept: { name: 'settings', value: settings } },
      ])
    }
    case 'program': {
      const { program } = message
      return refresh({ ...state, chooser: chooserOf(program) }, now, [
        { kind: 'keep', kept: { name: 'program', value: program } },
      ])
    }
    case 'command':
      return onCommand(state, message, now)
    case 'welcome':
      return { state, effects: [] }
  }
}

function onBalance(state: PillarState, balance: BalanceAnswer, now: Now): Step {
  const card = cardOf(state, balance.enquiryId)
  if (card?.asks !== 'balance') return { state, effects: [] }
  const next = choiceAt(state.chooser, now).next
  return answer(state, card.tapId, messageOfBalance(balance, next), now)
}

function onReceipts(
  state: PillarState,
  receipts: readonly Receipt[],
  now: Now,
  first: readonly Effect[],
): Step {
  return receipts.reduce<Step>(
    (sofar, receipt) => {
      const card = cardOf(sofar.state, receipt.actionId)
      // A receipt that is ahead of the journal is not ours to believe yet: "saved" is said of what is on storage.
      if (card?.journalled !== true || isFinal(card.message)) return sofar
      const told = answer(sofar.state, receipt.actionId, messageOfReceipt(receipt), now)
      return { state: told.state, effects: [...sofar.effects, ...told.effects] }
    },
    { state, effects: first },
  )
}

/** A receipt that comes twice must not make the tone sound twice. */
const isFinal = (message: Message): boolean => message.kind !== 'read' && message.kind !== 'noted'

function noteAll(state: PillarState, actionIds: readonly string[], now: Now, first: readonly Effect[]): Step {
  return actionIds.reduce<Step>(
    (sofar, tapId) => {
      const told = note(sofar.state, tapId, now)
      return { state: told.state, effects: [...sofar.effects, ...told.effects] }
    },
    { state, effects: first },
  )
}

function onCommand(state: PillarState, { id, command, expiresAtMs }: Command, now: Now): Step {
  const reply = (result: 'done' | 'expired'): Effect => ({ kind: 'answer', commandId: id, result })
  if (state.doneCommands.includes(id)) return { state, effects: [reply('done')] }
  if (now.usable && instant(expiresAtMs) < now.at) return { state, effects: [reply('expired')] }
  const doneCommands = [...state.doneCommands, id].slice(-DONE_COMMANDS_MAX)
  const first: readonly Effect[] = [
    { kind: 'keep', kept: { name: 'done-commands', value: doneCommands } },
    reply('done'),
  ]
  const known = { ...state, doneCommands }
  switch (command) {
    case 'restart':
      return { state: known, effects: [...first, { kind: 'restart' }] }
    case 'identify':
      return signal(known, first)
  }
}

/** "Here I am": seen and heard across a hall, and over as soon as a message would be. */
function signal(state: PillarState, first: readonly Effect[]): Step {
  const showing = state.showing + 1
  const effects: readonly Effect[] = [
    ...first,
    { kind: 'light', sign: 'saved' },
    { kind: 'tone', sign: 'saved' },
    { kind: 'start-timer', timer: { kind: 'message', showing }, after: MESSAGE_STANDS },
  ]
  return { state: { ...state, showing }, effects }
}
