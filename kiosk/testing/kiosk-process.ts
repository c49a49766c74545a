import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { KioskConfig } from '../config.js'
import { eventually } from './eventually.js'
import { PILLAR } from './samples.js'

/**
 * As on a pillar: a burst of messages would otherwise let the young generation grow to 48 MB, and keep it.
 */
export const NODE_FLAGS = ['--max-semi-space-size=2'] as const
const MAIN = fileURLToPath(new URL('../main.js', import.meta.url))

/** A kiosk as it runs on a pillar: its own process. */
export type KioskProcess = {
  readonly child: ChildProcess
  readonly screenUrl: string
  /** Everything it logged. */
  readonly log: () => string
  readonly standardOutput: () => string
  /** Holds sample card `n` against the pillar for a moment. */
  tap(n: number): Promise<void>
  /** What the screen's page would show now. */
  page(): Promise<string>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export async function startKiosk(
  folder: string,
  config: Partial<KioskConfig> & Pick<KioskConfig, 'server'>,
  options: {
    readonly main?: string
    readonly args?: readonly string[]
    readonly env?: NodeJS.ProcessEnv
  } = {},
): Promise<KioskProcess> {
  const path = join(folder, 'kiosk.json')
  const cards = [1, 2, 3, 4].map((n) => ({ label: `Card ${n}`, uid: `04A1B2C3D4E5${n}0` }))
  const full: KioskConfig = {
    pillarId: PILLAR,
    secret: 'a secret of a pillar',
    stateFolder: join(folder, 'state'),
    screen: { port: 0 },
    readers: 'simulated',
    simulator: { cards },
    ...config,
  }
  await writeFile(path, JSON.stringify(full))
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, options.main ?? MAIN, path, ...(options.args ?? [])],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    },
  )
  let log = ''
  let output = ''
  child.stderr.on('data', (bytes: Buffer) => (log += bytes.toString()))
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const exited = once(child, 'exit')
  const screenUrl = await eventually(`the kiosk starts:\n${log}`, () => {
    if (child.exitCode !== null) throw new Error(`The kiosk ended at once:\n${log}`)
    return /"screen":"([^"]+)"/.exec(log)?.[1]
  })
  const hand = async (where: 'on' | 'off', sample: number): Promise<void> => {
    const response = await fetch(new URL(`simulator/card-${where}`, screenUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: new URL(screenUrl).origin },
      body: JSON.stringify({ sample }),
    })
    if (!response.ok) throw new Error(`The simulator refused: ${response.status} ${await response.text()}`)
  }
  return {
    child,
    screenUrl,
    log: () => log,
    standardOutput: () => output,
    tap: async (n) => {
      await hand('on', n)
      await hand('off', n)
    },
    page: async () => (await fetch(screenUrl)).text(),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      await exited
      return child.exitCode
    },
  }
}
