import type { Readable } from 'node:stream'
import type { LookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import type { Clock, Instant } from '@spaarzuil/shared/time.js'
import type { Redecide } from '../check-ins/redecide.js'
import type { CardSystem } from '../catalogue/records.js'
import { readDelivery } from './delivery.js'
import { storeCards, type DeliveredCard } from './store-cards.js'

/** Cards in one transaction: some ten milliseconds, which check-ins beside it do not notice. */
const BATCH = 1_000
/** Wrong rows told one by one; more is the wrong file. All are counted. */
const TOLD_MAX = 1_000

export interface CardParts {
  readonly writer: Database
  readonly lookupKeys: LookupKeys
  readonly clock: Clock
  readonly redecide: Pick<Redecide, 'cardsKnown' | 'eventsKnown'>
}

export interface CardImport {
  readonly cardSystem: CardSystem
  readonly validFrom: Instant
  readonly register: boolean
}

export interface CardReport {
  readonly imported: number
  readonly unchanged: number
  readonly faultCount: number
  /** By row of the file, never with a number. */
  readonly faults: readonly { readonly row: number; readonly fault: string }[]
}

/**
 * Takes a delivery file as it comes in; the file is not kept. The same pair again changes nothing; a chip or pass number
 * that is known with another is a fault, and so is a row that is wrong. What is right is taken all the same.
 */
export async function importCards(parts: CardParts, file: Readable, wanted: CardImport): Promise<CardReport> {
  const faults: { row: number; fault: string }[] = []
  const report = { imported: 0, unchanged: 0, faultCount: 0 }
  const fault = (one: { readonly row: number; readonly fault: string }): void => {
    report.faultCount += 1
    if (faults.length < TOLD_MAX) faults.push({ row: one.row, fault: one.fault })
  }
  const store = async (cards: readonly DeliveredCard[]): Promise<void> => {
    const { cardSystem, validFrom, register } = wanted
    const stored = await parts.writer.transaction(async (queries) =>
      storeCards(queries, parts.lookupKeys, {
        cardSystemId: cardSystem.id,
        format: cardSystem.passNumberFormat,
        validFrom,
        now: parts.clock.now(),
        cards,
        register,
      }),
    )
    report.imported += stored.imported
    report.unchanged += stored.unchanged
    stored.faults.forEach(fault)
    if (stored.lookups.length > 0) await parts.redecide.cardsKnown(stored.lookups)
  }
  let batch: DeliveredCard[] = []
  for await (const row of readDelivery(file, wanted.cardSystem.passNumberFormat)) {
    if (row.kind === 'fault') fault(row)
    else batch.push(row)
    if (batch.length === BATCH) {
      await store(batch)
      batch = []
    }
  }
  if (batch.length > 0) await store(batch)
  return { ...report, faults: faults.toSorted((a, b) => a.row - b.row) }
}
