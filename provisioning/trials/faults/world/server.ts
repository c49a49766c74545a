import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Disk } from '../disk/disks.js'
import { SERVER } from './built.js'
import { freePort } from './free-port.js'
import { keepRunning, type KeptRunning } from './kept-running.js'

/** The fleet server of a run. */
export type Server = KeptRunning & {
  readonly disk: Disk
  readonly stateFolder: string
  readonly url: string
  readonly brokerPort: number
  readonly config: string
}

type Parts = {
  readonly disk: Disk
  /** Where the configuration lies. */
  readonly folder: string
  readonly onLine: (line: string) => void
}

export async function openServer({ disk, folder, onLine }: Parts): Promise<Server> {
  const [port, brokerPort] = [await freePort(), await freePort()]
  const config = join(folder, 'server.json')
  const stateFolder = join(disk.folder, 'fleet')
  const host = '127.0.0.1'
  await writeFile(
    config,
    JSON.stringify({
      stateFolder,
      http: { host, port },
      broker: { host, port: brokerPort },
      logLevel: 'info',
    }),
  )
  const url = `http://${host}:${port}`
  const kept = keepRunning({
    name: 'The fleet server',
    program: () => ({ script: SERVER, args: [config] }),
    onLine,
    isReady: async () => isOk(`${url}/api/v1/readiness`),
  })
  return { ...kept, disk, stateFolder, url, brokerPort, config }
}

const ASK_WITHIN_MS = 2_000

export const isOk = async (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(ASK_WITHIN_MS) }).then(
    (response) => response.ok,
    () => false,
  )
