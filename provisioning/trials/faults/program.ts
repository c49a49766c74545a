import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { nodeEnvOf, nodeFlagsOf } from '../../process/node-flags.js'
import { isErrno } from './errno.js'
import { until } from './world/until.js'

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

/** A built program of the product, running as a process with everything it starts in one group of its own. */
export type Program = {
  readonly pid: number
  readonly running: () => boolean
  readonly ended: Promise<Ended>
  /** SIGSTOP: nothing of it happens any more, and nothing is undone. Resolves when every process of it stands still. */
  readonly freeze: () => Promise<void>
  /** SIGKILL: the program does nothing any more. Resolves when it is gone. */
  readonly kill: () => Promise<void>
  /** SIGTERM, and SIGKILL for what has not stopped after ten seconds. */
  readonly stop: () => Promise<Ended>
}

export type ProgramOptions = {
  readonly script: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Words before the program's own, as in `unshare … node script`. */
  readonly wrapped?: readonly string[]
  readonly onLine: (line: string) => void
}

/** Everything that runs now, so that it can be ended when the trial itself ends. */
const groups = new Set<number>()

/** For the last moments of the trial: no program of it stays behind. */
export function killAllNow(): void {
  for (const group of groups) signalGroup(group, 'SIGKILL')
}

const STOP_WITHIN_MS = 10_000
const FROZEN_WITHIN_MS = 2_000

export function startProgram({ script, args, env, wrapped = [], onLine }: ProgramOptions): Program {
  const [command = process.execPath, ...words] = [
    ...wrapped,
    process.execPath,
    ...nodeFlagsOf(script),
    script,
    ...args,
  ]
  const child = spawn(command, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...nodeEnvOf(script), ...env },
    detached: true,
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} could not be started`)
  groups.add(pid)
  let running = true
  eachLine(child.stdout, onLine)
  eachLine(child.stderr, onLine)
  const ended = new Promise<Ended>((resolve) => {
    // 'close' comes after the last line was read: what was shown before a kill counts.
    child.once('close', (code, signal) => {
      running = false
      groups.delete(pid)
      resolve({ code, signal })
    })
  })
  return {
    pid,
    running: () => running,
    ended,
    freeze: async () => {
      if (running) signalGroup(pid, 'SIGSTOP')
      await until(FROZEN_WITHIN_MS, async () => !running || (await isFrozen(pid)))
    },
    kill: async () => {
      if (running) signalGroup(pid, 'SIGKILL')
      await ended
    },
    stop: async () => {
      if (running) signalGroup(pid, 'SIGTERM')
      const late = setTimeout(() => {
        if (running) signalGroup(pid, 'SIGKILL')
      }, STOP_WITHIN_MS)
      const how = await ended
      clearTimeout(late)
      return how
    },
  }
}

/** The process and its children; the state is the first letter behind the name (proc(5)). */
async function isFrozen(pid: number): Promise<boolean> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  for (const each of [String(pid), ...children.trim().split(/\s+/)].filter((word) => word !== '')) {
    const stat = await readFile(`/proc/${each}/stat`, 'utf8').catch(() => '')
    if (!/\) [TZ] /.test(stat)) return false
  }
  return true
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch (error) {
    // Gone already.
    if (!isErrno(error, 'ESRCH')) throw error
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
  stream.on('end', () => {
    if (rest !== '') onLine(rest)
  })
}
