import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import { contentHashOf, type Arrived, type Opened } from './arrived.js'
import type { Sealed, SealOpener } from './open-seals.js'
import type { DecisionCatalogue, PillarRecord } from './ports.js'
import type { CheckInBatch, WayBack } from './source.js'

/** A check-in on its way to a decision, with the way back for its answer. */
export interface Waiting {
  readonly arrived: Arrived
  readonly back: WayBack
}

export interface Intake {
  /** With all seals opened at once, or undefined where a key agreement has to be made first. */
  openNow(batch: CheckInBatch, pillar: PillarRecord): readonly Waiting[] | undefined
  openLater(batch: CheckInBatch, pillar: PillarRecord): Promise<readonly Waiting[]>
}

export interface IntakeParts {
  readonly seals: SealOpener
  readonly catalogue: DecisionCatalogue
  readonly clock: Clock
}

/** From message to what may wait in a queue: seals are opened here, so that no number is kept while it waits. */
export function openIntake({ seals, catalogue, clock }: IntakeParts): Intake {
  const sealedOf = (checkIn: CheckIn, pillar: PillarRecord): Sealed => ({
    pillarUuid: pillar.uuid,
    seal: checkIn.seal,
    context: {
      purpose: 'check-in',
      actionId: checkIn.actionId,
      time: checkIn.time,
      occurrence: checkIn.occurrence,
    },
    format: catalogue.passNumberFormat(pillar.cardSystemId),
  })
  const waiting = (
    { lane, back }: CheckInBatch,
    pillar: PillarRecord,
    { checkIn, opened }: { readonly checkIn: CheckIn; readonly opened: Opened },
  ): Waiting => {
    const contentHash = contentHashOf(pillar.uuid, checkIn)
    return { back, arrived: { checkIn, pillar, lane, receivedAt: clock.now(), contentHash, opened } }
  }
  return {
    openNow: (batch, pillar) => {
      const all: Waiting[] = []
      for (const checkIn of batch.checkIns) {
        const opened = seals.openNow(sealedOf(checkIn, pillar))
        if (opened === undefined) return undefined
        all.push(waiting(batch, pillar, { checkIn, opened }))
      }
      return all
    },
    openLater: async (batch, pillar) =>
      Promise.all(
        batch.checkIns.map(async (checkIn) => {
          const opened = await seals.openLater(sealedOf(checkIn, pillar))
          return waiting(batch, pillar, { checkIn, opened })
        }),
      ),
  }
}
