import type { Receipt } from '../contract/receipt.js'
import { invariant } from '../errors.js'
import type { Instant } from '../time.js'
import { visitorReason, type Verdict } from './verdict.js'

export type Account = {
  /** Balance of the passholder after this check-in; absent where no passholder is known. */
  readonly balance?: number | undefined
  /** Points of earlier taps of which the passholder has not been told. */
  readonly late?: { readonly points: number; readonly since: Instant } | undefined
}

/**
 * What a pillar is told of a verdict. Of a card that must go to the desk nothing is told but that: the receipts of
 * an unknown and of a blocked card differ in no byte but the action id.
 */
export function receiptOf(actionId: string, verdict: Verdict, account: Account): Receipt {
  switch (verdict.kind) {
    case 'granted':
      return grantedReceipt(actionId, verdict.points, account)
    case 'refused':
      return refusedReceipt(actionId, verdict, account)
    case 'held':
      return { actionId, verdict: 'held' }
  }
}

function grantedReceipt(actionId: string, points: number, { balance, late }: Account): Receipt {
  invariant(balance !== undefined, 'who is granted points has a balance')
  const receipt = { actionId, verdict: 'granted', points, balance } as const
  return late === undefined ? receipt : { ...receipt, late: { points: late.points, sinceMs: late.since } }
}

type Refusal = Extract<Verdict, { kind: 'refused' }>

function refusedReceipt(actionId: string, refusal: Refusal, { balance }: Account): Receipt {
  const reason = visitorReason(refusal.reason)
  const receipt = { actionId, verdict: 'refused', reason } as const
  if (reason === 'ask-desk') return receipt
  return {
    ...receipt,
    ...(refusal.againAt === undefined ? {} : { againAtMs: refusal.againAt }),
    ...(refusal.until === undefined ? {} : { untilMs: refusal.until }),
    ...(balance === undefined ? {} : { balance }),
  }
}
