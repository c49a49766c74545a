import { readFile } from 'node:fs/promises'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { stopSignal } from '@spaarzuil/shared/runtime/stop.js'
import { assemble } from './assemble.js'
import { parseConfig } from './config.js'

/** `node kiosk/dist/main.js CONFIG.json` runs one pillar until it is told to stop (Ctrl-C, SIGTERM). */
const [path] = process.argv.slice(2)
try {
  if (path === undefined) throw new Error('Usage: node kiosk/dist/main.js CONFIG.json')
  const config = parseConfig(await readFile(path, 'utf8'), path)
  await assemble({ config, stop: stopSignal() })
} catch (error) {
  const known = isFailure(error) || path === undefined || isMissingFile(error)
  process.stderr.write(
    `${error instanceof Error ? ((known ? error.message : error.stack) ?? '') : String(error)}\n`,
  )
  process.exitCode = 1
}

function isMissingFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
