import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import type { Program, ProgramEvent, Settings } from '@spaarzuil/shared/contract/program.js'
import { hours, instant, later, type Instant } from '@spaarzuil/shared/time.js'
import type { Now } from '../core/happening.js'

/** Saturday 2 May 2026, 20:00 in Brussels. */
export const EVENING = instant(Date.UTC(2026, 4, 2, 18))
export const BOOT = '0b000000-0000-4000-8000-000000000001'
export const START = '5a000000-0000-4000-8000-000000000001'
export const EPOCH = 'e0000000-0000-4000-8000-000000000001'
export const EVENT = 'c0000000-0000-4000-8000-000000000001'
export const PILLAR = 'f0000000-0000-4000-8000-000000000001'

/** A UUID that ends in this number. */
export const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`

/** So many milliseconds into the evening, with a clock that is right. */
export const nowAt = (ms: number, usable = true): Now => ({
  at: instant(EVENING + ms),
  usable,
  time: {
    wallMs: EVENING + ms,
    uptimeMs: 1_000_000 + ms,
    boot: BOOT,
    start: START,
    quality: usable ? 'synced' : 'unsynced',
  },
})

export const SETTINGS: Settings = {
  epoch: EPOCH,
  revision: 1,
  name: 'De Krook, inkom',
  zone: 'Europe/Brussels',
  language: 'nl',
  cardSystem: {
    name: 'UiTPAS Regio Gent',
    unit: {
      nl: { one: 'punt', many: 'punten' },
      fr: { one: 'point', many: 'points' },
      de: { one: 'Punkt', many: 'Punkte' },
      en: { one: 'point', many: 'points' },
    },
  },
  sealing: { keyId: '0011223344556677', publicKey: 'unused' },
  showMembersTitle: false,
  enquiriesPerMinute: 3,
}

/** An event around `start`, with the usual window of five hours around its two hours. */
export const eventAt = (start: Instant, eventId = EVENT): ProgramEvent => ({
  id: eventId,
  title: { nl: 'Jazz in de foyer' },
  points: 2,
  automatic: true,
  occurrences: [
    {
      startMs: start,
      endMs: later(start, hours(2)),
      fromMs: later(start, hours(-5)),
      untilMs: later(start, hours(7)),
    },
  ],
})

export const programOf = (...events: readonly ProgramEvent[]): Program => ({
  epoch: EPOCH,
  revision: 7,
  madeAtMs: EVENING - 3_600_000,
  horizonMs: EVENING + 35 * 86_400_000,
  strict: false,
  events: [...events],
  pins: [],
})

/** A check-in as it leaves the sealer. */
export const checkInOf = (actionId: string, ms = 0): CheckIn => ({
  actionId,
  channel: 'pillar',
  seal: { keyId: SETTINGS.sealing.keyId, enc: 'e'.repeat(43), counter: ms, box: 'b'.repeat(64) },
  time: nowAt(ms).time,
  occurrence: { eventId: EVENT, startMs: EVENING, endMs: EVENING + 7_200_000 },
  program: { epoch: EPOCH, revision: 7 },
  why: 'only-candidate',
})
