import { describeSkipReason, SKIP_REASONS, type SkipReason } from '@spaarzuil/shared/events/event-document.js'
import { inLanguage, type Translated } from '@spaarzuil/shared/languages.js'
import { rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { instant } from '@spaarzuil/shared/time.js'
import { Type, type Static } from 'typebox'
import { iso, present, Time, Uuid } from '../api/fields.js'
import { Int, jsonColumn, MaybeText, Text } from '../catalogue/columns.js'

/** An event that an import passed over, with its reasons in words. */
export const SkippedAnswer = Type.Object({
  eventId: Type.Optional(Uuid),
  title: Type.Optional(Type.String()),
  reasons: Type.Array(Type.Object({ code: Type.String(), detail: Type.String() })),
  seenAt: Type.Optional(Time),
})
export type SkippedAnswer = Static<typeof SkippedAnswer>

const skippedRow = rowParser(
  'skipped_events',
  Type.Object({ cdbid: Text, title: MaybeText, reasons: Text, seen_at: Int }),
)
const reasonsOf = jsonColumn('skipped_events.reasons', Type.Array(Text))

const reasonAnswer = (code: string) => {
  const known = Object.keys(SKIP_REASONS).find((one): one is SkipReason => one === code)
  return { code, detail: known === undefined ? code : describeSkipReason(known) }
}

export const skippedAnswer = (skipped: {
  readonly id?: string | undefined
  readonly title?: Translated | undefined
  readonly reasons: readonly string[]
}): SkippedAnswer =>
  present({
    eventId: skipped.id,
    title: skipped.title === undefined ? undefined : inLanguage(skipped.title, 'nl'),
    reasons: skipped.reasons.map(reasonAnswer),
  })

/** Newest first. */
export async function readSkipped(
  queries: Queries,
  cardSystemId: number,
  limit: number,
): Promise<SkippedAnswer[]> {
  const rows = await queries.all(
    `SELECT cdbid, title, reasons, seen_at FROM skipped_events
     WHERE card_system_id = ? ORDER BY seen_at DESC, cdbid LIMIT ?`,
    [cardSystemId, limit],
    skippedRow,
  )
  return rows.map(({ cdbid, title, reasons, seen_at: seenAt }) =>
    present({
      eventId: cdbid,
      title: title ?? undefined,
      reasons: reasonsOf(reasons).map(reasonAnswer),
      seenAt: iso(instant(seenAt)),
    }),
  )
}

/** Replaces what was known of these; those that became events are no longer skipped. */
export async function writeSkipped(
  queries: Queries,
  now: Instant,
  what: {
    readonly cardSystemId: number
    readonly skipped: readonly {
      readonly id: string
      readonly title: string | null
      readonly reasons: readonly string[]
    }[]
    readonly taken: readonly string[]
  },
): Promise<void> {
  await queries.run(
    `INSERT INTO skipped_events (cdbid, card_system_id, title, reasons, seen_at)
     SELECT json_extract(value, '$[0]'), ?, json_extract(value, '$[1]'), json_extract(value, '$[2]'), ?
     FROM json_each(?) WHERE true
     ON CONFLICT (cdbid, card_system_id) DO UPDATE SET
       title = excluded.title, reasons = excluded.reasons, seen_at = excluded.seen_at`,
    [
      what.cardSystemId,
      now,
      JSON.stringify(what.skipped.map(({ id, title, reasons }) => [id, title, JSON.stringify(reasons)])),
    ],
  )
  await queries.run(
    `DELETE FROM skipped_events WHERE card_system_id = ? AND cdbid IN (SELECT value FROM json_each(?))`,
    [what.cardSystemId, JSON.stringify(what.taken)],
  )
}
