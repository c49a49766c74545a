import { decide } from '@spaarzuil/shared/check-in/decide.js'
import type { CardAtMoment, EventAtMoment } from '@spaarzuil/shared/check-in/facts.js'
import { decideOverSpan, type Decided } from '@spaarzuil/shared/check-in/moment.js'
import { receiptOf } from '@spaarzuil/shared/check-in/receipt.js'
import type { Verdict } from '@spaarzuil/shared/check-in/verdict.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import type { Placed } from './arrived.js'
import { cardAt, changesOf, historyOf, type CardHistory } from './card-history.js'
import { eventAt, type EventAt } from './event-at.js'
import type { DecisionCatalogue } from './ports.js'

/** A passholder's balance, and the version by which a decision of somebody else in between is noticed. */
export interface Account {
  readonly balance: number
  readonly version: number
}

/** Points that were granted while nobody could be told. */
export interface Untold {
  readonly points: number
  readonly since: Instant
  readonly checkInIds: readonly number[]
}

/** What a batch must know, read in the transaction that decides it. */
export interface Known {
  readonly cards: ReadonlyMap<string, CardHistory>
  /** By `usesKey`: how often a passholder used a limit of an event. */
  readonly uses: ReadonlyMap<string, number>
  readonly accounts: ReadonlyMap<number, Account>
  readonly untold: ReadonlyMap<number, Untold>
  /** Events at the moments of check-ins, as far as they were asked for already. */
  readonly events: ReadonlyMap<Placed, EventAt>
}

export interface Outcome {
  readonly placed: Placed
  readonly verdict: Verdict
  readonly cardId: number | undefined
  readonly passholderId: number | undefined
  readonly event: EventAt
  /** What goes to the pillar, now and at every repeat. */
  readonly receipt: string
}

export interface Decisions {
  readonly outcomes: readonly Outcome[]
  /** New balances of the passholders who were granted points. */
  readonly balances: ReadonlyMap<number, number>
  /** Outcomes whose points the passholder has not been told. */
  readonly untold: ReadonlySet<Outcome>
  /** Check-ins of before of which the passholder is told now. */
  readonly told: readonly number[]
}

export const usesKey = (passholderId: number, eventId: number, limitKey: string): string =>
  `${passholderId} ${eventId} ${limitKey}`

type State = {
  readonly uses: Map<string, number>
  readonly balances: Map<number, number>
  readonly untold: Map<number, Untold>
  readonly fresh: Map<number, Outcome[]>
  readonly quiet: Set<Outcome>
  readonly told: number[]
}

/** Decides check-ins in the order in which they came; each counts for the ones behind it. */
export function decideBatch(batch: readonly Placed[], known: Known, catalogue: DecisionCatalogue): Decisions {
  const state: State = {
    uses: new Map(known.uses),
    balances: new Map(),
    untold: new Map(known.untold),
    fresh: new Map(),
    quiet: new Set(),
    told: [],
  }
  const outcomes = batch.map((placed) => outcomeOf(placed, { known, catalogue, state }))
  return { outcomes, balances: state.balances, untold: state.quiet, told: state.told }
}

type Context = { readonly known: Known; readonly catalogue: DecisionCatalogue; readonly state: State }
type Decision = Omit<Outcome, 'placed' | 'receipt'>

function outcomeOf(placed: Placed, context: Context): Outcome {
  const decision = decideOne(placed, context)
  const { verdict, passholderId } = decision
  if (verdict.kind === 'granted' && passholderId !== undefined) {
    return granted(placed, { ...decision, verdict, passholderId }, context)
  }
  const balance = passholderId === undefined ? undefined : balanceOf(passholderId, context)
  return {
    ...decision,
    placed,
    receipt: JSON.stringify(receiptOf(placed.checkIn.actionId, verdict, { balance })),
  }
}

const balanceOf = (passholderId: number, { known, state }: Context): number =>
  state.balances.get(passholderId) ?? known.accounts.get(passholderId)?.balance ?? 0

type Grant = Decision & {
  readonly verdict: Extract<Verdict, { kind: 'granted' }>
  readonly passholderId: number
}

