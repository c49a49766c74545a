import {
  instant,
  milliseconds,
  minutes,
  seconds,
  type Clock,
  type Duration,
  type Instant,
} from '@spaarzuil/shared/time.js'
import type { Now } from '../core/happening.js'
import type { BootFinding } from '../journal/boots.js'
import type { Journal } from '../journal/journal.js'
import {
  isNews,
  learnFromServer,
  learnFromSystem,
  startClock,
  timeAt,
  type ClockState,
} from './clock-state.js'

/** What the pillar knows of time, kept over restarts and told to the server. */
export interface ClockKeeper {
  now(): Now
  /** The server's time, in an answer that took so long. */
  serverSaid(serverTime: Instant, roundTrip: Duration): Promise<void>
  /** What is known of this boot and of earlier ones that still have entries. */
  findings(): Promise<readonly BootFinding[]>
  /** Follows the machine's network time and keeps the floor, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
}

export type ClockKeeperParts = {
  readonly clock: Clock
  readonly boot: string
  readonly start: string
  readonly journal: Pick<Journal, 'kept' | 'boots'>
  /** Whether the machine says that it keeps network time. */
  readonly hasNetworkTime: () => Promise<boolean>
  /** Something new is known, that the server should hear. */
  readonly onFinding: (finding: BootFinding) => void
  readonly onJump: (by: Duration) => void
  /** Resolves though the disk gives trouble, which is reported: time goes on without it. */
  readonly attempt: (name: string, work: () => Promise<void>) => Promise<void>
}

const LOOK = seconds(10)
/** Losing so much of the floor to a power cut makes no clock look right that is wrong. */
const KEEP_FLOOR = minutes(10)

export async function openClockKeeper(parts: ClockKeeperParts): Promise<ClockKeeper> {
  const { clock, boot, start, journal, onFinding } = parts
  let state: ClockState = startClock(journal.kept.number('clock-floor'))
  let told: Duration | undefined
  let keptFloor = state.floor
  let wallOffset = milliseconds(clock.now() - clock.uptime())
  await journal.boots.begin(boot, start, state.floor)

  const reading = () => ({ wall: clock.now(), uptime: clock.uptime() })

  async function learnt(next: ClockState): Promise<void> {
    const first = state.offset === undefined
    state = next
    if (first && next.offset !== undefined) await timeIsKnown(next.offset)
    if (!isNews(told, next.offset)) return
    told = next.offset
    const atUptimeMs = clock.uptime()
    const finding = { offsetMs: Math.round(next.offset), atUptimeMs, quality: 'synced' } as const
    await journal.boots.find(boot, finding)
    onFinding({ boot, start, finding })
  }
  /**
   * Earlier boots without time ended before this one began: that is all that will ever be known of them. The floor is kept
   * at once: should this boot be cut short, the next one without time is dated from here and not from months ago.
   */
  async function timeIsKnown(bootedAt: Duration): Promise<void> {
    await keepFloor()
    for (const dark of await journal.boots.dark(boot)) {
      const finding = { fromMs: Math.min(dark.floor, bootedAt), untilMs: Math.max(0, Math.round(bootedAt)) }
      await journal.boots.find(dark.boot, finding)
      onFinding({ boot: dark.boot, start: dark.start, finding })
    }
  }
  async function keepFloor(): Promise<void> {
    const { at, quality } = timeAt(state, reading())
    if (quality === 'synced') state = { ...state, floor: instant(Math.max(state.floor, at)) }
    if (state.floor === keptFloor) return
    keptFloor = state.floor
    await journal.kept.put('clock-floor', state.floor)
  }
  function noticeJump(): void {
    const offset = milliseconds(clock.now() - clock.uptime())
    if (Math.abs(offset - wallOffset) > seconds(2)) parts.onJump(milliseconds(offset - wallOffset))
    wallOffset = offset
  }

  return {
    now: () => {
      noticeJump()
      const { wall, uptime } = reading()
      const { at, usable, quality } = timeAt(state, { wall, uptime })
      return {
        at,
        usable,
        time: { wallMs: Math.max(0, Math.round(wall)), uptimeMs: uptime, boot, start, quality },
      }
    },
    serverSaid: async (serverTime, roundTrip) =>
      learnt(learnFromServer(state, reading(), { serverTime, roundTrip })),
    findings: async () => journal.boots.findings(),
    run: async (signal) => {
      let keptAt = clock.uptime()
      while (!signal.aborted) {
        if (await parts.hasNetworkTime()) {
          await parts.attempt('clock', async () => learnt(learnFromSystem(state, reading())))
        }
        noticeJump()
        if (clock.uptime() - keptAt >= KEEP_FLOOR) {
          keptAt = clock.uptime()
          await parts.attempt('clock floor', keepFloor)
        }
        await clock.sleep(LOOK, signal)
      }
      await parts.attempt('clock floor', keepFloor)
    },
  }
}
