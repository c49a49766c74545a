import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs'

/** What a laptop can spare; the file before is kept once as `.1`. */
const LOG_BYTES_MAX = 5 * 1024 * 1024

/** Lines into a file that never grows beyond its maximum. */
export function openLogFile(path: string): (line: string) => void {
  let size = existsSync(path) ? statSync(path).size : 0
  return (line) => {
    if (size > LOG_BYTES_MAX) {
      renameSync(path, `${path}.1`)
      size = 0
    }
    appendFileSync(path, `${line}\n`, { mode: 0o600 })
    size += Buffer.byteLength(line) + 1
  }
}
