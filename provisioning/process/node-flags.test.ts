import { readFileSync } from 'node:fs'
import t from 'tap'
import { nodeFlagsOf } from './node-flags.js'

t.test('the units start Node with the flags that the trials measure', async (t) => {
  for (const name of ['kiosk', 'fleet-server']) {
    const unit = readFileSync(new URL(`../../../systemd/spaarzuil-${name}.service`, import.meta.url), 'utf8')
    const program = `/usr/lib/spaarzuil/${name}/dist/main.js`
    const [flag = 'none'] = nodeFlagsOf(program)
    t.match(unit, `ExecStart=/usr/bin/node ${flag} ${program} `)
  }
})

t.test('a program that is not the product gets none', async (t) => {
  t.strictSame(nodeFlagsOf('/somewhere/rivals/main.js'), [])
})
