import { access, readFile } from 'node:fs/promises'
import { isUuid } from '@spaarzuil/shared/runtime/ids.js'
import { Failure } from '@spaarzuil/shared/errors.js'

/** Made by systemd-timesyncd at the first synchronisation of this boot (systemd-timesyncd.service(8)). */
const SYNCHRONISED = '/run/systemd/timesync/synchronized'
const BOOT_ID = '/proc/sys/kernel/random/boot_id'

/** The kernel's name for this boot. `SPAARZUIL_BOOT_ID` stands in for it where one machine plays several boots. */
export async function readBootId(env: NodeJS.ProcessEnv): Promise<string> {
  const given = env['SPAARZUIL_BOOT_ID']
  const boot = (given ?? (await readFile(BOOT_ID, 'utf8'))).trim().toLowerCase()
  if (isUuid(boot)) return boot
  throw new Failure(
    'CONFIG_INVALID',
    'SPAARZUIL_BOOT_ID must be a UUID, as in /proc/sys/kernel/random/boot_id',
  )
}

/** Whether the machine's clock is kept by network time. */
export async function hasNetworkTime(flag = SYNCHRONISED): Promise<boolean> {
  return access(flag).then(
    () => true,
    () => false,
  )
}
