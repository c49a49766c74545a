import type { Program, Settings } from '@spaarzuil/shared/contract/program.js'
import { milliseconds, seconds, type Uptime } from '@spaarzuil/shared/time.js'
import { WAITS } from '@spaarzuil/shared/contract/limits.js'
import type { DeviceHealth } from '../ports.js'
import type { Chooser } from './choice.js'
import { chooserOf } from './choice.js'
import type { Storage } from './happening.js'
import type { Idle, Message } from './shown.js'

/** No receipt by then: "noted, points follow". */
export const RECEIPT_WAIT = milliseconds(WAITS.receiptMs)
export const HOLD_OFF = milliseconds(WAITS.holdOffMs)
/** Long enough to read two numbers, short enough that the next visitor never waits for it. */
export const MESSAGE_STANDS = seconds(2.5)
/** 'Read' stands until something is decided; a disk that takes longer than this has failed. */
export const READ_STANDS = seconds(10)
/** How often the pillar looks whether another event is on, and moves the clock on the screen. */
export const TICK = seconds(5)
/** Cards seen in the last 3 s and cards lying on readers: more than hands can bring. */
export const CARDS_MAX = 64
/** Commands are few, and expire within the hour. */
export const DONE_COMMANDS_MAX = 50

/** A card of the last moments, known by its mark: what it was told last, and the tap that this belongs to. */
export type SeenCard = {
  readonly mark: string
  readonly tapId: string
  readonly reader: string
  readonly asks: 'check-in' | 'balance'
  readonly tappedAt: Uptime
  readonly message: Message
  /** Whether its check-in is on storage: before that nothing may be promised. */
  readonly journalled: boolean
  /** Undefined while it lies on the reader. */
  readonly leftAt?: Uptime | undefined
}

/** All that a pillar knows while it runs. */
export type PillarState = {
  readonly settings?: Settings | undefined
  readonly chooser?: Chooser | undefined
  readonly line: 'online' | 'offline'
  readonly storage: Storage
  readonly devices: readonly DeviceHealth[]
  /** Oldest first. */
  readonly cards: readonly SeenCard[]
  /** The message on the screen. `tapId` is absent where no tap can change it any more. */
  readonly message?: { readonly message: Message; readonly tapId?: string | undefined } | undefined
  /** Counts the messages, so that a timer knows whether it is still about this one. */
  readonly showing: number
  /** What was shown while no message stood, to see whether it changed. */
  readonly idle?: { readonly idle: Idle; readonly minute: number } | undefined
  /** When balances were asked for in the last minute. */
  readonly enquiredAt: readonly Uptime[]
  readonly doneCommands: readonly string[]
  /** What the pillar is called until its settings tell. */
  readonly fallbackName: string
}

export type Kept = {
  readonly settings?: Settings | undefined
  readonly program?: Program | undefined
  readonly doneCommands: readonly string[]
  readonly fallbackName: string
}

/** A pillar that was just started, with what it kept from before. */
export const startState = (kept: Kept): PillarState => ({
  settings: kept.settings,
  chooser: kept.program === undefined ? undefined : chooserOf(kept.program),
  line: 'offline',
  storage: 'ok',
  devices: [],
  cards: [],
  showing: 0,
  enquiredAt: [],
  doneCommands: kept.doneCommands,
  fallbackName: kept.fallbackName,
})
