import { randomUUID } from 'node:crypto'
import { openSealer, type Sealer } from '@spaarzuil/shared/cards/seal.js'
import type { ChipNumber } from '@spaarzuil/shared/cards/chip-number.js'
import type { CheckIn, OccurrenceRef, Revision, TapTime } from '@spaarzuil/shared/contract/check-in.js'
import { encode, parseDown, type DownMessage } from '@spaarzuil/shared/contract/codec.js'
import type { Hello } from '@spaarzuil/shared/contract/messages.js'
import type { Program } from '@spaarzuil/shared/contract/program.js'
import type { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import { downFilter, parseDownTopic, upTopic } from '@spaarzuil/shared/contract/topics.js'
import { newActionId } from '@spaarzuil/shared/runtime/ids.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { openWire, type Wire } from './wire.js'

/** A pillar made of its protocol alone: hello, program, sealed check-ins, receipts. For loads, not for halls. */
export type SwarmPillar = {
  readonly id: string
  checkIn(chip: ChipNumber): CheckIn
  send(checkIns: readonly CheckIn[], lane: 'live' | 'backlog'): void
  close(): void
}

export type Credentials = { readonly id: string; readonly secret: string }

type Listener = {
  readonly onReceipts: (receipts: readonly Receipt[]) => void
  readonly onBusy: (actionIds: readonly string[], retryAfterMs: number) => void
}

export async function openSwarmPillar(
  { id, secret }: Credentials,
  port: number,
  listener: Listener,
): Promise<SwarmPillar> {
  const boot = randomUUID()
  const start = randomUUID()
  let sealer: Sealer | undefined
  let program: Program | undefined
  let ready = (): void => undefined
  const told = new Promise<void>((resolve) => (ready = resolve))

  const onDown = async (message: DownMessage): Promise<void> => {
    switch (message.kind) {
      case 'receipts':
        return listener.onReceipts(message.receipts)
      case 'busy':
        return listener.onBusy(message.actionIds, message.retryAfterMs)
      case 'settings':
        sealer = await openSealer(message.settings.sealing, id)
        break
      case 'program':
        program = message.program
        break
      case 'rejected':
      case 'balance':
      case 'welcome':
      case 'command':
        return undefined
    }
    if (sealer !== undefined && program !== undefined) ready()
  }
  const wire: Wire = await openWire({
    port,
    id,
    secret,
    filter: downFilter(id),
    onMessage: (topic, payload) => {
      const message = parseDown(parseDownTopic(id, topic) ?? '', payload)
      if (message !== undefined) void onDown(message)
    },
  })
  // Reckoned, not read: the uptime is a file that the system makes up anew for every reader.
  const bootedAtMs = systemClock.now() - systemClock.uptime()
  const time = (wallMs: number = systemClock.now()): TapTime => ({
    wallMs,
    uptimeMs: Math.max(0, wallMs - bootedAtMs),
    boot,
    start,
    quality: 'synced',
  })
  wire.publish(upTopic(id, 'hello'), encode(hello(time())))
  await told
  return {
    id,
    checkIn: (chip) => makeCheckIn(chip, { sealer, program, time: time() }),
    send: (checkIns, lane) =>
      wire.publish(
        upTopic(id, 'check-ins'),
        encode({ v: 1, kind: 'check-ins', lane, checkIns: [...checkIns] }),
      ),
    close: () => wire.close(),
  }
}

const hello = ({ wallMs, uptimeMs, quality, boot, start }: TapTime): Hello => ({
  v: 1,
  kind: 'hello',
  connection: randomUUID(),
  version: '0.1.0',
  minor: 0,
  boot,
  start,
  wallMs,
  uptimeMs,
  quality,
  unsettled: 0,
})

type Known = {
  readonly sealer: Sealer | undefined
  readonly program: Program | undefined
  readonly time: TapTime
}

function makeCheckIn(chip: ChipNumber, { sealer, program, time }: Known): CheckIn {
  if (sealer === undefined || program === undefined)
    throw new Error('The server has not answered the hello yet')
  const occurrence = openOccurrence(program, time.wallMs)
  const actionId = newActionId()
  const revision: Revision = { epoch: program.epoch, revision: program.revision }
  return {
    actionId,
    channel: 'pillar',
    seal: sealer.seal({ kind: 'chip', chip }, { purpose: 'check-in', actionId, time, occurrence }),
    time,
    ...(occurrence === undefined ? {} : { occurrence }),
    program: revision,
    why: occurrence === undefined ? 'nothing-on' : 'nearest-start',
  }
}

/** Any occurrence whose window is open; which one does not matter to a load. */
function openOccurrence(program: Program, at: number): OccurrenceRef | undefined {
  for (const event of program.events) {
    for (const { startMs, endMs, fromMs, untilMs } of event.occurrences) {
      if ((fromMs ?? 0) <= at && at <= (untilMs ?? Infinity)) {
        return {
          eventId: event.id,
          ...(startMs === undefined ? {} : { startMs }),
          ...(endMs === undefined ? {} : { endMs }),
        }
      }
    }
  }
  return undefined
}
