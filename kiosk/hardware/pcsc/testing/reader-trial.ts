import { fork, type ChildProcess } from 'node:child_process'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { milliseconds, seconds } from '@spaarzuil/shared/time.js'
import type { DeviceHealth, Reading } from '../../../ports.js'
import { openPcscReader } from '../pcsc-reader.js'

/** A test that waits longer than this waits for something that will not come. */
const PATIENCE = seconds(20)

export type ReaderTrial = {
  /** The next reading, in a word: `04A1B2C3D4E5F6`, `removed` or `unreadable`, with the reader when it is not the usual. */
  next(): Promise<string>
  take(count: number): Promise<readonly string[]>
  health(): readonly DeviceHealth[]
  /** Waits until the health of the readers, as `name: state`, is this. */
  healthIs(...expected: readonly string[]): Promise<void>
  /** Waits until some reader's last error looks like this, and gives it. */
  trouble(expected: RegExp): Promise<string>
  /** The reader processes that were started, the newest last. */
  processes: readonly ChildProcess[]
  log(): string
  close(): Promise<void>
}

/** The real reader with its real process, on a socket of one's own. */
export function openTrial(socket: string, usual: string, packageName?: string): ReaderTrial {
  const processes: ChildProcess[] = []
  const lines: string[] = []
  const sink = new Writable({ write: (chunk, _, done) => done(void lines.push(String(chunk))) })
  const reader = openPcscReader({
    clock: systemClock,
    log: pino({ level: 'trace' }, sink),
    dice: () => 0,
    packageName,
    fork: (args) => {
      const child = fork(fileURLToPath(new URL('../pcsc-child.js', import.meta.url)), [...args], {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        execArgv: [],
        env: { PATH: process.env['PATH'], PCSCLITE_CSOCK_NAME: socket },
      })
      // What a process prints would stand in the journal of the system.
      child.stdout?.on('data', (chunk) => lines.push(String(chunk)))
      child.stderr?.on('data', (chunk) => lines.push(String(chunk)))
      processes.push(child)
      return child
    },
  })
  const stop = new AbortController()
  const readings = reader.readings(stop.signal)[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const came = new AbortController()
    const late = systemClock.sleep(PATIENCE, came.signal).then(() => undefined)
    const result = await Promise.race([readings.next(), late])
    came.abort()
    if (result === undefined) throw new Error(`No reading came. The log says:\n${lines.join('')}`)
    return result.done === true ? 'the end' : inAWord(result.value, usual)
  }
  const until = async <T>(what: () => T | undefined, wanted: string): Promise<T> => {
    for (let left = PATIENCE / 20; left > 0; left--) {
      const found = what()
      if (found !== undefined) return found
      await systemClock.sleep(milliseconds(20))
    }
    throw new Error(`${wanted} did not come about, but ${JSON.stringify(reader.health())}`)
  }
  return {
    next,
    take: async (count) => {
      const taken: string[] = []
      while (taken.length < count) taken.push(await next())
      return taken
    },
    health: () => reader.health(),
    healthIs: async (...expected) => {
      const now = (): string =>
        reader
          .health()
          .map(({ name, state }) => `${name}: ${state}`)
          .join()
      await until(() => (now() === expected.join() ? true : undefined), expected.join())
    },
    trouble: async (expected) =>
      until(
        () => reader.health().find(({ lastError = '' }) => expected.test(lastError))?.lastError,
        String(expected),
      ),
    processes,
    log: () => lines.join(''),
    close: async () => {
      stop.abort()
      await reader[Symbol.asyncDispose]()
    },
  }
}

function inAWord(reading: Reading, usual: string): string {
  const what = reading.kind === 'card' ? reading.uid : reading.kind
  return reading.reader === usual ? what : `${what} on ${reading.reader}`
}
