// Copies what tsc does not: SQL migrations, styles, fonts and pictures, next to the compiled code that reads them.
import { cpSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ASSET = /\.(sql|css|svg|woff2|png|json)$/
const SKIP = new Set(['dist', 'node_modules'])

const copyAssets = (root, folder = '') => {
  for (const name of readdirSync(join(root, folder))) {
    const path = join(folder, name)
    if (statSync(join(root, path)).isDirectory()) {
      if (!SKIP.has(name)) copyAssets(root, path)
    } else if (ASSET.test(name) && !/^(package|tsconfig)/.test(name)) {
      const to = join(root, 'dist', path)
      mkdirSync(dirname(to), { recursive: true })
      cpSync(join(root, path), to)
    }
  }
}
for (const root of ['shared', 'kiosk', 'fleet-server', 'provisioning']) copyAssets(root)
