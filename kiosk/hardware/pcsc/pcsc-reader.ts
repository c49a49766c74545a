import { fork as forkProcess, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { milliseconds, seconds, type Clock } from '@spaarzuil/shared/time.js'
import { backoffDelay } from '../../core/backoff.js'
import type { CardReader, Reading } from '../../ports.js'
import { parseFromReaderProcess, type FromReaderProcess } from './pcsc-messages.js'
import { EXIT_NO_PACKAGE, SILENCE_MAX } from './process-terms.js'
import { readerBook, type ReaderBook } from './reader-book.js'
import { readingQueue } from './reading-queue.js'

const RESTART = { first: milliseconds(100), longest: seconds(5) }
/** A reader process that worked this long was no failed attempt. */
const STEADY = seconds(10)
const LOOK_INTERVAL = milliseconds(250)

const SECOND_LOOK = 'the readers changed, and a new process looks whether that was all'

const CHILD = fileURLToPath(new URL('./pcsc-child.js', import.meta.url))

export type ForkReaderProcess = (args: readonly string[]) => ChildProcess

export type PcscOptions = {
  readonly clock: Clock
  readonly log: Logger
  /** pcscd's socket, where it is not where libpcsclite looks by itself. */
  readonly socket?: string | undefined
  /** In [0, 1), for the pauses between restarts. */
  readonly dice?: (() => number) | undefined
  /** The package to load; a test names one that is not installed. */
  readonly packageName?: string | undefined
  /** Starts the reader process; a test keeps its process id to harm it. */
  readonly fork?: ForkReaderProcess | undefined
}

/**
 * All PC/SC readers of the machine, through nfc-pcsc in a process of its own that is watched, killed when it is silent
 * and started again. Starts at once and never fails: what is missing or broken stands in `health()`, and is tried
 * again until it works; except when nfc-pcsc is not installed, which only a new start of the kiosk can mend.
 */
export function openPcscReader(options: PcscOptions): CardReader {
  const { clock, log } = options
  const book = readerBook(clock)
  const stop = new AbortController()
  const queue = readingQueue((dropped) =>
    log.warn({ dropped }, 'Readings were dropped: the kiosk is too slow'),
  )
  const deliver = (readings: readonly Reading[]): void => readings.forEach((reading) => queue.put(reading))
  const parts = { ...options, book, deliver, signal: stop.signal }
  const supervised = supervise(parts)
  return {
    readings: (signal) => queue.readings(AbortSignal.any([signal, stop.signal])),
    health: () => book.health(),
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await supervised
    },
  }
}

type Parts = PcscOptions & {
  readonly book: ReaderBook
  readonly deliver: (readings: readonly Reading[]) => void
  readonly signal: AbortSignal
}

async function supervise(parts: Parts): Promise<void> {
  const { clock, log, book, deliver, signal, dice = Math.random } = parts
  const stopped = (): boolean => signal.aborted
  let failures = 0
  while (!stopped()) {
    const born = clock.uptime()
    const ended = await runReaderProcess(parts)
    if (stopped()) return
    if (ended.planned) {
      book.processReplaced()
      continue
    }
    deliver(book.processEnded(`The reader process ended: ${ended.why}. It is being started again.`))
    if (ended.forGood) {
      deliver(book.hear({ kind: 'no-package', detail: ended.why }))
      log.error({ health: book.health() }, 'No card reader: nfc-pcsc cannot be loaded')
      return
    }
    failures = clock.uptime() - born >= STEADY ? 1 : failures + 1
    log.warn({ why: ended.why, failures }, 'The reader process ended and is started again')
    await clock.sleep(backoffDelay(RESTART, failures, dice()), signal)
  }
}

type Ended = { readonly why: string; readonly planned: boolean; readonly forGood: boolean }

/** One life of the reader process, until it ended or had to be killed. */
async function runReaderProcess(parts: Parts): Promise<Ended> {
  const { clock, log, book, deliver, signal } = parts
  const child = (parts.fork ?? forkWith(parts.socket))([parts.packageName ?? 'nfc-pcsc', ...book.avoided()])
  const over = new AbortController()
  let heard = clock.uptime()
  let last: FromReaderProcess | undefined
  let verdict: string | undefined
  const kill = (why: string): void => {
    verdict ??= why
    // SIGKILL: a process that hangs in its native part answers nothing milder.
    child.kill('SIGKILL')
  }
  child.on('message', (value) => {
    if (over.signal.aborted) return
    heard = clock.uptime()
    try {
      last = parseFromReaderProcess(value)
    } catch {
      kill('it sent a message that is none')
      return
    }
    if (last.kind !== 'alive') log.debug({ kind: last.kind }, 'The reader process tells')
    deliver(book.hear(last))
    if (last.kind === 'lost' || last.kind === 'no-package') kill(last.detail)
  })
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, killedBy) => resolve(killedBy ?? `exit code ${code}`))
  })
  void exited.then(() => over.abort())
  const stopping = (): void => kill('the kiosk stops')
  signal.addEventListener('abort', stopping, { signal: over.signal })
  if (signal.aborted) stopping()
  while (!over.signal.aborted) {
    const overdue = book.overdue()
    if (overdue.length > 0) kill(`a card on ${overdue.join(' and ')} gave no answer`)
    else if (clock.uptime() - heard > SILENCE_MAX) kill(`it was silent for ${SILENCE_MAX / 1_000} s`)
    else if (book.secondLookDue()) kill(SECOND_LOOK)
    await clock.sleep(LOOK_INTERVAL, over.signal)
  }
  return {
    why: verdict ?? (await exited),
    planned: verdict === SECOND_LOOK,
    forGood: last?.kind === 'no-package' || child.exitCode === EXIT_NO_PACKAGE,
  }
}

/**
 * A bare process: no environment that could hold a secret of the kiosk, no options of the kiosk's own Node, no standard
 * output (nfc-pcsc prints there), a small heap.
 */
const forkWith =
  (socket: string | undefined): ForkReaderProcess =>
  (args) =>
    forkProcess(CHILD, [...args], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--max-old-space-size=32', '--max-semi-space-size=1'],
      env: { PATH: process.env['PATH'], ...socketVariable(socket ?? process.env['PCSCLITE_CSOCK_NAME']) },
    })

const socketVariable = (socket: string | undefined): NodeJS.ProcessEnv =>
  socket === undefined ? {} : { PCSCLITE_CSOCK_NAME: socket }
