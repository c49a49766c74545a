import type { Health } from '@spaarzuil/shared/contract/messages.js'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { seconds, type Clock } from '@spaarzuil/shared/time.js'
import type { ClockKeeper } from './clock/clock-keeper.js'
import { choiceAt, revisionOf } from './core/choice.js'
import type { PillarState } from './core/state.js'
import type { Journal } from './journal/journal.js'
import type { DeviceHealth } from './ports.js'
import type { Pillar } from './run.js'
import type { Uplink } from './uplink/uplink.js'

/** Staff see a reader die within this. */
const LOOK = seconds(1)
/** Health is told when it changes, and so often anyway. */
const TELL = seconds(60)
/** A pillar that refuses taps tries so often whether its disk has room again. */
const PROBE = seconds(5)
/** What the contract allows. */
const DEVICES_MAX = 32
const ERROR_CHARACTERS_MAX = 500

export type WatchParts = {
  readonly clock: Clock
  readonly keeper: ClockKeeper
  readonly pillar: Pillar
  readonly journal: Journal
  readonly uplink: Uplink
  readonly devices: () => readonly DeviceHealth[]
  readonly signal: AbortSignal
}

/** Looks after devices and storage, and tells the server how the pillar fares. */
export async function watch(parts: WatchParts): Promise<void> {
  const { clock, pillar, signal } = parts
  let devices = ''
  let line = pillar.state().line
  let toldAt = clock.uptime()
  let probedAt = clock.uptime()
  while (!signal.aborted) {
    const now = parts.devices()
    const changed = JSON.stringify(now)
    if (changed !== devices) pillar.happen({ kind: 'devices', devices: now })
    const { line: lineNow, storage } = pillar.state()
    const due = clock.uptime() - toldAt >= TELL
    if (lineNow === 'online' && (changed !== devices || lineNow !== line || due)) {
      toldAt = clock.uptime()
      parts.uplink.send(await healthOf(parts, now))
    }
    devices = changed
    line = lineNow
    if (storage !== 'ok' && clock.uptime() - probedAt >= PROBE) {
      probedAt = clock.uptime()
      await probe(parts)
    }
    await clock.sleep(LOOK, signal)
  }
}

async function probe({ journal, pillar }: WatchParts): Promise<void> {
  try {
    await journal.probe()
    pillar.happen({ kind: 'journal', news: { kind: 'storage', storage: 'ok' } })
  } catch (error) {
    if (!isFailure(error) || error.code === 'DATABASE_DAMAGED') throw error
  }
}

async function healthOf(parts: WatchParts, devices: readonly DeviceHealth[]): Promise<Health> {
  const { keeper, journal, pillar } = parts
  const now = keeper.now()
  const { settings, chooser }: PillarState = pillar.state()
  const { unsettled, settled, setAside, lost } = journal.counts()
  const oldest = await journal.oldestUnsettled()
  const program = revisionOf(chooser)
  const choice = choiceAt(chooser, now)
  return {
    v: 1,
    kind: 'health',
    wallMs: now.time.wallMs,
    quality: now.time.quality,
    devices: devices.slice(0, DEVICES_MAX).map(deviceOf),
    journal: {
      unsettled,
      settled,
      setAside,
      ...(lost === 0 ? {} : { lost }),
      ...(oldest === undefined ? {} : { oldestUnsettledMs: oldest }),
    },
    inForce: {
      ...(settings === undefined ? {} : { settings: { epoch: settings.epoch, revision: settings.revision } }),
      ...(program === undefined ? {} : { program }),
      ...(choice.event === undefined ? {} : { eventId: choice.event.id }),
      why: choice.why,
    },
  }
}

const deviceOf = ({
  kind,
  name,
  state,
  sinceMs,
  recoveries,
  lastError,
}: DeviceHealth): Health['devices'][number] => ({
  kind,
  name: name.slice(0, 200),
  state,
  sinceMs: Math.max(0, Math.round(sinceMs)),
  recoveries,
  ...(lastError === undefined ? {} : { lastError: lastError.slice(0, ERROR_CHARACTERS_MAX) }),
})
