import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { uptime } from 'node:os'

/** What a pillar takes for its machine: the clock on the wall, the boot, and the time since. */
export type Machine = {
  /** Moves the wall clock of the running program; undefined: as it really is. */
  readonly setClock: (bySeconds: number | undefined) => Promise<void>
  /** The machine was switched on just now: another boot id, and an uptime that begins again. */
  readonly reboot: () => void
  readonly env: () => Readonly<Record<string, string>>
  readonly wrapped: () => readonly string[]
}

const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
const BOOT_TAKES_S = 20

/** Why clocks cannot jump here; undefined when they can. */
export const whyNoClockJumps = (): string | undefined =>
  existsSync(FAKETIME) ? undefined : 'they need apt-get install faketime'

/**
 * A machine of its own for one program, on this one: libfaketime moves CLOCK_REALTIME alone (the clocks that cannot be
 * set stay as they are), and a time namespace begins CLOCK_BOOTTIME again (time_namespaces(7); needs root).
 */
export async function openMachine(clockFile: string): Promise<Machine> {
  await writeFile(clockFile, '+0\n')
  const withClock = existsSync(FAKETIME)
  const withBoots = process.getuid?.() === 0
  const state = { boot: randomUUID(), offset: 0 }
  return {
    setClock: async (bySeconds = 0) => writeFile(clockFile, `${bySeconds < 0 ? '' : '+'}${bySeconds}\n`),
    reboot: () => {
      state.boot = randomUUID()
      state.offset = Math.round(BOOT_TAKES_S - uptime())
    },
    env: () => ({
      SPAARZUIL_BOOT_ID: state.boot,
      ...(withClock
        ? {
            LD_PRELOAD: FAKETIME,
            FAKETIME_TIMESTAMP_FILE: clockFile,
            FAKETIME_CACHE_DURATION: '1',
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
            NO_FAKE_STAT: '1',
          }
        : {}),
    }),
    wrapped: () =>
      withBoots ? ['unshare', '--time', '--boottime', String(state.offset), '--fork', '--kill-child'] : [],
  }
}
