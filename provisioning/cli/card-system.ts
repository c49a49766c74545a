import { Type } from 'typebox'
import { Failure } from '@spaarzuil/shared/errors.js'
import type { Api } from './api.js'

const CardSystems = Type.Object({
  items: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), eventSource: Type.String() })),
})
type CardSystem = { readonly id: string; readonly name: string; readonly eventSource: string }

export const CARD_SYSTEM_HELP =
  '--card-system NAME says for which card system; not needed where only one comes into question.'

/** The card system that was named, or the only one that comes into question. Fails with REQUEST_INVALID, listing them. */
export async function wantedCardSystem(
  api: Api,
  name: string | undefined,
  comesIntoQuestion: (cardSystem: CardSystem) => boolean = () => true,
): Promise<CardSystem> {
  const { items } = await api.get('/api/v1/card-systems', CardSystems)
  const found = items.filter((one) =>
    name === undefined ? comesIntoQuestion(one) : one.name === name || one.id === name,
  )
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  const names = items.map((one) => `"${one.name}"`).join(', ')
  if (items.length === 0) throw new Failure('NOT_FOUND', 'The server has no card system yet')
  throw new Failure('REQUEST_INVALID', `Say which card system is meant: --card-system NAME, one of ${names}`)
}
