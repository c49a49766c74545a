import { createHmac, randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { newActionId } from '@spaarzuil/shared/runtime/ids.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import type { ClockKeeper } from './clock/clock-keeper.js'
import type { Draft, Effect, Happening, JournalNews } from './core/happening.js'
import { start, step } from './core/step.js'
import type { PillarState } from './core/state.js'
import type { Shown } from './core/shown.js'
import type { Journal } from './journal/journal.js'
import type { CardReader, Lights, Screen, Sound } from './ports.js'
import type { Sealing } from './sealing.js'
import type { Uplink } from './uplink/uplink.js'

/** Lets a trial look on, or pull the plug between two effects. A pillar in service has none. */
export type Hooks = {
  readonly afterEffect?: (effect: Effect, index: number) => void
  /** After it was shown. */
  readonly onShown?: (shown: Shown, tapId: string | undefined) => void
}

export type RunParts = {
  readonly clock: Clock
  readonly keeper: ClockKeeper
  readonly lights: Lights
  readonly sound: Sound
  readonly screen: Screen
  readonly journal: Journal
  readonly sealing: Sealing
  readonly uplink: Uplink
  readonly log: Logger
  /** Work beside the rest: trouble with the disk is logged and ends nothing, anything else ends the process. */
  readonly attempt: (name: string, work: () => Promise<void>) => Promise<void>
  readonly restart: () => void
  readonly signal: AbortSignal
  readonly hooks?: Hooks | undefined
}

export interface Pillar {
  happen(happening: Happening): void
  state(): PillarState
  /** Feeds the readings of a reader into the pillar, until the signal aborts. */
  listen(reader: CardReader): Promise<void>
}

/**
 * The shell around the core: every happening goes in, its effects are carried out in order, each before the next. What
 * takes time (disk, network) is begun in that order and comes back as a happening of its own.
 */
export function openPillar(initial: PillarState, parts: RunParts): Pillar {
  const { keeper, hooks, signal } = parts
  const carryOut = effectsOf(parts, happen)
  const markOf = marker()
  let state = initial
  let queue: readonly Happening[] = []
  let busy = false
  let effects = 0

  function carryOutAll(list: readonly Effect[]): void {
    for (const effect of list) {
      carryOut(effect)
      hooks?.afterEffect?.(effect, effects)
      effects += 1
    }
  }
  /** An effect may make something happen at once: it waits until the effects before it are done. */
  function happen(happening: Happening): void {
    queue = [...queue, happening]
    if (busy) return
    busy = true
    try {
      for (let next = queue[0]; next !== undefined; next = queue[0]) {
        queue = queue.slice(1)
        const result = step(state, next, keeper.now())
        state = result.state
        carryOutAll(result.effects)
      }
    } finally {
      busy = false
    }
  }
  const first = start(state, keeper.now())
  state = first.state
  carryOutAll(first.effects)

  return {
    happen,
    state: () => state,
    listen: async (reader) => {
      for await (const reading of reader.readings(signal)) {
        if (reading.kind === 'card') happen({ ...reading, mark: markOf(reading.uid), tapId: newActionId() })
        else happen(reading)
      }
    },
  }
}

/** Knows a card again within this start, and tells nothing about it to whoever reads the memory of another. */
function marker(): (uid: string) => string {
  const key = randomBytes(32)
  return (uid) => createHmac('sha256', key).update(uid).digest('base64url')
}

function effectsOf(parts: RunParts, happen: (happening: Happening) => void): (effect: Effect) => void {
  const { lights, sound, screen, hooks } = parts
  const onward = beyondTheVisitor(parts, happen)
  return (effect) => {
    if (effect.kind === 'light') lights.show(effect.sign)
    else if (effect.kind === 'tone') sound.play(effect.sign)
    else if (effect.kind === 'show') {
      screen.show(effect.shown)
      hooks?.onShown?.(effect.shown, effect.tapId)
    } else onward(effect)
  }
}

type Onward = Exclude<Effect, { kind: 'light' | 'tone' | 'show' }>

function beyondTheVisitor(parts: RunParts, happen: (happening: Happening) => void): (effect: Onward) => void {
  const { journal, sealing, uplink, attempt } = parts
  const timers = openTimers(parts, happen)
  return (effect) => {
    switch (effect.kind) {
      case 'journal':
        return void journalDraft(parts, effect.draft, happen)
      case 'send-live':
        return uplink.live(effect.checkIn)
      case 'enquire':
        return void attempt('enquiry', async () => enquire(parts, effect))
      case 'start-timer':
        return void timers.start(effect)
      case 'settle': {
        const actionIds = effect.receipts.map(({ actionId }) => actionId)
        journal.settle(actionIds, effect.storeEpoch)
        return uplink.answered(actionIds)
      }
      case 'set-aside':
        void attempt('set aside', async () => journal.setAside(effect.actionIds, effect.code))
        return uplink.answered(effect.actionIds)
      case 'hold-back':
        return uplink.holdBack(effect.actionIds, effect.retryAfter)
      case 'keep': {
        const { kept } = effect
        if (kept.name === 'settings') sealing.use(kept.value)
        return void attempt(`keep ${kept.name}`, async () => journal.kept.put(kept.name, kept.value))
      }
      case 'answer':
        return uplink.send({ v: 1, kind: 'answer', commandId: effect.commandId, result: effect.result })
      case 'restart':
        return parts.restart()
    }
  }
}

type StartTimer = Extract<Effect, { kind: 'start-timer' }>

/**
 * Waits, and says when they are over. A message that takes the place of another makes the other's wait pointless: it is
 * given up, so that a row of brisk visitors does not leave a row of waits behind.
 */
function openTimers(
  { clock, signal }: RunParts,
  happen: (happening: Happening) => void,
): { start(effect: StartTimer): Promise<void> } {
  let message = new AbortController()
  signal.addEventListener('abort', () => {
    message.abort()
  })
  const renewed = (): AbortSignal => {
    message.abort()
    message = new AbortController()
    return message.signal
  }
  return {
    start: async ({ timer, after }) => {
      const over = timer.kind === 'message' ? renewed() : signal
      await clock.sleep(after, over)
      if (!over.aborted && !signal.aborted) happen({ kind: 'due', timer })
    },
  }
}

/** From here on the card's number is sealed; the draft with the open one is forgotten. */
async function journalDraft(
  { sealing, journal, attempt, log }: RunParts,
  draft: Draft,
  happen: (happening: Happening) => void,
): Promise<void> {
  let news: JournalNews | undefined
  await attempt('journal', async () => {
    const { actionId } = draft
    try {
      const checkIn = await sealed(sealing, draft)
      await journal.append(checkIn)
      news = { kind: 'journalled', checkIn }
    } catch (error) {
      log.error({ err: error, actionId }, 'A check-in could not be journalled: the screen says so')
      const storage = isFailure(error, 'JOURNAL_FULL') ? 'full' : 'failing'
      news = { kind: 'not-journalled', tapId: actionId, storage }
      // A damaged journal is mended by the next start; what is no failure of the world is a bug of ours.
      if (!isFailure(error) || error.code === 'DATABASE_DAMAGED') throw error
    } finally {
      if (news !== undefined) happen({ kind: 'journal', news })
    }
  })
}

async function sealed(sealing: Sealing, draft: Draft): Promise<CheckIn> {
  const { actionId, chip, time, occurrence, program, why } = draft
  const context = { purpose: 'check-in', actionId, time, occurrence } as const
  const seal = await sealing.seal({ kind: 'chip', chip }, context)
  return {
    actionId,
    channel: 'pillar',
    seal,
    time,
    ...(occurrence === undefined ? {} : { occurrence }),
    ...(program === undefined ? {} : { program }),
    why,
  }
}

async function enquire(
  { sealing, uplink }: RunParts,
  { enquiryId, chip, time }: Extract<Effect, { kind: 'enquire' }>,
): Promise<void> {
  const seal = await sealing.seal({ kind: 'chip', chip }, { purpose: 'enquiry', actionId: enquiryId, time })
  uplink.send({ v: 1, kind: 'enquiry', enquiryId, seal, time })
}
