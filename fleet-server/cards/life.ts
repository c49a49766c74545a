import type { LookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { parsePassNumber } from '@spaarzuil/shared/cards/pass-number.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import { Nullable, rowParser, type Queries } from '@spaarzuil/shared/runtime/database.js'
import type { Instant } from '@spaarzuil/shared/time.js'
import { Type, type Static } from 'typebox'
import { Int, MaybeInt, Text } from '../catalogue/columns.js'
import type { CardSystem } from '../catalogue/records.js'
import { notFound } from '../catalogue/writing.js'
import { lookupTexts } from './store-cards.js'

export type CardStatus = 'active' | 'blocked' | 'deleted'

const CardRow = Type.Object({
  id: Int,
  uuid: Text,
  masked: Text,
  status: Nullable(Type.Enum(['active', 'blocked', 'deleted'])),
  passholder_id: MaybeInt,
  balance: MaybeInt,
})
const cardRow = rowParser('cards', CardRow)

export interface Card {
  readonly id: number
  readonly uuid: string
  readonly masked: string
  readonly status: CardStatus
  readonly passholderId: number | undefined
  readonly balance: number | undefined
}

/** The card of a pass number as it is now; NOT_FOUND never repeats the number. */
export async function findCard(
  queries: Queries,
  keys: LookupKeys,
  of: { readonly cardSystem: CardSystem; readonly passNumber: string },
): Promise<Card> {
  const passNumber = parsePassNumber(of.passNumber, of.cardSystem.passNumberFormat)
  const card = await queries.get(
    `SELECT c.id, c.uuid, c.pass_number_masked AS masked, s.status, m.passholder_id, p.balance
     FROM cards AS c
     LEFT JOIN card_statuses AS s ON s.card_id = c.id AND s.valid_to IS NULL
     LEFT JOIN memberships AS m ON m.card_id = c.id AND m.valid_to IS NULL
     LEFT JOIN passholders AS p ON p.id = m.passholder_id
     WHERE c.card_system_id = ? AND c.pass_number_key IN (SELECT value FROM json_each(?))`,
    [of.cardSystem.id, JSON.stringify(lookupTexts(keys, { kind: 'pass', passNumber }))],
    cardRow,
  )
  if (card === undefined) throw notFound('card with this pass number in', of.cardSystem.name)
  return cardOf(card)
}

const cardOf = (row: Static<typeof CardRow>): Card => ({
  id: row.id,
  uuid: row.uuid,
  masked: row.masked,
  status: row.status ?? 'active',
  passholderId: row.passholder_id ?? undefined,
  balance: row.balance ?? undefined,
})

/** From a moment on; what was before is judged by the status of then. */
export async function setCardStatus(
  queries: Queries,
  card: Card,
  to: { readonly status: CardStatus; readonly from: Instant },
): Promise<void> {
  if (card.status === 'deleted' && to.status !== 'deleted') {
    throw new Failure('REQUEST_INVALID', 'A deleted card stays deleted: give its holder another card')
  }
  await queries.run('UPDATE card_statuses SET valid_to = ? WHERE card_id = ? AND valid_to IS NULL', [
    to.from,
    card.id,
  ])
  await queries.run('INSERT INTO card_statuses (card_id, status, valid_from) VALUES (?, ?, ?)', [
    card.id,
    to.status,
    to.from,
  ])
}

/** Gives a card to a passholder: a new one, or one that has a card already. */
export async function registerCard(
  queries: Queries,
  card: Card,
  to: { readonly holderOf: Card | undefined; readonly from: Instant },
): Promise<number> {
  if (card.status !== 'active') throw new Failure('REQUEST_INVALID', `The card is ${card.status}`)
  if (card.passholderId !== undefined) {
    if (to.holderOf?.passholderId === card.passholderId) return card.passholderId
    throw new Failure('ALREADY_EXISTS', 'The card has a holder already')
  }
  const passholderId =
    to.holderOf === undefined ? await newPassholder(queries, to.from) : holderOf(to.holderOf)
  await queries.run('INSERT INTO memberships (card_id, passholder_id, valid_from) VALUES (?, ?, ?)', [
    card.id,
    passholderId,
    to.from,
  ])
  return passholderId
}

function holderOf(card: Card): number {
  if (card.passholderId === undefined) throw new Failure('REQUEST_INVALID', 'The other card has no holder')
  return card.passholderId
}

async function newPassholder(queries: Queries, now: Instant): Promise<number> {
  return (await queries.run('INSERT INTO passholders (created_at) VALUES (?)', [now])).lastId
}

/** The new card gets the holder, and so the points, of the old one, which is deleted from then on. */
export async function replaceCard(
  queries: Queries,
  old: Card,
  by: { readonly card: Card; readonly from: Instant },
): Promise<number> {
  if (old.id === by.card.id) throw new Failure('REQUEST_INVALID', 'A card is not replaced by itself')
  const passholderId = await registerCard(queries, by.card, { holderOf: old, from: by.from })
  await setCardStatus(queries, old, { status: 'deleted', from: by.from })
  return passholderId
}

/** The keyed hashes under which check-ins of this card may wait. */
export async function lookupsOf(queries: Queries, card: Card): Promise<readonly string[]> {
  return queries.all(
    'SELECT lookup FROM card_keys WHERE card_id = ?1 UNION SELECT pass_number_key FROM cards WHERE id = ?1',
    [card.id],
    (row) => String(row['lookup']),
  )
}
