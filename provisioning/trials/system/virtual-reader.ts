import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Failure, invariant } from '@spaarzuil/shared/errors.js'
import { isInNamespace } from './in-namespace.js'

/** How MIFARE and NTAG, and how ISO/IEC 14443-4 cards and phones, present themselves to PC/SC. */
export const STORAGE_CARD_ATR = '3b8f8001804f0ca0000003060300030000000068'
export const PHONE_ATR = '3b8180018080'

const SOCKET = '/run/pcscd/pcscd.comm'
const DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so'
const FIRST_PORT = 0x8c7b
const READY_ATTEMPTS = 200
const BETWEEN_ATTEMPTS_MS = 25

export type VirtualCard = { readonly uid: string; readonly atr?: string | undefined }

/** Debian's pcscd with a reader that exists in software only. It has two slots, 0 and 1, as some readers do. */
export type VirtualReader = {
  /** As pcscd names the slots. */
  readonly names: readonly [string, string]
  /** Puts a card on the reader, in place of what lies there. Seen within 0.5 s: pcscd looks every 0.4 s. */
  put(card: VirtualCard, slot?: 0 | 1): Promise<void>
  take(slot?: 0 | 1): Promise<void>
  /** Ends pcscd with SIGKILL and starts another. */
  restartDaemon(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts pcscd and the card's process.
 *
 * @param model the name of the reader, as its maker would give it
 * @throws Failure HARDWARE_MISSING when pcscd does not come up
 */
export async function startVirtualReader(model = 'ACS ACR1252 Virtual Reader'): Promise<VirtualReader> {
  invariant(isInNamespace(), 'the virtual reader runs in a namespace of its own')
  const folder = mkdtempSync(join(tmpdir(), 'virtual-reader-'))
  writeFileSync(
    join(folder, 'vpcd'),
    [
      `FRIENDLYNAME "${model}"`,
      `DEVICENAME /dev/null:${FIRST_PORT}`,
      `LIBPATH ${DRIVER}`,
      `CHANNELID ${FIRST_PORT}`,
      '',
    ].join('\n'),
  )
  let daemon = await startDaemon(folder)
  const card = fork(fileURLToPath(new URL('./virtual-card.js', import.meta.url)), { execArgv: [] })
  const order = async (what: object): Promise<void> => {
    const done = once(card, 'message')
    card.send(what)
    await done
  }
  return {
    names: [`${model} 00 00`, `${model} 00 01`],
    put: async ({ uid, atr = STORAGE_CARD_ATR }, slot = 0) =>
      order({ port: FIRST_PORT + slot, card: { uid, atr } }),
    take: async (slot = 0) => order({ port: FIRST_PORT + slot }),
    restartDaemon: async () => {
      await end(daemon, 'SIGKILL')
      daemon = await startDaemon(folder)
    },
    close: async () => {
      await Promise.all([end(daemon, 'SIGTERM'), end(card, 'SIGTERM')])
      rmSync(folder, { recursive: true })
    },
  }
}

async function startDaemon(folder: string): Promise<ChildProcess> {
  // What a killed daemon leaves behind would make the next one refuse to start.
  for (const left of [SOCKET, '/run/pcscd/pcscd.pid']) rmSync(left, { force: true })
  const daemon = spawn('/usr/sbin/pcscd', ['--foreground', '--config', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  for (let attempt = 0; attempt < READY_ATTEMPTS && daemon.exitCode === null; attempt++) {
    if (await answers()) return daemon
    await delay(BETWEEN_ATTEMPTS_MS)
  }
  await end(daemon, 'SIGKILL')
  throw new Failure('HARDWARE_MISSING', `pcscd did not answer at ${SOCKET}; its own words stand above`)
}

const answers = async (): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(SOCKET, () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })

async function end(process: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  const exited = once(process, 'exit')
  process.kill(signal)
  await exited
}
