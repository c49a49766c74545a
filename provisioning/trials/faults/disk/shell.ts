import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs a program to its end; rejects with what it printed when it fails. */
export const shell = async (program: string, ...words: readonly string[]): Promise<string> =>
  (await execute(program, words)).stdout

/** For the last moments of a process, when nothing can be waited for. Failures are of no use to anybody then. */
export function shellNow(program: string, ...words: readonly string[]): void {
  try {
    execFileSync(program, words, { stdio: 'ignore' })
  } catch {
    process.stderr.write(`${program} ${words.join(' ')} failed\n`)
  }
}
