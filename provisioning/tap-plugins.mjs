// tap builds its plugin set once. The first run after `npm ci` would still use the set with the TypeScript loader,
// which does not start with TypeScript 7; so the set is built here when it is missing.
import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'

if (!existsSync('.tap/plugins/package.json')) {
  const built = spawnSync(process.execPath, ['node_modules/tap/dist/esm/run.mjs', 'build'], {
    stdio: 'inherit',
  })
  process.exit(built.status ?? 1)
}
