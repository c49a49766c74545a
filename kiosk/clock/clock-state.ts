import type { Quality } from '@spaarzuil/shared/contract/check-in.js'
import {
  instant,
  milliseconds,
  seconds,
  type Duration,
  type Instant,
  type Uptime,
} from '@spaarzuil/shared/time.js'

/** No pillar of ours ran before this day: a clock that says so was never set. */
export const BUILT = instant(Date.UTC(2026, 0, 1))
/** Network time and crystals differ by less; a clock that was set anew differs by more. */
export const JUMP = seconds(2)

/** Both clocks, read together. */
export type Reading = { readonly wall: Instant; readonly uptime: Uptime }

/** What a pillar knows of its clocks in this boot. */
export type ClockState = {
  /** The newest time that is known for sure: a wall clock before it is plainly wrong. */
  readonly floor: Instant
  /** Wall clock less uptime, as a trusted source told in this boot. */
  readonly offset?: Duration | undefined
}

export const startClock = (keptFloor: number | undefined): ClockState => ({
  floor: instant(Math.max(BUILT, keptFloor ?? 0)),
})

/**
 * The server's time, told in a message that took `roundTrip` there and back. It wins over whatever was believed: the
 * server judges by it.
 */
export function learnFromServer(
  state: ClockState,
  reading: Reading,
  told: { readonly serverTime: Instant; readonly roundTrip: Duration },
): ClockState {
  return learn(state, reading, instant(Math.round(told.serverTime + told.roundTrip / 2)))
}

/**
 * The machine keeps network time (systemd-timesyncd says so). Believed at first, and followed while it agrees with
 * what was learnt: a jump afterwards is somebody setting the clock.
 */
export function learnFromSystem(state: ClockState, reading: Reading): ClockState {
  const believed = state.offset === undefined || agrees(state.offset, reading)
  return believed && reading.wall >= state.floor ? learn(state, reading, reading.wall) : state
}

const learn = (state: ClockState, { uptime }: Reading, time: Instant): ClockState => ({
  floor: instant(Math.max(state.floor, time)),
  offset: milliseconds(time - uptime),
})

const agrees = (offset: Duration, { wall, uptime }: Reading): boolean =>
  Math.abs(wall - uptime - offset) <= JUMP

export type Told = { readonly at: Instant; readonly usable: boolean; readonly quality: Quality }

/**
 * What time it is, and what may be said of the wall clock. Once a trusted time is known, uptime carries it on, so that a
 * jump of the wall clock changes nothing but the word for that clock.
 */
export function timeAt({ floor, offset }: ClockState, reading: Reading): Told {
  const { wall, uptime } = reading
  if (offset !== undefined) {
    const quality = agrees(offset, reading) ? 'synced' : 'unsynced'
    return { at: instant(uptime + offset), usable: true, quality }
  }
  return wall >= floor
    ? { at: wall, usable: true, quality: 'holdover' }
    : { at: wall, usable: false, quality: 'unsynced' }
}

/** Whether the server should hear of a new offset: differences below this move no moment. */
const WORTH_TELLING = milliseconds(500)
export const isNews = (told: Duration | undefined, offset: Duration | undefined): offset is Duration =>
  offset !== undefined && (told === undefined || Math.abs(offset - told) > WORTH_TELLING)
