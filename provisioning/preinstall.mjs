// Says in one clear word what a fresh machine lacks, before npm prints pages about node-gyp.
import { execFileSync } from 'node:child_process'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `\nspaarzuil needs Node 20.19 or newer; this is ${process.version}. Install a newer Node and run npm ci again.\n`,
  )
  process.exit(1)
}
const missing = ['make', 'g++', 'python3'].filter((tool) => {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    return true
  }
})
if (missing.length > 0) {
  console.warn(
    `\nspaarzuil: ${missing.join(', ')} not found. sqlite3 has to be compiled where no built module can be had.` +
      '\nIf the installation fails: sudo apt-get install build-essential python3, then npm ci again.\n',
  )
}
