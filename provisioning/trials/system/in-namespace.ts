import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'

/** What automake's test programs end with when they cannot run here: neither passed nor failed. */
export const EXIT_CANNOT_RUN = 77

const INSIDE = 'SPAARZUIL_TRIAL_NAMESPACE'

/** What the trial needs of the machine; the package is Debian's. */
const NEEDED = [
  { path: '/usr/bin/unshare', package: 'util-linux' },
  { path: '/usr/sbin/ip', package: 'iproute2' },
  { path: '/usr/sbin/pcscd', package: 'pcscd' },
  { path: '/usr/lib/pcsc/drivers/serial/libifdvpcd.so', package: 'vsmartcard-vpcd' },
] as const

export const isInNamespace = (): boolean => process.env[INSIDE] === '1'

/** Why the trial cannot run on this machine, and what to do; undefined when it can. */
export function whatIsMissing(): string | undefined {
  const packages = NEEDED.filter(({ path }) => !existsSync(path)).map((needed) => needed.package)
  if (packages.length > 0) return `Missing: apt-get install ${packages.join(' ')}`
  if (process.getuid?.() !== 0)
    return 'Needs root, for a network and a mount namespace of its own: run it with sudo.'
  return undefined
}

/**
 * Runs this very program again, with the same arguments, where it has a network of its own (loopback only) and an empty
 * /run/pcscd of its own, and gives its exit code. Everything the trial starts inherits both: the virtual reader listens
 * on all interfaces (vsmartcard 3.3, `reader.conf.d/vpcd`) and a pcscd of the machine must not be disturbed, and kiosk,
 * server and browser find each other on 127.0.0.1 all the same.
 */
export async function runInNamespace(): Promise<number> {
  const missing = whatIsMissing()
  if (missing !== undefined) {
    process.stderr.write(`This trial cannot run here. ${missing}\n`)
    return EXIT_CANNOT_RUN
  }
  const prepare = 'ip link set lo up && mkdir -p /run/pcscd && mount -t tmpfs tmpfs /run/pcscd && exec "$@"'
  const [node, ...program] = process.argv
  const child = spawn(
    'unshare',
    [
      '--net',
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      prepare,
      'sh',
      node ?? process.execPath,
      ...program,
    ],
    { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } },
  )
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
  process.on('SIGINT', pass).on('SIGTERM', pass)
  await once(child, 'exit')
  return child.exitCode ?? 1
}
