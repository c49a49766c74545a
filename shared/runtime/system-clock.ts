import { uptime as osUptime } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { instant, uptime, type Clock } from '../time.js'

/** The real clock. The only file of the product that reads one. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  // libuv reads /proc/uptime, and CLOCK_BOOTTIME where that is hidden: both count sleep, neither can be set.
  uptime: () => uptime(Math.round(osUptime() * 1_000)),
  sleep: async (length, signal) => {
    await delay(length, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  },
}
