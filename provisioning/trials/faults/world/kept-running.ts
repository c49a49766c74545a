import { setTimeout as delay } from 'node:timers/promises'
import { startProgram, type Program, type ProgramOptions } from '../program.js'
import { until } from './until.js'

/** A program that is meant to run: started again when it ends by itself, as a supervisor would. */
export type KeptRunning = {
  /** Resolves when it does its work. */
  readonly start: () => Promise<void>
  /** It is not meant to run from now on, until it is started. */
  readonly kill: () => Promise<void>
  /** It stands still until it is killed. */
  readonly freeze: () => Promise<void>
  readonly stop: () => Promise<void>
  readonly running: () => boolean
  /** How often it ended although it was meant to run. */
  readonly endedByItself: () => number
}

type Parts = {
  readonly name: string
  /** Asked at every start: a crash may be ordered, a clock may be wrong. */
  readonly program: () => Omit<ProgramOptions, 'onLine'>
  readonly onLine: (line: string) => void
  readonly isReady: () => Promise<boolean>
}

/** Longer than a start takes on a machine that is busy with other things. */
const READY_WITHIN_MS = 30_000
const AGAIN_AFTER_MS = 200
/** What is enough to see why. */
const LAST_LINES = 5
const LINE_SHOWN_MAX = 500

export function keepRunning({ name, program, onLine, isReady }: Parts): KeptRunning {
  const state: { current: Program | undefined; wanted: boolean; ended: number } = {
    current: undefined,
    wanted: false,
    ended: 0,
  }
  const last: string[] = []
  const hear = (line: string): void => {
    last.push(line.slice(0, LINE_SHOWN_MAX))
    if (last.length > LAST_LINES) last.shift()
    onLine(line)
  }
  const launch = (): void => {
    const started = startProgram({ ...program(), onLine: hear })
    state.current = started
    void comeBack(started)
  }
  const comeBack = async (started: Program): Promise<void> => {
    await started.ended
    const isMissed = (): boolean => state.wanted && state.current === started
    if (!isMissed()) return
    state.ended += 1
    await delay(AGAIN_AFTER_MS)
    if (isMissed()) launch()
  }
  return {
    start: async () => {
      state.wanted = true
      if (state.current?.running() !== true) launch()
      if (!(await until(READY_WITHIN_MS, isReady))) {
        throw new Error(
          `${name} was not ready within ${READY_WITHIN_MS} ms. It said last:\n${last.join('\n')}`,
        )
      }
    },
    kill: async () => {
      state.wanted = false
      await state.current?.kill()
    },
    freeze: async () => {
      state.wanted = false
      await state.current?.freeze()
    },
    stop: async () => {
      state.wanted = false
      await state.current?.stop()
    },
    running: () => state.current?.running() === true,
    endedByItself: () => state.ended,
  }
}
