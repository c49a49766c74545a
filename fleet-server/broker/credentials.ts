import { createHash, timingSafeEqual } from 'node:crypto'
import type { PillarRecord } from '../check-ins/ports.js'

/** Compared with when there is no such pillar, so that an answer takes as long as for one that exists. */
const NOBODY = createHash('sha256').update('nobody').digest()

/**
 * Whether this is the pillar it says it is. Its secret is random and of 256 bits, so a fast hash keeps it as well as a slow
 * one would, and ten thousand pillars that come back at once do not stop the server.
 */
export function isWho(
  pillar: PillarRecord | undefined,
  {
    username,
    password,
  }: { readonly username: string | undefined; readonly password: Uint8Array | undefined },
): boolean {
  const given = createHash('sha256')
    .update(password ?? '')
    .digest()
  const expected = pillar === undefined ? NOBODY : Buffer.from(pillar.secretHash, 'hex')
  const fits = expected.length === given.length && timingSafeEqual(expected, given)
  return fits && pillar?.status === 'active' && username === pillar.uuid && password !== undefined
}
