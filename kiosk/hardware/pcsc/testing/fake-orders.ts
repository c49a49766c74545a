import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'

const Hex = Type.String({ pattern: '^([0-9A-Fa-f]{2})*$' })

/** A card and its habits. */
export const FakeCard = Type.Object({
  uid: Hex,
  /** What the card says of itself; by default that of MIFARE and NTAG. */
  atr: Type.Optional(Hex),
  /** How often the question for the number is refused (SW 6300) before it is answered. */
  refuses: Type.Optional(Type.Integer({ minimum: 0 })),
  /** How often connecting to it fails before it works. */
  failsToConnect: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Takes this long to answer. */
  delayMs: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Never answers; the question only ends when the card is taken away. */
  mute: Type.Optional(Type.Boolean()),
})
export type FakeCard = Static<typeof FakeCard>

/** What a test tells the double to do; each is confirmed with `{ done: id }`. */
export const FakeOrder = Type.Object({
  id: Type.Integer(),
  order: Type.Union([
    Type.Object({ do: Type.Literal('attach'), reader: Type.String() }),
    Type.Object({ do: Type.Literal('detach'), reader: Type.String() }),
    Type.Object({ do: Type.Literal('put'), reader: Type.String(), card: FakeCard }),
    Type.Object({ do: Type.Literal('take'), reader: Type.String() }),
  ]),
})
export type FakeOrder = Static<typeof FakeOrder>

const validator = Compile(FakeOrder)

export function parseFakeOrder(value: unknown): FakeOrder {
  if (validator.Check(value)) return value
  throw new Error(`The double of pcscd was told something strange: ${JSON.stringify(value)}`)
}
