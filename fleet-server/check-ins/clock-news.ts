import type { ClockFinding } from '@spaarzuil/shared/contract/messages.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import type { Store } from '../store/store.js'
import type { Clocks } from './clocks.js'
import type { PillarRecord } from './ports.js'
import type { Redecide } from './redecide.js'

/** Takes what a pillar found out about its clock, and decides again what it changes. */
export interface ClockNews {
  take(pillar: PillarRecord, finding: ClockFinding): Promise<void>
}

export interface ClockNewsParts {
  readonly store: Store
  readonly clocks: Clocks
  readonly redecide: Redecide
  readonly clock: Clock
}

export const openClockNews = ({ store, clocks, redecide, clock }: ClockNewsParts): ClockNews => ({
  take: async (pillar, { boot, finding }) => {
    const ofBoot = { pillarId: pillar.id, boot }
    const isNew = await store.writer.transaction(async (queries) =>
      clocks.add(queries, ofBoot, finding, clock.now()),
    )
    if (isNew) await redecide.clockKnown(ofBoot)
  },
})
