import { readFileSync } from 'node:fs'
import t from 'tap'
import { nodeEnvOf, nodeFlagsOf } from './node-flags.js'

t.test('the units start Node with the flags and environment that the trials measure', async (t) => {
  for (const name of ['kiosk', 'fleet-server']) {
    const unit = readFileSync(new URL(`../../../systemd/spaarzuil-${name}.service`, import.meta.url), 'utf8')
    const program = `/usr/lib/spaarzuil/${name}/dist/main.js`
    t.match(unit, `ExecStart=/usr/bin/node ${nodeFlagsOf(program).join(' ')} ${program} `)
    for (const [key, value] of Object.entries(nodeEnvOf(program)))
      t.match(unit, `Environment=${key}=${value}\n`)
  }
})

t.test('a program that is not the product gets none', async (t) => {
  t.strictSame(nodeFlagsOf('/somewhere/rivals/main.js'), [])
  t.strictSame(nodeEnvOf('/somewhere/rivals/main.js'), {})
})
