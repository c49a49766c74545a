import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { nodeEnvOf, nodeFlagsOf } from '../../process/node-flags.js'

/** A built program of the product, started as it would be started for real. */
export type Program = {
  readonly pid: number
  /** Ends with SIGTERM; resolves when it has ended. */
  stop(): Promise<void>
}

/** Programs of a trial, for `runForLine` and `start`: paths from this built file. */
export const SCRIPTS = {
  server: builtScript('../../../../fleet-server/dist/main.js'),
  kiosk: builtScript('../../../../kiosk/dist/main.js'),
  swarm: builtScript('../swarm/main.js'),
  rivals: builtScript('rivals/main.js'),
} as const

function builtScript(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

export type StartOptions = {
  readonly script: string
  readonly args: readonly string[]
  /** Where its log goes. */
  readonly logFile: string
  /** Flags of Node itself besides those of the product: for profiles. */
  readonly nodeFlags?: readonly string[]
}

export function startProgram({ script, args, logFile, nodeFlags = [] }: StartOptions): Program {
  const child = spawn(process.execPath, [...nodeFlagsOf(script), ...nodeFlags, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...nodeEnvOf(script) },
  })
  const log = createWriteStream(logFile, { flags: 'a' })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  return { pid: pidOf(child), stop: async () => stop(child) }
}

/** Starts a program that says one line of JSON when it is ready, and keeps it running. */
export async function startForLine(
  script: string,
  args: readonly string[],
): Promise<Program & { readonly line: unknown }> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await firstLine(child)
  return { pid: pidOf(child), line, stop: async () => stop(child) }
}

/** Starts a load that runs beside something else, and waits until it runs. `end` stops it and gives what it measured. */
export async function startForEnd(
  script: string,
  args: readonly string[],
): Promise<{ readonly end: () => Promise<unknown> }> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  await once(child, 'message')
  const line = firstLine(child)
  return {
    end: async () => {
      child.kill('SIGTERM')
      return line
    },
  }
}

/** Runs a program to its end. */
export async function runForLine(script: string, args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const line = await firstLine(child)
  await ended
  return line
}

async function firstLine(child: ChildProcess): Promise<unknown> {
  if (child.stdout === null) throw new Error('the program has no output')
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line)
  throw new Error(`A program of the bench ended (${child.exitCode ?? child.signalCode}) without its line`)
}

const pidOf = (child: ChildProcess): number => {
  if (child.pid === undefined) throw new Error('A program of the bench could not be started')
  return child.pid
}

/** An honest shutdown drains queues; what takes longer than this hangs. */
const KILL_AFTER_MS = 20_000

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
  await ended
  clearTimeout(late)
}

/** Memory of a process and all its descendants, in MB. */
export type MemoryUse = {
  /** Proportional set size: what is shared with other programs counts in part, so it is less while more of them run. */
  readonly pss: number
  /** Of that what no file stands behind: its own, whatever else runs. */
  readonly own: number
}

/** As the kernel counts it (smaps_rollup). */
export async function memoryUse(pid: number): Promise<MemoryUse> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean)
  const theirs = await Promise.all(children.map(async (child) => memoryUse(Number(child))))
  const inMb = (kB: number): number => Math.round(kB / 102.4) / 10
  const sum = (name: string, part: (use: MemoryUse) => number): number => {
    const own = Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1] ?? Number.NaN)
    return theirs.reduce((total, use) => total + part(use), inMb(own))
  }
  return { pss: sum('Pss', (use) => use.pss), own: sum('Pss_Anon', (use) => use.own) }
}

/** Bytes that a process had written to storage so far (block layer, so whole pages). */
export async function writtenBytes(pid: number): Promise<number> {
  const io = await readFile(`/proc/${pid}/io`, 'utf8')
  return Number(/^write_bytes: (\d+)$/m.exec(io)?.[1] ?? Number.NaN)
}
