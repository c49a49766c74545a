import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FakeCard, FakeOrder } from './fake-orders.js'

export type PcscdDouble = {
  attach(reader: string): Promise<void>
  detach(reader: string): Promise<void>
  put(reader: string, card: FakeCard): Promise<void>
  take(reader: string): Promise<void>
  /** SIGKILL: no goodbye to anyone. */
  kill(): Promise<void>
}

/** Starts the double of pcscd in a process of its own; returns when it listens on `socket`. */
export async function startPcscd(socket: string): Promise<PcscdDouble> {
  const process = fork(fileURLToPath(new URL('./fake-pcscd.js', import.meta.url)), [socket], { execArgv: [] })
  const exited = once(process, 'exit')
  await once(process, 'message')
  let last = 0
  const order = async (what: FakeOrder['order']): Promise<void> => {
    const id = ++last
    const done = new Promise<void>((resolve) => {
      const listen = (message: unknown): void => {
        if (typeof message !== 'object' || message === null || !('done' in message) || message.done !== id)
          return
        process.off('message', listen)
        resolve()
      }
      process.on('message', listen)
    })
    process.send({ id, order: what })
    await Promise.race([done, exited])
  }
  return {
    attach: async (reader) => order({ do: 'attach', reader }),
    detach: async (reader) => order({ do: 'detach', reader }),
    put: async (reader, card) => order({ do: 'put', reader, card }),
    take: async (reader) => order({ do: 'take', reader }),
    kill: async () => {
      process.kill('SIGKILL')
      await exited
    },
  }
}
