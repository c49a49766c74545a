import type { Dice } from '../dice.js'

export type Message = { readonly topic: string; readonly payload: Buffer }

/** What pillars have said about check-ins, for the network to say again. */
export type Past = {
  readonly remember: (pillar: string, message: Message) => void
  /** Messages of any boot of this pillar, in any order. */
  readonly shuffled: (pillar: string, count: number, dice: Dice) => readonly Message[]
}

/** A message has some kilobytes; this reaches back over many boots. */
const REMEMBERED_MAX = 2_000

export function openPast(): Past {
  const messages = new Map<string, Message[]>()
  return {
    remember: (pillar, message) => {
      if (!message.topic.endsWith('/check-ins')) return
      const known = messages.get(pillar) ?? []
      messages.set(pillar, known)
      known.push(message)
      // Every other one goes, so that old boots stay among the new.
      if (known.length > REMEMBERED_MAX)
        messages.set(
          pillar,
          known.filter((_, index) => index % 2 === 0),
        )
    },
    shuffled: (pillar, count, dice) => dice.shuffled(messages.get(pillar) ?? []).slice(0, count),
  }
}
