import { createHmac } from 'node:crypto'

/** How the bare pipe names a card in its tables. Its key is no secret: there are no people behind these cards. */
export const naiveCard = (number: string): string =>
  createHmac('sha256', 'bench').update(number).digest('base64url').slice(0, 22)
