import { Type, type Static } from 'typebox'
import {
  CheckIn,
  ChoiceReason,
  Count,
  Ms,
  Quality,
  Revision,
  Seal,
  Short,
  TapTime,
  Uuid,
} from './check-in.js'
import { LIMITS } from './limits.js'
import { Program, Settings } from './program.js'
import { BalanceAnswer, Receipt } from './receipt.js'

const V = Type.Literal(1, { description: 'major version of the protocol' })
const Uptime = Type.Integer({ minimum: 0, maximum: 1e14, description: 'milliseconds since boot' })

/** First words of a pillar on a new connection; the answer brings whatever it lacks. */
export const Hello = Type.Object({
  v: V,
  kind: Type.Literal('hello'),
  connection: Uuid,
  version: Short,
  minor: Count,
  boot: Uuid,
  start: Uuid,
  wallMs: Ms,
  uptimeMs: Uptime,
  quality: Quality,
  storeEpoch: Type.Optional(Uuid),
  settings: Type.Optional(Revision),
  program: Type.Optional(Revision),
  unsettled: Count,
})

export const CheckIns = Type.Object({
  v: V,
  kind: Type.Literal('check-ins'),
  lane: Type.Union([Type.Literal('live'), Type.Literal('backlog')]),
  checkIns: Type.Array(CheckIn, { minItems: 1, maxItems: LIMITS.checkInsPerMessage }),
})

/** A tap while nothing is on: the balance, and no check-in. The seal is bound to the enquiry id and the time. */
export const Enquiry = Type.Object({
  v: V,
  kind: Type.Literal('enquiry'),
  enquiryId: Uuid,
  seal: Seal,
  time: TapTime,
})

/**
 * What a pillar learnt of one of its boots: either how far the wall clock was off (`wall = uptime + offset`, true near
 * `atUptimeMs`), or, for a boot that ended without a trusted time, the span in which all of it lay.
 */
export const ClockFinding = Type.Object({
  v: V,
  kind: Type.Literal('clock'),
  boot: Uuid,
  start: Uuid,
  finding: Type.Union([
    Type.Object({ offsetMs: Type.Integer(), atUptimeMs: Uptime, quality: Quality }),
    Type.Object({ fromMs: Ms, untilMs: Ms }),
  ]),
})

export const Device = Type.Object({
  kind: Type.Union([
    Type.Literal('reader'),
    Type.Literal('lights'),
    Type.Literal('sound'),
    Type.Literal('screen'),
    Type.Literal('display'),
  ]),
  name: Short,
  state: Type.Union([Type.Literal('ready'), Type.Literal('missing'), Type.Literal('failing')]),
  sinceMs: Ms,
  lastError: Type.Optional(Type.String({ maxLength: 500 })),
  recoveries: Count,
})

export const Health = Type.Object({
  v: V,
  kind: Type.Literal('health'),
  wallMs: Ms,
  quality: Quality,
  devices: Type.Array(Device, { maxItems: 32 }),
  journal: Type.Object({
    unsettled: Count,
    settled: Count,
    setAside: Count,
    lost: Type.Optional(Count),
    oldestUnsettledMs: Type.Optional(Ms),
  }),
  inForce: Type.Object({
    settings: Type.Optional(Revision),
    program: Type.Optional(Revision),
    eventId: Type.Optional(Uuid),
    why: ChoiceReason,
  }),
})

export const Answer = Type.Object({
  v: V,
  kind: Type.Literal('answer'),
  commandId: Uuid,
  result: Type.Union([
    Type.Literal('done'),
    Type.Literal('expired'),
    Type.Literal('unknown'),
    Type.Literal('failed'),
  ]),
  detail: Type.Optional(Short),
})

/** Said on connecting, and by the broker as last will; the connection id pairs the two. */
export const Presence = Type.Object({
  v: V,
  kind: Type.Literal('presence'),
  connection: Uuid,
  online: Type.Boolean(),
})

export const Receipts = Type.Object({
  v: V,
  kind: Type.Literal('receipts'),
  storeEpoch: Uuid,
  receipts: Type.Array(Receipt, { minItems: 1, maxItems: LIMITS.checkInsPerMessage }),
})

/** The server's queue is full: nothing was taken, try again. */
export const Busy = Type.Object({
  v: V,
  kind: Type.Literal('busy'),
  retryAfterMs: Type.Integer({ minimum: 1, maximum: 600_000 }),
  actionIds: Type.Array(Uuid, { maxItems: LIMITS.checkInsPerMessage }),
})

/** These cannot be taken as they are (same id with other content, for instance): set aside, a person must look. */
export const Rejected = Type.Object({
  v: V,
  kind: Type.Literal('rejected'),
  code: Short,
  actionIds: Type.Array(Uuid, { maxItems: LIMITS.checkInsPerMessage }),
})

export const Balance = Type.Object({ v: V, kind: Type.Literal('balance'), answer: BalanceAnswer })

/** The answer to `hello`; `settings` and `program` follow where they differ from what the pillar has. */
export const Welcome = Type.Object({
  v: V,
  kind: Type.Literal('welcome'),
  connection: Uuid,
  serverMs: Ms,
  storeEpoch: Uuid,
  minor: Count,
})
export const SettingsMessage = Type.Object({ v: V, kind: Type.Literal('settings'), settings: Settings })
export const ProgramMessage = Type.Object({ v: V, kind: Type.Literal('program'), program: Program })

/** Done once, and not after its expiry. */
export const Command = Type.Object({
  v: V,
  kind: Type.Literal('command'),
  id: Uuid,
  expiresAtMs: Ms,
  command: Type.Union([Type.Literal('identify'), Type.Literal('restart')]),
})

export type Hello = Static<typeof Hello>
export type CheckIns = Static<typeof CheckIns>
export type Enquiry = Static<typeof Enquiry>
export type ClockFinding = Static<typeof ClockFinding>
export type Device = Static<typeof Device>
export type Health = Static<typeof Health>
export type Answer = Static<typeof Answer>
export type Presence = Static<typeof Presence>
export type Receipts = Static<typeof Receipts>
export type Busy = Static<typeof Busy>
export type Rejected = Static<typeof Rejected>
export type Balance = Static<typeof Balance>
export type Welcome = Static<typeof Welcome>
export type SettingsMessage = Static<typeof SettingsMessage>
export type ProgramMessage = Static<typeof ProgramMessage>
export type Command = Static<typeof Command>
