import { createHash, randomBytes } from 'node:crypto'

/** 256 bits, as base64url: cannot be guessed, so a plain hash of it is as good as a slow one. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
export const hashOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')
