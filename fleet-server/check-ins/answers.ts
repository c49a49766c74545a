import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import type { Answer } from './commit-batch.js'
import type { Waiting } from './intake.js'
import type { WayBack } from './source.js'

/** Answers go back the way the check-ins came; those of several messages of one connection travel together. */
export function sendAnswers(items: readonly Waiting[], answers: readonly Answer[]): void {
  const ways = new Map<WayBack, { readonly receipts: string[]; readonly rejected: string[] }>()
  for (const [place, { back, arrived }] of items.entries()) {
    const answer = answers[place]
    const way = ways.get(back) ?? { receipts: [], rejected: [] }
    ways.set(back, way)
    if (answer?.kind === 'receipt') way.receipts.push(answer.receipt)
    if (answer?.kind === 'rejected') way.rejected.push(arrived.checkIn.actionId)
  }
  for (const [back, { receipts, rejected }] of ways) {
    for (const some of chunks(receipts)) back.receipts(some)
    for (const some of chunks(rejected)) back.rejected('action-id-reused', some)
  }
}

/** Nothing of these was taken. */
export function sendBusy(items: readonly Waiting[], retryAfterMs: number): void {
  const ways = new Map<WayBack, string[]>()
  for (const { back, arrived } of items) {
    const ids = ways.get(back) ?? []
    ways.set(back, ids)
    ids.push(arrived.checkIn.actionId)
  }
  for (const [back, ids] of ways) for (const some of chunks(ids)) back.busy(retryAfterMs, some)
}

function chunks<T>(all: readonly T[]): readonly (readonly T[])[] {
  const size = LIMITS.checkInsPerMessage
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  )
}
