import { createServer } from 'node:net'
import { once } from 'node:events'
import { invariant } from '@spaarzuil/shared/errors.js'

/** A port that nobody has now. A program that dies and comes back must be found at the same place. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'a listening server has a port')
  server.close()
  await once(server, 'close')
  return address.port
}
