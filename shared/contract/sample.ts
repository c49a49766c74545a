import type { CheckIn } from './check-in.js'
import type { DownMessage, UpMessage } from './codec.js'

const PILLAR = '7d1f3c52-9a64-4e0b-8f5e-2b6c1a9d0e37'
const EPOCH = '0b6a2f7e-51c3-4d7e-9a1f-3c5d7e9fb1a3'
const EVENT = '5c1e8a90-2f4b-4d6c-8e7a-9b0c1d2e3f40'
const BOOT = 'c2a0d9e4-7b1f-4a53-8c6d-0e2f4a6b8c1d'
const START = 'e8f70615-2d3c-4b5a-9687-a5b4c3d2e1f0'
const CONNECTION = '1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0ff'
const ACTION = '019a9f3c-5d2e-7c41-b0a6-4f8e2d1c3b5a'
const AT = 1_795_200_120_000
const SEAL = { keyId: 'k1', enc: 'BEncapsulatedKey', counter: 7, box: 'Ciphertext_and_tag' }
const TIME = { wallMs: AT, uptimeMs: 86_400_500, boot: BOOT, start: START, quality: 'synced' } as const
const REVISION = { epoch: EPOCH, revision: 12 }
const WORDS = { one: 'punt', many: 'punten' }

const CHECK_IN: CheckIn = {
  actionId: ACTION,
  channel: 'pillar',
  seal: SEAL,
  time: TIME,
  occurrence: { eventId: EVENT, startMs: AT + 1_080_000, endMs: AT + 8_280_000 },
  program: REVISION,
  why: 'nearest-start',
}

/** One example of every message, as it stands in docs/protocol.md. They are checked against their schemas. */
export const UP_SAMPLES: readonly UpMessage[] = [
  {
    v: 1,
    kind: 'hello',
    connection: CONNECTION,
    version: '0.1.0',
    minor: 0,
    boot: BOOT,
    start: START,
    wallMs: AT,
    uptimeMs: 86_400_000,
    quality: 'holdover',
    storeEpoch: EPOCH,
    settings: REVISION,
    program: REVISION,
    unsettled: 3,
  },
  { v: 1, kind: 'check-ins', lane: 'live', checkIns: [CHECK_IN] },
  { v: 1, kind: 'enquiry', enquiryId: ACTION, seal: SEAL, time: TIME },
  {
    v: 1,
    kind: 'clock',
    boot: BOOT,
    start: START,
    finding: { offsetMs: AT - 86_400_500, atUptimeMs: 86_400_500, quality: 'synced' },
  },
  { v: 1, kind: 'clock', boot: BOOT, start: START, finding: { fromMs: AT - 7_200_000, untilMs: AT } },
  {
    v: 1,
    kind: 'health',
    wallMs: AT,
    quality: 'synced',
    devices: [{ kind: 'reader', name: 'ACS ACR1252', state: 'ready', sinceMs: AT, recoveries: 0 }],
    journal: { unsettled: 0, settled: 412, setAside: 0 },
    inForce: { settings: REVISION, program: REVISION, eventId: EVENT, why: 'nearest-start' },
  },
  { v: 1, kind: 'answer', commandId: CONNECTION, result: 'done' },
  { v: 1, kind: 'presence', connection: CONNECTION, online: true },
]

export const DOWN_SAMPLES: readonly DownMessage[] = [
  {
    v: 1,
    kind: 'receipts',
    storeEpoch: EPOCH,
    receipts: [{ actionId: ACTION, verdict: 'granted', points: 1, balance: 37 }],
  },
  {
    v: 1,
    kind: 'receipts',
    storeEpoch: EPOCH,
    receipts: [
      {
        actionId: ACTION,
        verdict: 'refused',
        reason: 'limit-reached',
        againAtMs: AT + 86_400_000,
        balance: 37,
      },
      { actionId: START, verdict: 'refused', reason: 'ask-desk' },
      { actionId: BOOT, verdict: 'held' },
    ],
  },
  { v: 1, kind: 'busy', retryAfterMs: 2_000, actionIds: [ACTION] },
  { v: 1, kind: 'rejected', code: 'CONTENT_DIFFERS', actionIds: [ACTION] },
  { v: 1, kind: 'balance', answer: { enquiryId: ACTION, answer: 'balance', balance: 37 } },
  { v: 1, kind: 'welcome', connection: CONNECTION, serverMs: AT, storeEpoch: EPOCH, minor: 0 },
  {
    v: 1,
    kind: 'settings',
    settings: {
      ...REVISION,
      name: 'Foyer',
      zone: 'Europe/Brussels',
      language: 'nl',
      cardSystem: {
        name: 'Lindepas',
        unit: { nl: WORDS, fr: WORDS, de: WORDS, en: WORDS },
        primary: '#00482f',
      },
      sealing: { keyId: 'k1', publicKey: 'BPublicKey' },
      showMembersTitle: false,
      enquiriesPerMinute: 20,
    },
  },
  {
    v: 1,
    kind: 'program',
    program: {
      ...REVISION,
      madeAtMs: AT,
      horizonMs: AT + 35 * 86_400_000,
      strict: false,
      events: [
        {
          id: EVENT,
          title: { nl: 'Jazz in de foyer' },
          points: 1,
          automatic: true,
          occurrences: [
            {
              startMs: AT + 1_080_000,
              endMs: AT + 8_280_000,
              fromMs: AT - 16_920_000,
              untilMs: AT + 26_280_000,
            },
          ],
        },
      ],
      pins: [{ level: 'counter', eventId: EVENT, fromMs: AT, untilMs: AT + 8_280_000 }],
    },
  },
  { v: 1, kind: 'command', id: CONNECTION, expiresAtMs: AT + 60_000, command: 'identify' },
]

export const SAMPLE_PILLAR = PILLAR
