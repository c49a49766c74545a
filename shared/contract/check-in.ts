import { Type, type Static } from 'typebox'

export const Uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'UUID in lower case',
})
/** Up to the year 9999; negative times (before 1970) are not times of ours. */
export const Ms = Type.Integer({ minimum: 0, maximum: 253_402_300_799_999, description: 'milliseconds' })
export const Count = Type.Integer({ minimum: 0, maximum: 2_147_483_647 })
export const Short = Type.String({ maxLength: 200 })

/** `(epoch, revision)`: which version of settings or program. What differs is applied, not what is greater. */
export const Revision = Type.Object({ epoch: Uuid, revision: Count })
export type Revision = Static<typeof Revision>

/** A chip number sealed for the server (RFC 9180 key agreement once per process start, then AEAD with a counter). */
export const Seal = Type.Object({
  keyId: Type.String({ minLength: 1, maxLength: 64, description: "which of the server's sealing keys" }),
  enc: Type.String({ pattern: '^[A-Za-z0-9_-]{1,200}$', description: 'encapsulated key, base64url' }),
  counter: Type.Integer({
    minimum: 0,
    maximum: 4_294_967_295,
    description: 'nonce; never twice with one enc',
  }),
  box: Type.String({ pattern: '^[A-Za-z0-9_-]{1,200}$', description: 'ciphertext with tag, base64url' }),
})
export type Seal = Static<typeof Seal>

/** One time range of an event; both ends absent for an event that is always on. */
export const OccurrenceRef = Type.Object({
  eventId: Uuid,
  startMs: Type.Optional(Ms),
  endMs: Type.Optional(Ms),
})
export type OccurrenceRef = Static<typeof OccurrenceRef>

/**
 * What the pillar knows of its wall clock. `synced`: compared with a trusted time in this boot, and no jump since.
 * `holdover`: carried over from before the boot and not before the last known time: good enough to choose an event,
 * not to judge. `unsynced`: plainly wrong.
 */
export const Quality = Type.Union([
  Type.Literal('synced'),
  Type.Literal('holdover'),
  Type.Literal('unsynced'),
])
export type Quality = Static<typeof Quality>

/** Why this event: `tie` is nearest start with an equal rival, `no-start` the remainder without a start hour. */
export const ChoiceReason = Type.Union([
  Type.Literal('administrator-pin'),
  Type.Literal('counter-pin'),
  Type.Literal('roster'),
  Type.Literal('only-candidate'),
  Type.Literal('nearest-start'),
  Type.Literal('tie'),
  Type.Literal('no-start'),
  Type.Literal('nothing-on'),
  Type.Literal('no-clock'),
  Type.Literal('beyond-program'),
])
export type ChoiceReason = Static<typeof ChoiceReason>

/** When a tap was, as far as the pillar can say: raw, never rewritten. */
export const TapTime = Type.Object({
  wallMs: Ms,
  uptimeMs: Type.Integer({
    minimum: 0,
    maximum: 1e14,
    description: 'milliseconds since boot, CLOCK_BOOTTIME',
  }),
  boot: Uuid,
  start: Uuid,
  quality: Quality,
})
export type TapTime = Static<typeof TapTime>

/** One request for points. Immutable from the moment it is journalled. */
export const CheckIn = Type.Object({
  actionId: Uuid,
  channel: Type.Literal('pillar'),
  seal: Seal,
  time: TapTime,
  occurrence: Type.Optional(OccurrenceRef),
  program: Type.Optional(Revision),
  why: ChoiceReason,
})
export type CheckIn = Static<typeof CheckIn>

/** What a seal is bound to besides the pillar: action, raw time and occurrence, in an order that never changes. */
export const boundFields = (
  actionId: string,
  time: TapTime,
  occurrence?: OccurrenceRef,
): readonly unknown[] => [
  actionId,
  time.wallMs,
  time.uptimeMs,
  time.boot,
  time.start,
  time.quality,
  occurrence === undefined
    ? null
    : [occurrence.eventId, occurrence.startMs ?? null, occurrence.endMs ?? null],
]

/**
 * The same check-in always gives the same string, whatever the order of its fields: the server tells by it whether a
 * repeated id carries the same content.
 */
export function canonicalCheckIn(checkIn: CheckIn): string {
  const { seal, program } = checkIn
  return JSON.stringify([
    boundFields(checkIn.actionId, checkIn.time, checkIn.occurrence),
    checkIn.channel,
    [seal.keyId, seal.enc, seal.counter, seal.box],
    program === undefined ? null : [program.epoch, program.revision],
    checkIn.why,
  ])
}
