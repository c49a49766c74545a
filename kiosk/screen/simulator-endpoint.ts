import type { IncomingMessage } from 'node:http'
import type { SimulatedHand } from '../hardware/simulated-reader.js'
import { TRICKS, type Trick } from './simulator-page.js'

/** A card to try with. The label is shown; the number never leaves the kiosk. */
export type SampleCard = { readonly label: string; readonly uid: string }

export type Simulator = { readonly cards: readonly SampleCard[]; readonly hand: SimulatedHand }

/** `{"sample": 3}` and `{"sample": "two-cards"}` are all there is to say. */
const BODY_MAX_BYTES = 256

export type Refusal = { readonly status: 400 | 403 | 404 | 413 | 415; readonly why: string }

/**
 * A card put on or taken off in the browser. Another page must not be able to tap cards: the request has to come from
 * this very page (Origin), in a form that a foreign page cannot send without being asked first (JSON).
 */
export async function simulate(
  request: IncomingMessage,
  simulator: Simulator,
  own: { readonly isOwnOrigin: (origin: string | undefined) => boolean; readonly path: string },
): Promise<Refusal | undefined> {
  if (!own.isOwnOrigin(request.headers.origin))
    return { status: 403, why: 'Only the page of this pillar may hold a card against it.' }
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? ''))
    return { status: 415, why: 'Send application/json.' }
  const body = await readBody(request)
  if (body === undefined)
    return { status: 413, why: `The body may have ${String(BODY_MAX_BYTES)} bytes at most.` }
  const sample = sampleOf(body)
  if (sample === undefined) return { status: 400, why: 'Send {"sample": NUMBER} or {"sample": "two-cards"}.' }
  if (own.path === '/simulator/card-off') {
    simulator.hand.cardOff()
    return undefined
  }
  return putOn(sample, simulator)
}

function putOn(sample: number | Trick, { cards, hand }: Simulator): Refusal | undefined {
  if (typeof sample === 'number') {
    const card = cards[sample]
    if (card === undefined) return { status: 404, why: `There is no sample card ${String(sample)}.` }
    hand.cardOn(card.uid)
    return undefined
  }
  switch (sample) {
    case 'moved-too-soon':
      hand.movedTooSoon()
      return undefined
    case 'phone':
      hand.phoneOn()
      return undefined
    case 'two-cards':
      hand.twoCardsOn()
      return undefined
  }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes: unknown = chunk
    if (!Buffer.isBuffer(bytes)) continue
    size += bytes.length
    // The rest is read and dropped (the server limits how long that may take): the answer still arrives.
    if (size <= BODY_MAX_BYTES) chunks.push(bytes)
  }
  return size <= BODY_MAX_BYTES ? Buffer.concat(chunks).toString('utf8') : undefined
}

function sampleOf(body: string): number | Trick | undefined {
  const parsed = parse(body)
  if (typeof parsed !== 'object' || parsed === null || !('sample' in parsed)) return undefined
  const { sample } = parsed
  if (typeof sample === 'number') return Number.isInteger(sample) && sample >= 0 ? sample : undefined
  return TRICKS.find((trick) => trick === sample)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
