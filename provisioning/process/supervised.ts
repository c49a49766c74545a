import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { nodeEnvOf, nodeFlagsOf } from './node-flags.js'

/** One program kept running: started again when it dies, stopped with SIGTERM and, if it hangs, SIGKILL. */
export type Supervised = { readonly pid: () => number | undefined; readonly stop: () => Promise<void> }

type Options = {
  readonly script: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What the program writes to its log, line by line. */
  readonly onLine: (line: string) => void
  readonly onDeath: (how: string) => void
}

const AGAIN_MS = 1_000
/** Longer than an honest shutdown takes: draining a queue, settling a journal. */
const KILL_AFTER_MS = 10_000

export function supervise(options: Options): Supervised {
  let stopping = false
  let child: ChildProcess | undefined
  let ended: Promise<void> = Promise.resolve()

  const start = (): void => {
    // Own process group: Ctrl-C reaches only the supervisor, which then stops its programs in order.
    const running = spawn(
      process.execPath,
      [...nodeFlagsOf(options.script), options.script, ...options.args],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...nodeEnvOf(options.script), ...options.env },
        detached: true,
      },
    )
    child = running
    for (const stream of [running.stdout, running.stderr]) eachLine(stream, options.onLine)
    ended = new Promise((resolve) => {
      running.once('exit', (code, signal) => {
        resolve()
        if (stopping) return
        options.onDeath(signal ?? `exit code ${code}`)
        setTimeout(() => !stopping && start(), AGAIN_MS)
      })
    })
  }
  start()
  return {
    pid: () => child?.pid,
    stop: async () => {
      stopping = true
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const abort = new AbortController()
      const late = delay(KILL_AFTER_MS, true, { signal: abort.signal }).catch(() => false)
      if (await Promise.race([ended.then(() => false), late])) child.kill('SIGKILL')
      abort.abort()
      await ended
    },
  }
}

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(onLine)
  })
}
