import { minutes, type Clock, type Instant } from '@spaarzuil/shared/time.js'

/**
 * Notices when connections with one identity end each other: two pillars made from one card. A pillar that lost its line
 * and comes back before the old one is noticed dead takes over too, but not again and again.
 */
export interface Takeovers {
  /** To be asked at each new connection. */
  isFlapping(pillarUuid: string): boolean
}

const WITHIN = minutes(2)
/** A line that fails comes back by waiting ever longer, so it makes fewer than this in two minutes. */
const CONNECTIONS_MAX = 6
/** Pillars remembered: all that connect within two minutes, after a fall of the network too. */
const PILLARS_MAX = 20_000

export function openTakeovers(clock: Clock): Takeovers {
  const connections = new Map<string, readonly Instant[]>()
  return {
    isFlapping: (pillarUuid) => {
      const now = clock.now()
      const recent = [...(connections.get(pillarUuid) ?? []), now].filter((at) => now - at <= WITHIN)
      if (connections.size >= PILLARS_MAX) connections.clear()
      connections.set(pillarUuid, recent.slice(-CONNECTIONS_MAX))
      return recent.length >= CONNECTIONS_MAX
    },
  }
}
