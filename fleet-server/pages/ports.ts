import type { Health } from '@spaarzuil/shared/contract/messages.js'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import type { Clock, Instant } from '@spaarzuil/shared/time.js'
import type { Catalogue } from '../catalogue/catalogue.js'

/** What the pages ask of the parts that speak with pillars. They only look: nothing here changes anything. */
export interface PageParts {
  readonly catalogue: Pick<Catalogue, 'memory' | 'pillars' | 'choiceInputAt' | 'boundaries' | 'onChange'>
  /** A connection that reads. */
  readonly reader: Database
  readonly clock: Clock
  readonly presence: {
    presenceOf(pillarUuid: string): PillarHeard | undefined
    onChange(listener: () => void): () => void
  }
  readonly live: { onDecided(listener: () => void): () => void }
  readonly limits?: Partial<LiveLimits> | undefined
}

/** What is known of a pillar that was heard of at least once. */
export interface PillarHeard {
  readonly online: boolean
  /** Since when it is online, or not. */
  readonly since: Instant
  readonly hello?: { readonly version: string } | undefined
  readonly health?: Health | undefined
}

export interface LiveLimits {
  /** Pages that may watch at once. */
  readonly streams: number
}
