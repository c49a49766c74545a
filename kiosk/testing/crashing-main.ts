import { readFileSync, writeSync } from 'node:fs'
import { stopSignal } from '@spaarzuil/shared/runtime/stop.js'
import { assemble } from '../assemble.js'
import { parseConfig } from '../config.js'
import type { Hooks } from '../run.js'

/**
 * `node kiosk/dist/testing/crashing-main.js CONFIG.json [N]`: the same pillar for the fault trials. Kills itself between
 * the N-th effect and the next, as a power cut would. Writes one JSON line to standard output for every "saved" and
 * "noted", after it was shown: `{"shown":"noted","actionId":"…"}`. The product itself has no such hole.
 */
const [path = '', after = '0'] = process.argv.slice(2)
const crashAfter = Number(after)

const hooks: Hooks = {
  afterEffect: (_effect, index) => {
    if (index + 1 === crashAfter) process.kill(process.pid, 'SIGKILL')
  },
  onShown: ({ message }, actionId) => {
    if (actionId === undefined || (message?.kind !== 'saved' && message?.kind !== 'noted')) return
    // Synchronous: what was shown before the plug is pulled must stand outside.
    writeSync(1, `${JSON.stringify({ shown: message.kind, actionId })}\n`)
  },
}
await assemble({ config: parseConfig(readFileSync(path, 'utf8'), path), stop: stopSignal(), hooks })
