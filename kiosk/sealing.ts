import type { Logger } from 'pino'
import type { Seal } from '@spaarzuil/shared/contract/check-in.js'
import type { Settings } from '@spaarzuil/shared/contract/program.js'
import { openSealer, type CardNumber, type SealContext, type Sealer } from '@spaarzuil/shared/cards/seal.js'
import { Failure, isFailure } from '@spaarzuil/shared/errors.js'

/** Seals with the key of the settings in force: one key agreement per key and start, made before the first tap. */
export interface Sealing {
  use(settings: Settings): void
  /** Rejects with SEAL_KEY_UNKNOWN while there is no key that can be used. */
  seal(card: CardNumber, context: SealContext): Promise<Seal>
}

export function openSealing(pillarId: string, log: Logger): Sealing {
  let key: string | undefined
  let sealer: Promise<Sealer | undefined> = Promise.resolve(undefined)

  async function agree(settings: Settings, before: Promise<Sealer | undefined>): Promise<Sealer | undefined> {
    try {
      return await openSealer(settings.sealing, pillarId)
    } catch (error) {
      if (!isFailure(error)) throw error
      // The key before still opens at the server: taps go on, and somebody reads this.
      log.error(
        { code: error.code, keyId: settings.sealing.keyId },
        'The sealing key of the settings is unusable',
      )
      return before
    }
  }
  return {
    use: (settings) => {
      if (settings.sealing.publicKey === key) return
      key = settings.sealing.publicKey
      sealer = agree(settings, sealer)
    },
    seal: async (card, context) => {
      const ready = await sealer
      if (ready === undefined)
        throw new Failure('SEAL_KEY_UNKNOWN', 'The settings brought no key to seal with')
      return ready.seal(card, context)
    },
  }
}
