import type { LookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { maskPassNumber, type PassNumberFormat } from '@spaarzuil/shared/cards/pass-number.js'
import type { Lookup, KnownNumber } from '@spaarzuil/shared/cards/lookup-key.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { Type } from 'typebox'
import { Int, Text } from '../catalogue/columns.js'
import type { DeliveredRow } from './delivery.js'

/** How a keyed hash stands in the database. */
export const lookupText = ({ keyId, hmac }: Lookup): string => `${keyId}:${hmac}`
export const lookupTexts = (keys: LookupKeys, number: KnownNumber): readonly string[] =>
  keys.all(number).map(lookupText)

export type DeliveredCard = Extract<DeliveredRow, { kind: 'card' }>

export interface CardBatch {
  readonly cardSystemId: number
  readonly format: PassNumberFormat
  readonly validFrom: Instant
  readonly now: Instant
  readonly cards: readonly DeliveredCard[]
  /** Gives every new card a passholder of its own. */
  readonly register: boolean
}

export interface StoredBatch {
  readonly imported: number
  /** The same pair was there already. */
  readonly unchanged: number
  readonly faults: readonly { readonly row: number; readonly fault: string }[]
  /** Of the new cards, so that what waited for them is decided. */
  readonly lookups: readonly string[]
}

interface Keyed {
  readonly row: number
  readonly uuid: string
  readonly masked: string
  readonly chipLookup: string
  readonly passLookup: string
  readonly chipLookups: readonly string[]
  readonly passLookups: readonly string[]
}

/** Writes a batch of delivered cards, one statement per table. Numbers are hashed here and go no further. */
export async function storeCards(queries: Queries, keys: LookupKeys, batch: CardBatch): Promise<StoredBatch> {
  const keyed = batch.cards.map((card) => keyedCard(keys, batch.format, card))
  const known = await readKnown(queries, keyed)
  const fresh: Keyed[] = []
  const faults: { row: number; fault: string }[] = []
  let unchanged = 0
  for (const card of keyed) {
    const byChip = first(known.byChip, card.chipLookups)
    const byPass = first(known.byPass, card.passLookups)
    if (byChip === undefined && byPass === undefined) {
      fresh.push(card)
      // So that a second row with one of its numbers is seen as such.
      known.byChip.set(card.chipLookup, card.uuid)
      known.byPass.set(card.passLookup, card.uuid)
    } else if (byChip === byPass) unchanged += 1
    else faults.push({ row: card.row, fault: conflict(byChip, byPass) })
  }
  await insertCards(queries, batch, fresh)
  return {
    imported: fresh.length,
    unchanged,
    faults,
    lookups: fresh.flatMap(({ chipLookups, passLookups }) => [...chipLookups, ...passLookups]),
  }
}

function conflict(byChip: string | undefined, byPass: string | undefined): string {
  if (byPass === undefined) return 'this chip is known with another pass number'
  if (byChip === undefined) return 'this pass number is known with another chip'
  return 'this chip and this pass number are known, of two different cards'
}

function keyedCard(keys: LookupKeys, format: PassNumberFormat, { row, chip, pass }: DeliveredCard): Keyed {
  const chipLookups = lookupTexts(keys, { kind: 'chip', chip })
  const passLookups = lookupTexts(keys, { kind: 'pass', passNumber: pass })
  const [chipLookup] = chipLookups
  const [passLookup] = passLookups
  invariant(chipLookup !== undefined && passLookup !== undefined, 'there is at least one lookup key')
  const masked = maskPassNumber(pass, format)
  return { row, uuid: newId(), masked, chipLookup, passLookup, chipLookups, passLookups }
}

const KnownRow = rowParser('cards', Type.Object({ lookup: Text, uuid: Text }))

async function readKnown(queries: Queries, cards: readonly Keyed[]) {
  const byChip = await queries.all(
    `SELECT k.lookup, c.uuid FROM json_each(?) AS asked
     JOIN card_keys AS k ON k.lookup = asked.value JOIN cards AS c ON c.id = k.card_id`,
    [JSON.stringify(cards.flatMap(({ chipLookups }) => chipLookups))],
    KnownRow,
  )
  const byPass = await queries.all(
    `SELECT c.pass_number_key AS lookup, c.uuid FROM json_each(?) AS asked
     JOIN cards AS c ON c.pass_number_key = asked.value`,
    [JSON.stringify(cards.flatMap(({ passLookups }) => passLookups))],
    KnownRow,
  )
  const table = (rows: typeof byChip) => new Map(rows.map(({ lookup, uuid }) => [lookup, uuid]))
  return { byChip: table(byChip), byPass: table(byPass) }
}

const first = (table: ReadonlyMap<string, string>, lookups: readonly string[]): string | undefined =>
  lookups.map((lookup) => table.get(lookup)).find((uuid) => uuid !== undefined)

const IdRow = rowParser('cards', Type.Object({ id: Int, uuid: Text }))

async function insertCards(queries: Queries, batch: CardBatch, cards: readonly Keyed[]): Promise<void> {
  if (cards.length === 0) return
  const rows = await queries.all(
    `INSERT INTO cards (uuid, card_system_id, pass_number_key, pass_number_masked, created_at)
     SELECT json_extract(value, '$[0]'), ?, json_extract(value, '$[1]'), json_extract(value, '$[2]'), ?
     FROM json_each(?) RETURNING id, uuid`,
    [
      batch.cardSystemId,
      batch.now,
      JSON.stringify(cards.map(({ uuid, passLookup, masked }) => [uuid, passLookup, masked])),
    ],
    IdRow,
  )
  const ids = new Map(rows.map(({ id, uuid }) => [uuid, id]))
  const keyed = cards.map(({ uuid, chipLookup }) => [ids.get(uuid), chipLookup])
  await queries.run(
    `INSERT INTO card_keys (card_id, lookup)
     SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)`,
    [JSON.stringify(keyed)],
  )
  const cardIds = [...ids.values()]
  await queries.run(
    `INSERT INTO card_statuses (card_id, status, valid_from) SELECT value, 'active', ? FROM json_each(?)`,
    [batch.validFrom, JSON.stringify(cardIds)],
  )
  if (batch.register) await registerEach(queries, batch, cardIds)
}

async function registerEach(queries: Queries, batch: CardBatch, cardIds: readonly number[]): Promise<void> {
  const made = await queries.all(
    'INSERT INTO passholders (created_at) SELECT ? FROM json_each(?) RETURNING id',
    [batch.now, JSON.stringify(cardIds)],
    rowParser('passholders', Type.Object({ id: Int })),
  )
  // Paired here: SQLite would look through the whole list for each of them.
  const pairs = cardIds.map((cardId, place) => [cardId, made[place]?.id])
  await queries.run(
    `INSERT INTO memberships (card_id, passholder_id, valid_from)
     SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), ? FROM json_each(?)`,
    [batch.validFrom, JSON.stringify(pairs)],
  )
}
