import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { restoreFrom } from '../backup/restore.js'

// A restore that ends itself without a word after so many steps: `node restore-and-die.js FOLDER STATE_FOLDER STEPS`.
const [folder = '', stateFolder = '', steps = '1'] = process.argv.slice(2)
let left = Number(steps)
await restoreFrom(folder, stateFolder, {
  clock: systemClock,
  onStep: () => {
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  },
})
