import { createServer } from 'node:net'
import { Failure } from '@spaarzuil/shared/errors.js'

/** Fails with PORT_TAKEN, naming the option to change, when something else listens there already. */
export async function assertPortFree(port: number, option: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => {
      reject(
        new Failure(
          'PORT_TAKEN',
          `Port ${port} is in use by another program. Choose another with ${option} PORT.`,
        ),
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
}
