/**
 * The kiosk's PC/SC reader alone, as a program: prints one JSON line for every reading, and one for the health whenever
 * it changed. For virtual cards only: it prints chip numbers, which the kiosk never does.
 */
import { destination, pino } from 'pino'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { milliseconds } from '@spaarzuil/shared/time.js'
import { openPcscReader } from '../pcsc-reader.js'

const LOOK_INTERVAL = milliseconds(100)

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

async function printHealth(): Promise<void> {
  let before = ''
  while (!stop.signal.aborted) {
    const health = reader.health()
    if (JSON.stringify(health) !== before) print({ health })
    before = JSON.stringify(health)
    await systemClock.sleep(LOOK_INTERVAL, stop.signal)
  }
}

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const reader = openPcscReader({ clock: systemClock, log: pino(destination(2)) })
const healthPrinted = printHealth()
for await (const reading of reader.readings(stop.signal)) print({ reading })
await healthPrinted
await reader[Symbol.asyncDispose]()
