import fc from 'fast-check'
import t from 'tap'
import type { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import { checkInOf, EPOCH, EVENING, eventAt, id, nowAt, programOf, SETTINGS } from '../testing/samples.js'
import type { Effect, Happening, Timer } from './happening.js'
import { step } from './step.js'
import { startState, type PillarState } from './state.js'

/** What may happen next, in words that make sense whatever came before. */
type Move =
  | { readonly kind: 'card'; readonly mark: number; readonly reader: number }
  | { readonly kind: 'removed'; readonly reader: number }
  | { readonly kind: 'unreadable' | 'several' }
  | { readonly kind: 'journalled' | 'not-journalled' | 'receipt' | 'busy'; readonly which: number }
  | { readonly kind: 'timer'; readonly which: number }
  | { readonly kind: 'line'; readonly up: boolean }
  | { readonly kind: 'wait'; readonly ms: number }

const which = fc.nat(11)
const moves: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('card' as const), mark: fc.nat(3), reader: fc.nat(1) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('removed' as const), reader: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('unreadable' as const, 'several' as const) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('journalled' as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('not-journalled' as const, 'busy' as const), which }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('receipt' as const), which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('timer' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('line' as const), up: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 4_000 }) }),
  },
)

/** What an onlooker remembers, to judge every effect by. */
type Onlooker = {
  state: PillarState
  ms: number
  taps: number
  /** The tap that the newest card belongs to; undefined where it was no card of ours. */
  newest: string | undefined
  readonly drafted: string[]
  readonly journalled: Set<string>
  readonly decided: Set<string>
  readonly timers: Timer[]
}

type Lone = Extract<Move, { kind: 'card' | 'removed' | 'unreadable' | 'several' | 'line' }>
type Answer = Extract<Move, { kind: 'journalled' | 'not-journalled' | 'receipt' | 'busy' }>

function happeningOf(move: Exclude<Move, { kind: 'wait' }>, seen: Onlooker): Happening | undefined {
  if (move.kind === 'timer') {
    const timer = seen.timers[move.which % Math.max(1, seen.timers.length)]
    return timer === undefined ? undefined : { kind: 'due', timer }
  }
  if (!('which' in move)) return loneHappening(move, seen)
  const tapId = seen.drafted[move.which % Math.max(1, seen.drafted.length)]
  return tapId === undefined ? undefined : answerTo(tapId, move, seen)
}

function loneHappening(move: Lone, seen: Onlooker): Happening {
  switch (move.kind) {
    case 'card': {
      seen.taps += 1
      const reader = `reader ${move.reader}`
      return {
        kind: 'card',
        uid: `04AABBCCDDEE8${move.mark}`,
        mark: `${move.mark}`,
        reader,
        tapId: id(seen.taps),
      }
    }
    case 'removed':
      return { kind: 'removed', reader: `reader ${move.reader}` }
    case 'unreadable':
    case 'several':
      return { kind: move.kind, reader: 'reader 0' }
    case 'line':
      return { kind: 'line', line: move.up ? 'online' : 'offline' }
  }
}

function answerTo(tapId: string, { kind }: Answer, seen: Onlooker): Happening | undefined {
  switch (kind) {
    case 'journalled':
    case 'not-journalled':
      return journalled(tapId, kind, seen)
    case 'busy':
      return { kind: 'server', message: { v: 1, kind, actionIds: [tapId], retryAfterMs: 1_000 } }
    case 'receipt': {
      const receipts: Receipt[] = [{ actionId: tapId, verdict: 'granted', points: 1, balance: 1 }]
      return { kind: 'server', message: { v: 1, kind: 'receipts', storeEpoch: EPOCH, receipts } }
    }
  }
}

/** The journal answers each check-in once. */
function journalled(
  tapId: string,
  kind: 'journalled' | 'not-journalled',
  seen: Onlooker,
): Happening | undefined {
  if (seen.decided.has(tapId)) return undefined
  seen.decided.add(tapId)
  if (kind === 'not-journalled') return { kind: 'journal', news: { kind, tapId, storage: 'full' } }
  seen.journalled.add(tapId)
  return { kind: 'journal', news: { kind, checkIn: checkInOf(tapId) } }
}

/** The promises, each as a sentence that is thrown when it is broken. */
function judge(happening: Happening, effects: readonly Effect[], seen: Onlooker): void {
  for (const effect of effects) {
    if (effect.kind === 'journal') judgeDraft(effect.draft.actionId, effects, seen)
    if (effect.kind === 'send-live' && !seen.journalled.has(effect.checkIn.actionId)) {
      throw new Error('a check-in was sent before it was journalled')
    }
    if (effect.kind === 'start-timer') seen.timers.push(effect.timer)
    if (effect.kind === 'show') judgeShown(effect, happening, seen)
  }
}

function judgeDraft(actionId: string, effects: readonly Effect[], seen: Onlooker): void {
  if (seen.drafted.includes(actionId)) throw new Error('one tap was journalled twice')
  if (effects[0]?.kind !== 'light') throw new Error('something came before the sign for "read"')
  seen.drafted.push(actionId)
}

function judgeShown(
  { shown, tapId }: Extract<Effect, { kind: 'show' }>,
  happening: Happening,
  seen: Onlooker,
): void {
  const message = shown.message?.kind
  if (message === undefined) return
  if (['card', 'unreadable', 'several'].includes(happening.kind)) seen.newest = tapId
  else if (tapId !== seen.newest) throw new Error(`"${message}" was shown to another visitor`)
  const promises = message === 'saved' || message === 'noted'
  if (promises && !seen.journalled.has(tapId ?? '')) {
    throw new Error(`"${message}" was shown before the journal had it`)
  }
}

t.test('whatever comes in whatever order, nobody sees what is not theirs, or more than is true', async () => {
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 60 }), (story) => {
      const seen: Onlooker = {
        state: {
          ...startState({
            settings: SETTINGS,
            program: programOf(eventAt(EVENING)),
            doneCommands: [],
            fallbackName: 'x',
          }),
          line: 'online',
        },
        ms: 0,
        taps: 0,
        newest: undefined,
        drafted: [],
        journalled: new Set(),
        decided: new Set(),
        timers: [],
      }
      for (const next of story) {
        if (next.kind === 'wait') {
          seen.ms += next.ms
          continue
        }
        const happening = happeningOf(next, seen)
        if (happening === undefined) continue
        const result = step(seen.state, happening, nowAt(seen.ms))
        judge(happening, result.effects, seen)
        seen.state = result.state
      }
    }),
    { numRuns: 2_000 },
  )
})
