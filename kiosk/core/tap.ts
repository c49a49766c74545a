import { isRandomChipNumber, parseChipNumber, type ChipNumber } from '@spaarzuil/shared/cards/chip-number.js'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { minutes, uptime, type Uptime } from '@spaarzuil/shared/time.js'
import { choiceAt, occurrenceRef, revisionOf, type Choice } from './choice.js'
import type { Draft, Effect, Happening, Now } from './happening.js'
import type { Message } from './shown.js'
import { CARDS_MAX, HOLD_OFF, RECEIPT_WAIT, type PillarState, type SeenCard } from './state.js'
import { changeCard, tell, type Step } from './tell.js'

type Card = Extract<Happening, { kind: 'card' }>

/** A card on the reader: a repeat of its own last message, a check-in, a question for the balance, or no pass at all. */
export function onCard(state: PillarState, card: Card, now: Now): Step {
  const at = uptime(now.time.uptimeMs)
  const recent = forgetOld(state, at)
  const seen = recent.cards.find(({ mark }) => mark === card.mark)
  if (seen !== undefined) {
    const back = changeCard(recent, seen.tapId, { reader: card.reader, leftAt: undefined })
    return tell(back, seen.message, now, seen.tapId)
  }
  const chip = chipOf(card.uid)
  if (chip === undefined) return tell(recent, { kind: 'hold-still' }, now)
  if (isRandomChipNumber(chip)) return tell(recent, { kind: 'not-a-pass' }, now)
  if (state.settings === undefined) return tell(recent, { kind: 'not-taken' }, now)
  const choice = choiceAt(state.chooser, now)
  return choice.why === 'nothing-on'
    ? askBalance(recent, { card, chip, choice, now })
    : checkIn(recent, { card, chip, choice, now })
}

/** A number that no card answers with is a reading gone wrong. */
function chipOf(uid: string): ChipNumber | undefined {
  try {
    return parseChipNumber(uid)
  } catch (error) {
    if (isFailure(error, 'CHIP_NUMBER_INVALID')) return undefined
    throw error
  }
}

type Taken = { readonly card: Card; readonly chip: ChipNumber; readonly choice: Choice; readonly now: Now }

function checkIn(state: PillarState, { card, chip, choice, now }: Taken): Step {
  const draft: Draft = {
    actionId: card.tapId,
    chip,
    time: now.time,
    occurrence: occurrenceRef(choice),
    program: revisionOf(state.chooser),
    why: choice.why,
  }
  const read = tell(remember(state, card, 'check-in', now), { kind: 'read' }, now, card.tapId)
  return { state: read.state, effects: [...read.effects, { kind: 'journal', draft }] }
}

function askBalance(state: PillarState, { card, chip, choice, now }: Taken): Step {
  const at = uptime(now.time.uptimeMs)
  const lately = state.enquiredAt.filter((then) => at - then < minutes(1))
  const allowed = state.line === 'online' && lately.length < (state.settings?.enquiriesPerMinute ?? 0)
  const known = remember({ ...state, enquiredAt: lately }, card, 'balance', now)
  if (!allowed) {
    const message: Message = { kind: 'nothing-on', next: choice.next }
    return tell(changeCard(known, card.tapId, { message }), message, now, card.tapId)
  }
  const read = tell({ ...known, enquiredAt: [...lately, at] }, { kind: 'read' }, now, card.tapId)
  const ask: readonly Effect[] = [
    { kind: 'enquire', enquiryId: card.tapId, chip, time: now.time },
    { kind: 'start-timer', timer: { kind: 'receipt', tapId: card.tapId }, after: RECEIPT_WAIT },
  ]
  return { state: read.state, effects: [...read.effects, ...ask] }
}

function remember(state: PillarState, card: Card, asks: SeenCard['asks'], now: Now): PillarState {
  const seen: SeenCard = {
    mark: card.mark,
    tapId: card.tapId,
    reader: card.reader,
    asks,
    tappedAt: uptime(now.time.uptimeMs),
    message: { kind: 'read' },
    journalled: false,
  }
  // A reader holds one card: another one on it means that the first has gone, said or not.
  const cards = state.cards.map((other) =>
    other.reader === card.reader && other.leftAt === undefined ? { ...other, leftAt: seen.tappedAt } : other,
  )
  return { ...state, cards: [...cards, seen].slice(-CARDS_MAX) }
}

/** A card that comes back later is shown nothing old; the one on the screen stays until its message is over. */
const forgetOld = (state: PillarState, at: Uptime): PillarState => ({
  ...state,
  cards: state.cards.filter(({ leftAt }) => leftAt === undefined || at - leftAt < HOLD_OFF),
})
