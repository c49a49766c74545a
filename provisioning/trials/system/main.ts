import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { openChecks, expect } from './checks.js'
import { openHouse } from './house.js'
import { isInNamespace, runInNamespace } from './in-namespace.js'
import { checkReader } from './reader-check.js'
import { startVirtualReader } from './virtual-reader.js'
import { checkWholePath } from './whole-path.js'
import { checkYardstick, documentsOf } from './yardstick.js'

/**
 * `npm run test:system`: the native reader stack with a virtual reader, built programs, a real browser. As root, with
 * the Debian packages of .ci/run; ends with "N passed, N failed".
 */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const COMMAND = join(ROOT, 'provisioning/bin/spaarzuil.mjs')
const CASES = join(ROOT, '../shared/calendar-cases')
const run = promisify(execFile)

process.exitCode = isInNamespace() ? await trial() : await runInNamespace()

async function trial(): Promise<number> {
  const checks = openChecks((line) => console.log(line))
  if (existsSync(CASES)) await checkYardstick(checks, COMMAND, CASES)
  else checks.skip('the yardstick of calendar cases', `${CASES} is not there`)
  await checks.check('the units are valid', async () => {
    for (const unit of ['spaarzuil-kiosk', 'spaarzuil-fleet-server']) {
      // A wrong key alone is printed with exit code 0: nothing may be printed.
      const { stdout, stderr } = await run('systemd-analyze', [
        'verify',
        join(ROOT, `systemd/${unit}.service`),
      ])
      expect(`${stdout}${stderr}` === '', `no complaint about ${unit}: ${stdout}${stderr}`)
    }
  })
  const virtual = await startVirtualReader()
  const house = await openHouse()
  try {
    await checks.check('cards on the virtual reader arrive, also after pcscd was killed', async () =>
      checkReader(virtual),
    )
    await checks.check('a fleet server and a pillar with PC/SC start', async () => {
      await house.startServer()
      await house.startPillar()
    })
    if (existsSync(CASES)) {
      await checks.check(
        'event documents and Search API pages are imported, what is skipped is said',
        async () => {
          const args = [COMMAND, 'events', 'import', await documentsOf(CASES), '--server', house.address]
          const { stdout } = await run(process.execPath, args)
          expect(/skipped/.test(stdout), `a report, got ${stdout}`)
        },
      )
    }
    await checkWholePath({ checks, house, virtual, pictures: join(ROOT, 'var/system') })
  } finally {
    await house.close()
    await virtual.close()
  }
  console.log(`Pictures: ${join(ROOT, 'var/system')}. Logs: ${house.folder}`)
  return checks.finish()
}
