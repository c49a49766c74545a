import type { Revision } from '@spaarzuil/shared/contract/check-in.js'
import { DOWN_MESSAGES, encode, type DownMessage } from '@spaarzuil/shared/contract/codec.js'
import { milliseconds, minutes, type Clock } from '@spaarzuil/shared/time.js'
import type { Line } from '../broker/broker.js'
import type { Log } from '../check-ins/pipeline.js'
import type { FleetCatalogue } from '../check-ins/ports.js'
import type { Tally } from '../tally.js'
import type { Sent } from './sent.js'

/** What a pillar says it has. */
export interface Has {
  readonly settings?: Revision | undefined
  readonly program?: Revision | undefined
}

/** Brings settings and program to the pillars that lack them: after hello, after a change, when the horizon moves on. */
export interface Bringing {
  /** Soon, behind those who asked before. */
  bring(pillarUuid: string, has: Has): void
  /** Runs until stopped. */
  run(stop: AbortSignal): Promise<void>
}

export interface BringingParts {
  readonly sent: Sent
  readonly catalogue: FleetCatalogue
  readonly lineOf: (pillarUuid: string) => Line | undefined
  readonly online: () => Iterable<string>
  readonly clock: Clock
  readonly tally: Tally
  readonly log: Log
}

/** Staff change several things in a row; one program with all of them is enough. */
const DEBOUNCE = milliseconds(300)
/** Programs change with the day; looking costs little, and so no change stays behind for long if it was missed. */
const LOOK_AGAIN = minutes(15)

export function openBringing(parts: BringingParts): Bringing {
  const { clock } = parts
  /** What each pillar was sent last on its present connection, or says it has. */
  const has = new Map<string, Has>()
  const asked = new Set<string>()
  const changed = new Set<string>()

  return {
    bring: (pillarUuid, now) => {
      has.set(pillarUuid, now)
      asked.add(pillarUuid)
    },
    run: async (stop) => {
      const forget = parts.catalogue.onChange((pillarUuids) => {
        for (const uuid of pillarUuids) changed.add(uuid)
      })
      let lookAgainAt = clock.uptime() + LOOK_AGAIN
      try {
        while (!stop.aborted) {
          for (const uuid of takeAll(asked)) await bringOne(uuid, has, parts)
          for (const uuid of takeAll(changed)) await bringOne(uuid, has, parts)
          if (clock.uptime() >= lookAgainAt) {
            for (const uuid of parts.online()) changed.add(uuid)
            lookAgainAt = clock.uptime() + LOOK_AGAIN
          }
          if (asked.size === 0) await clock.sleep(changed.size === 0 ? POLL : DEBOUNCE, stop)
        }
      } finally {
        forget()
      }
    },
  }
}

/** How soon after a hello its program is on the way; cheaper than a bell, and far below what a person notices. */
const POLL = milliseconds(20)

function takeAll(set: Set<string>): readonly string[] {
  const all = [...set]
  set.clear()
  return all
}

async function bringOne(uuid: string, has: Map<string, Has>, parts: BringingParts): Promise<void> {
  const { sent, catalogue, lineOf, tally, log } = parts
  const line = lineOf(uuid)
  const pillar = catalogue.pillar(uuid)
  if (line === undefined || pillar?.status !== 'active') {
    has.delete(uuid)
    return
  }
  const known = has.get(uuid) ?? {}
  try {
    const settings = await sent.settingsFor(pillar)
    if (differs(known.settings, settings)) send(line, { v: 1, kind: 'settings', settings }, parts)
    const program = await sent.programFor(pillar)
    if (differs(known.program, program)) send(line, { v: 1, kind: 'program', program }, parts)
    has.set(uuid, { settings: revisionOf(settings), program: revisionOf(program) })
  } catch (error) {
    // What cannot be made for one pillar must not keep the others without; it is tried again within minutes.
    tally.count('program-not-made')
    log.error({ err: error, pillar: uuid }, 'Settings or program of a pillar could not be made')
  }
}

function send(
  line: Line,
  message: Extract<DownMessage, { kind: 'settings' | 'program' }>,
  parts: BringingParts,
): void {
  const payload = encode(message)
  const { channel, maxBytes } = DOWN_MESSAGES[message.kind]
  if (Buffer.byteLength(payload) <= maxBytes) {
    line.send(channel, payload)
    return
  }
  parts.tally.count('MESSAGE_TOO_LARGE')
  parts.log.error(
    { pillar: line.pillarUuid, kind: message.kind, bytes: Buffer.byteLength(payload) },
    `A message for a pillar is larger than ${maxBytes} bytes and was not sent`,
  )
}

const revisionOf = ({ epoch, revision }: Revision): Revision => ({ epoch, revision })

const differs = (a: Revision | undefined, b: Revision): boolean =>
  a?.epoch !== b.epoch || a.revision !== b.revision
