import { instant, type Instant } from '@spaarzuil/shared/time.js'
import type { BalanceAnswer, Receipt } from '@spaarzuil/shared/contract/receipt.js'
import type { LightSign, ToneSign } from '../ports.js'
import type { Message } from './shown.js'

const at = (ms: number | undefined): Instant | undefined => (ms === undefined ? undefined : instant(ms))

/** What a visitor is told of a verdict. Held reads as "ask at the desk": nobody is judged by a screen. */
export function messageOfReceipt(receipt: Receipt): Message {
  switch (receipt.verdict) {
    case 'granted': {
      const late =
        receipt.late === undefined
          ? undefined
          : { points: receipt.late.points, since: instant(receipt.late.sinceMs) }
      return { kind: 'saved', points: receipt.points, balance: receipt.balance, late }
    }
    case 'held':
      return { kind: 'ask-desk' }
    case 'refused':
      return messageOfRefusal(receipt)
  }
}

function messageOfRefusal(receipt: Extract<Receipt, { verdict: 'refused' }>): Message {
  const { balance } = receipt
  const again = at(receipt.againAtMs)
  switch (receipt.reason) {
    case 'limit-reached':
      return { kind: 'already', again, balance }
    case 'too-early':
      return { kind: 'not-yet', from: again, balance }
    case 'too-late':
      return { kind: 'over', until: at(receipt.untilMs), balance }
    case 'nothing-on':
      return balance === undefined
        ? { kind: 'nothing-on', next: again }
        : { kind: 'balance', balance, next: again }
    case 'ask-desk':
      return { kind: 'ask-desk' }
  }
}

/** What a visitor is told who only asked for the balance. */
export function messageOfBalance(answer: BalanceAnswer, next: Instant | undefined): Message {
  switch (answer.answer) {
    case 'balance':
      return { kind: 'balance', balance: answer.balance, next }
    case 'ask-desk':
      return { kind: 'ask-desk' }
    case 'too-many':
      return { kind: 'nothing-on', next }
  }
}

type Sign = { readonly light: LightSign; readonly tone: ToneSign }

/** Light and tone of a message. Blocked and unknown cards cannot differ here: they are one message. */
const SIGNS: Readonly<Record<Message['kind'], Sign>> = {
  read: { light: 'read', tone: 'read' },
  saved: { light: 'saved', tone: 'saved' },
  noted: { light: 'noted', tone: 'noted' },
  already: { light: 'already', tone: 'already' },
  'not-yet': { light: 'already', tone: 'already' },
  over: { light: 'already', tone: 'already' },
  balance: { light: 'already', tone: 'already' },
  'nothing-on': { light: 'already', tone: 'already' },
  'ask-desk': { light: 'ask', tone: 'ask' },
  'not-a-pass': { light: 'ask', tone: 'ask' },
  'hold-still': { light: 'again', tone: 'again' },
  'one-card': { light: 'again', tone: 'again' },
  'not-taken': { light: 'out-of-order', tone: 'ask' },
}

export const signOf = (message: Message): Sign => SIGNS[message.kind]
