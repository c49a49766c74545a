import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import type { UpMessage } from '@spaarzuil/shared/contract/codec.js'
import type { Hello, Welcome } from '@spaarzuil/shared/contract/messages.js'
import { instant, type Duration } from '@spaarzuil/shared/time.js'
import type { ClockKeeper } from '../clock/clock-keeper.js'
import type { Journal } from '../journal/journal.js'
import { openForwarder, type Forwarder } from './forwarder.js'
import { openLine, type LineParts } from './line.js'

/** Everything between the pillar and its server. */
export interface Uplink extends Pick<Forwarder, 'live' | 'answered' | 'holdBack'> {
  /** Lost when there is no line: only for what nobody misses then. */
  send(message: UpMessage): void
  run(signal: AbortSignal): Promise<void>
}

export type UplinkParts = Omit<LineParts, 'onWelcome' | 'onDown' | 'hello'> & {
  readonly journal: Journal
  readonly keeper: ClockKeeper
  readonly hello: () => Pick<Hello, 'version' | 'minor' | 'settings' | 'program'>
  readonly onLine: (line: 'online' | 'offline') => void
  /** Resolves though the disk gives trouble, which is reported: the line does not depend on it. */
  readonly attempt: (name: string, work: () => Promise<void>) => Promise<void>
}

/**
 * On every welcome: the time, the store epoch, and on a new connection what is known of the clocks; only then the
 * check-ins, so that the server can judge them when they come.
 */
export function openUplink(parts: UplinkParts): Uplink {
  const { journal, keeper, attempt } = parts
  const forwarder = openForwarder({
    journal: {
      unsettled: async (after, max) => journal.unsettled(after, max),
      setAside: async (actionIds, code) =>
        attempt('set aside', async () => journal.setAside(actionIds, code)),
    },
    clock: parts.clock,
    dice: parts.dice,
  })
  let connection: string | undefined
  let epochSeen: string | undefined

  async function meetEpoch({ storeEpoch }: Welcome): Promise<void> {
    if (epochSeen === storeEpoch) return
    const reopened = await journal.reopenSettledUnderOther(storeEpoch)
    await journal.kept.put('store-epoch', storeEpoch)
    epochSeen = storeEpoch
    if (reopened > 0) {
      parts.log.warn(
        { reopened },
        'The server has another store than before: settled check-ins are sent again',
      )
    }
  }
  async function welcome(message: Welcome, roundTrip: Duration): Promise<void> {
    const isNew = connection !== message.connection
    connection = message.connection
    await attempt('clock', async () => keeper.serverSaid(instant(message.serverMs), roundTrip))
    await attempt('store epoch', async () => {
      await meetEpoch(message)
      // Now, and not at the start: by a clock that is plainly wrong, what a restored server needs would seem old. And
      // after the epoch, so that what such a server has just asked for is not old either.
      await journal.removeOld(keeper.now().at)
    })
    const findings = isNew ? await keeper.findings() : []
    if (!isNew || connection !== message.connection) return
    for (const finding of findings) line.send({ v: 1, kind: 'clock', ...finding })
    parts.onLine('online')
    forwarder.online((lane, checkIns) => line.send(batch(lane, checkIns)))
  }
  const line = openLine({
    ...parts,
    hello: () => helloOf(parts),
    onWelcome: (message, roundTrip) => {
      void attempt('welcome', async () => welcome(message, roundTrip))
    },
    onDown: () => {
      connection = undefined
      forwarder.offline()
      parts.onLine('offline')
    },
  })
  return {
    send: (message) => {
      line.send(message)
    },
    live: (checkIn) => {
      forwarder.live(checkIn)
    },
    answered: (actionIds) => {
      forwarder.answered(actionIds)
    },
    holdBack: (actionIds, retryAfter) => {
      forwarder.holdBack(actionIds, retryAfter)
    },
    run: async (signal) => {
      await Promise.all([line.run(signal), forwarder.run(signal)])
    },
  }
}

const batch = (lane: 'live' | 'backlog', checkIns: readonly CheckIn[]): UpMessage => ({
  v: 1,
  kind: 'check-ins',
  lane,
  checkIns: [...checkIns],
})

function helloOf({ journal, keeper, hello }: UplinkParts): Omit<Hello, 'v' | 'kind' | 'connection'> {
  const { boot, start, wallMs, uptimeMs, quality } = keeper.now().time
  const epoch = journal.kept.get('store-epoch')
  const storeEpoch = typeof epoch === 'string' ? { storeEpoch: epoch } : {}
  return {
    ...hello(),
    boot,
    start,
    wallMs,
    uptimeMs,
    quality,
    ...storeEpoch,
    unsettled: journal.counts().unsettled,
  }
}