function granted(placed: Placed, decision: Grant, context: Context): Outcome {
  const { state } = context
  const { verdict, passholderId, event } = decision
  const balance = balanceOf(passholderId, context) + verdict.points
  state.balances.set(passholderId, balance)
  if (event.kind === 'event') {
    const key = usesKey(passholderId, event.facts.id, verdict.limitKey)
    state.uses.set(key, (state.uses.get(key) ?? 0) + 1)
  }
  const late = placed.lane === 'live' ? tellLate(passholderId, state) : undefined
  const receipt = receiptOf(placed.checkIn.actionId, verdict, { balance, late })
  const outcome = { ...decision, placed, receipt: JSON.stringify(receipt) }
  if (placed.lane === 'backlog') keepUntold(outcome, decision, state)
  return outcome
}

function tellLate(passholderId: number, state: State): { points: number; since: Instant } | undefined {
  const untold = state.untold.get(passholderId)
  if (untold === undefined) return undefined
  state.untold.delete(passholderId)
  state.told.push(...untold.checkInIds)
  for (const outcome of state.fresh.get(passholderId) ?? []) state.quiet.delete(outcome)
  state.fresh.delete(passholderId)
  return { points: untold.points, since: untold.since }
}

/** A tap of the backlog was only noted; its passholder is told at the next tap that gets its answer at once. */
function keepUntold(outcome: Outcome, { passholderId, verdict }: Grant, state: State): void {
  const { moment, receivedAt } = outcome.placed
  const tapped = moment.kind === 'at' ? moment.at : moment.kind === 'span' ? moment.from : receivedAt
  const before = state.untold.get(passholderId)
  state.untold.set(passholderId, {
    points: (before?.points ?? 0) + verdict.points,
    since: before === undefined || tapped < before.since ? tapped : before.since,
    checkInIds: before?.checkInIds ?? [],
  })
  state.fresh.set(passholderId, [...(state.fresh.get(passholderId) ?? []), outcome])
  state.quiet.add(outcome)
}

const heldAs = (reason: Extract<Verdict, { kind: 'held' }>['reason']): Decision => ({
  verdict: { kind: 'held', reason },
  cardId: undefined,
  passholderId: undefined,
  event: { kind: 'none' },
})

function decideOne(placed: Placed, context: Context): Decision {
  const { opened, moment } = placed
  if (opened.kind === 'closed') return heldAs(opened.reason)
  const history = historyOf(opened, context.known.cards)
  switch (moment.kind) {
    case 'unknown':
      return { ...heldAs('clock-unknown'), cardId: history?.cardId }
    case 'at':
      return decideAt(placed, history, { ...context, at: moment.at })
    case 'span':
      return decideSpan(placed, history, context, moment)
  }
}

function decideAt(
  placed: Placed,
  history: CardHistory | undefined,
  { known, catalogue, state, at }: Context & { readonly at: Instant },
): Decision {
  const card: CardAtMoment = history === undefined ? { kind: 'unknown' } : cardAt(history, at)
  const event =
    (placed.moment.kind === 'at' ? known.events.get(placed) : undefined) ?? eventAt(placed, at, catalogue)
  const passholderId = card.kind === 'card' ? card.passholderId : undefined
  const verdict = decide({ at, card, event: factsOf(event, passholderId, state) })
  return { verdict, cardId: history?.cardId, passholderId, event }
}

function factsOf(event: EventAt, passholderId: number | undefined, state: State): EventAtMoment {
  if (event.kind !== 'event') return { kind: event.kind }
  const { facts, window } = event
  const uses =
    passholderId === undefined ? 0 : (state.uses.get(usesKey(passholderId, facts.id, facts.limit.key)) ?? 0)
  const { cancelled, limit, opensAfter } = facts
  return { kind: 'event', cancelled, window, limit, uses, opensAfter }
}

/** One verdict for all of the span, for one passholder and one event; otherwise held until more is known. */
function decideSpan(
  placed: Placed,
  history: CardHistory | undefined,
  context: Context,
  span: { readonly from: Instant; readonly until: Instant },
): Decision {
  const { catalogue } = context
  const { pillar, checkIn } = placed
  const boundaries = [
    ...catalogue.boundaries(pillar.uuid, span, checkIn.occurrence?.eventId),
    ...(history === undefined ? [] : changesOf(history)),
  ]
  const decideWithin = (at: Instant): Decided => {
    const { verdict, event, passholderId } = decideAt(placed, history, { ...context, at })
    const eventId = event.kind === 'none' ? '' : event.cdbid
    return { verdict, eventId: `${eventId} ${passholderId ?? ''}` }
  }
  const { verdict } = decideOverSpan(span, boundaries, decideWithin)
  if (verdict.kind === 'held') return { ...heldAs(verdict.reason), cardId: history?.cardId }
  return { ...decideAt(placed, history, { ...context, at: span.from }), verdict }
}
