import type {
  CheckIn,
  ChoiceReason,
  OccurrenceRef,
  Revision,
  TapTime,
} from '@spaarzuil/shared/contract/check-in.js'
import type { DownMessage } from '@spaarzuil/shared/contract/codec.js'
import type { Program, Settings } from '@spaarzuil/shared/contract/program.js'
import type { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import type { ChipNumber } from '@spaarzuil/shared/cards/chip-number.js'
import type { Duration, Instant } from '@spaarzuil/shared/time.js'
import type { DeviceHealth, LightSign, ToneSign } from '../ports.js'
import type { Shown } from './shown.js'

/** What the clocks allow to be known at one happening. */
export type Now = {
  /** The best estimate of the wall clock. */
  readonly at: Instant
  /** Whether an event may be chosen by `at`: false while it is plainly wrong. */
  readonly usable: boolean
  /** What a check-in carries: raw, never rewritten. */
  readonly time: TapTime
}

/** How the journal fares: `full` at its limit of entries, `failing` when the disk is full or broken. */
export type Storage = 'ok' | 'full' | 'failing'

/** A wait that the core asked for; it comes back as `due`, and means nothing when it is out of date by then. */
export type Timer =
  | { readonly kind: 'receipt'; readonly tapId: string }
  | { readonly kind: 'message'; readonly showing: number }
  | { readonly kind: 'tick' }

export type JournalNews =
  /** The check-in is on storage. */
  | { readonly kind: 'journalled'; readonly checkIn: CheckIn }
  | { readonly kind: 'not-journalled'; readonly tapId: string; readonly storage: 'full' | 'failing' }
  /** The journal can take entries (again), or cannot, without a tap that told. */
  | { readonly kind: 'storage'; readonly storage: Storage }

/** Everything that can happen to a pillar. */
export type Happening =
  /** `mark` is a hash of the number with a key of this start; `tapId` is fresh, for the tap that this may become. */
  | {
      readonly kind: 'card'
      readonly uid: string
      readonly mark: string
      readonly reader: string
      readonly tapId: string
    }
  | { readonly kind: 'removed'; readonly reader: string }
  | { readonly kind: 'unreadable'; readonly reader: string }
  | { readonly kind: 'several'; readonly reader: string }
  | { readonly kind: 'journal'; readonly news: JournalNews }
  | { readonly kind: 'server'; readonly message: DownMessage }
  | { readonly kind: 'line'; readonly line: 'online' | 'offline' }
  | { readonly kind: 'devices'; readonly devices: readonly DeviceHealth[] }
  | { readonly kind: 'due'; readonly timer: Timer }

/** A check-in before its card is sealed: exists in memory only, between the core and the sealer. */
export type Draft = {
  readonly actionId: string
  readonly chip: ChipNumber
  readonly time: TapTime
  readonly occurrence?: OccurrenceRef | undefined
  readonly program?: Revision | undefined
  readonly why: ChoiceReason
}

export type Kept =
  | { readonly name: 'settings'; readonly value: Settings }
  | { readonly name: 'program'; readonly value: Program }
  | { readonly name: 'done-commands'; readonly value: readonly string[] }

/** What the shell is to do, in this order. */
export type Effect =
  | { readonly kind: 'light'; readonly sign: LightSign }
  | { readonly kind: 'tone'; readonly sign: ToneSign }
  | { readonly kind: 'show'; readonly shown: Shown; readonly tapId?: string | undefined }
  /** Seal and journal; comes back as `journalled` or `not-journalled`. */
  | { readonly kind: 'journal'; readonly draft: Draft }
  | { readonly kind: 'send-live'; readonly checkIn: CheckIn }
  | {
      readonly kind: 'enquire'
      readonly enquiryId: string
      readonly chip: ChipNumber
      readonly time: TapTime
    }
  | { readonly kind: 'start-timer'; readonly timer: Timer; readonly after: Duration }
  | { readonly kind: 'settle'; readonly receipts: readonly Receipt[]; readonly storeEpoch: string }
  | { readonly kind: 'set-aside'; readonly actionIds: readonly string[]; readonly code: string }
  | { readonly kind: 'hold-back'; readonly actionIds: readonly string[]; readonly retryAfter: Duration }
  /** To be known again after a restart. Commands are kept before they are carried out, so that none is done twice. */
  | { readonly kind: 'keep'; readonly kept: Kept }
  | {
      readonly kind: 'answer'
      readonly commandId: string
      readonly result: 'done' | 'expired'
    }
  | { readonly kind: 'restart' }
