import { Type, type Static } from 'typebox'
import { Count, Ms, Uuid } from './check-in.js'

/** What a pillar may know of a refusal. Unknown, blocked and deleted cards are all `ask-desk`. */
export const VisitorReason = Type.Union([
  Type.Literal('limit-reached'),
  Type.Literal('too-early'),
  Type.Literal('too-late'),
  Type.Literal('nothing-on'),
  Type.Literal('ask-desk'),
])
export type VisitorReason = Static<typeof VisitorReason>

const Points = Type.Integer({ minimum: -2_147_483_648, maximum: 2_147_483_647 })

export const GrantedReceipt = Type.Object({
  actionId: Uuid,
  verdict: Type.Literal('granted'),
  points: Count,
  balance: Points,
  late: Type.Optional(
    Type.Object(
      { points: Count, sinceMs: Ms },
      { description: 'points of earlier taps that were only noted' },
    ),
  ),
})
export const RefusedReceipt = Type.Object({
  actionId: Uuid,
  verdict: Type.Literal('refused'),
  reason: VisitorReason,
  againAtMs: Type.Optional(Ms),
  untilMs: Type.Optional(Ms),
  balance: Type.Optional(Points),
})
export const HeldReceipt = Type.Object({ actionId: Uuid, verdict: Type.Literal('held') })

/** The verdict on one check-in. Only this settles a journal entry; a PUBACK does not. */
export const Receipt = Type.Union([GrantedReceipt, RefusedReceipt, HeldReceipt])
export type Receipt = Static<typeof Receipt>

export const BalanceAnswer = Type.Union([
  Type.Object({ enquiryId: Uuid, answer: Type.Literal('balance'), balance: Points }),
  Type.Object({ enquiryId: Uuid, answer: Type.Literal('ask-desk') }),
  Type.Object({ enquiryId: Uuid, answer: Type.Literal('too-many') }),
])
export type BalanceAnswer = Static<typeof BalanceAnswer>
