import { readEvents, type ReadEvent, type SkippedEvent } from '@spaarzuil/shared/events/event-document.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import { inLanguage } from '@spaarzuil/shared/languages.js'
import type { Database } from '@spaarzuil/shared/runtime/database.js'
import type { Clock } from '@spaarzuil/shared/time.js'
import type { Redecide } from '../check-ins/redecide.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import type { CardSystem } from '../catalogue/records.js'
import { incomingEvent } from './incoming.js'
import { skippedAnswer, writeSkipped, type SkippedAnswer } from './skipped.js'

/** Events in one transaction: short enough that check-ins beside it do not wait noticeably. */
const BATCH = 250
/** Skipped events told one by one; all are counted, and kept for later. */
const TOLD_MAX = 1_000

export interface ImportParts {
  readonly catalogue: Catalogue
  readonly writer: Database
  readonly clock: Clock
  readonly redecide: Pick<Redecide, 'cardsKnown' | 'eventsKnown'>
}

export interface ImportReport {
  readonly imported: number
  readonly changed: number
  readonly unchanged: number
  readonly skippedCount: number
  readonly skipped: readonly SkippedAnswer[]
  readonly problems: readonly { readonly eventId: string; readonly problems: readonly string[] }[]
}

/**
 * Takes one event, a list, or a page of the Search API. Idempotent: what says nothing new changes nothing. An event that
 * was known and is skipped now (deleted, unpublished, without price) counts as deleted from now on.
 */
export async function importEvents(
  parts: ImportParts,
  cardSystem: CardSystem,
  document: unknown,
): Promise<ImportReport> {
  const read = readEvents(document, { needsPrice: cardSystem.eventSource === 'uitdatabank' })
  const events = read.filter((one) => one.kind === 'event')
  const skipped = read.filter((one) => one.kind === 'skipped')
  if (events.length === 0 && skipped.every(({ id }) => id === undefined)) {
    throw new Failure(
      'EVENT_DOCUMENT_INVALID',
      'There is no UiTdatabank event in it. Send one event, a list of events, or a page of the Search API.',
    )
  }
  const counts = { imported: 0, changed: 0, unchanged: 0 }
  const foreign: string[] = []
  for (const batch of inBatches(events, skipped)) {
    const stored = await parts.catalogue.write.putEvents({
      cardSystemId: cardSystem.id,
      events: batch.events.map(incomingEvent),
      gone: batch.skipped.filter(isGone).flatMap(({ id }) => id ?? []),
    })
    counts.imported += stored.imported.length
    counts.changed += stored.changed.length
    counts.unchanged += stored.unchanged.length
    foreign.push(...stored.foreign)
    await keepSkipped(parts, cardSystem.id, batch)
    if (stored.imported.length > 0) await parts.redecide.eventsKnown(stored.imported)
  }
  const foreignOnes = foreign.map((id) => ({ id, reasons: ['other-card-system'] }))
  return {
    ...counts,
    skippedCount: skipped.length + foreign.length,
    skipped: [...skipped, ...foreignOnes].slice(0, TOLD_MAX).map(skippedAnswer),
    problems: events
      .filter(({ problems }) => problems.length > 0)
      .slice(0, TOLD_MAX)
      .map(({ id, problems }) => ({
        eventId: id,
        problems: problems.map(({ code, where }) => `${where}: ${code}`),
      })),
  }
}

/** A bare reference says nothing about the event. */
const isGone = ({ reasons }: SkippedEvent): boolean => !reasons.includes('reference-only')

interface Batch {
  readonly events: readonly ReadEvent[]
  readonly skipped: readonly SkippedEvent[]
}

function* inBatches(events: readonly ReadEvent[], skipped: readonly SkippedEvent[]): Generator<Batch> {
  for (let at = 0; at < Math.max(events.length, skipped.length); at += BATCH) {
    yield { events: events.slice(at, at + BATCH), skipped: skipped.slice(at, at + BATCH) }
  }
}

async function keepSkipped(
  { writer, clock }: ImportParts,
  cardSystemId: number,
  batch: Batch,
): Promise<void> {
  await writer.transaction(async (queries) =>
    writeSkipped(queries, clock.now(), {
      cardSystemId,
      skipped: batch.skipped.flatMap(({ id, title, reasons }) =>
        id === undefined
          ? []
          : [{ id, title: title === undefined ? null : inLanguage(title, 'nl'), reasons }],
      ),
      taken: batch.events.map(({ id }) => id),
    }),
  )
}
