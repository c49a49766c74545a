import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm, statfs, truncate } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { isErrno } from '../errno.js'
import { shell, shellNow } from './shell.js'

/** Where one program keeps its files. */
export type Disk = {
  readonly folder: string
  /**
   * The plug is pulled: what had reached the device at one point in time is all there is afterwards. The program stands
   * still before that point, so that it says nothing to anybody that the disk no longer knows; the disk is mounted again
   * as a machine would on its next start.
   */
  readonly cutPower: (program: Plugged) => Promise<void>
  /** Not a byte more fits. */
  readonly fill: () => Promise<void>
  readonly free: () => Promise<void>
}

/** What hangs on the same plug. */
export type Plugged = { readonly freeze: () => Promise<void>; readonly kill: () => Promise<void> }

export type Disks = AsyncDisposable & {
  /** False: folders like any other. No power cut and no full disk can be made then. */
  readonly real: boolean
  readonly make: (name: string, megabytes: number) => Promise<Disk>
  /** Lets go of everything at once, for when the process ends without a goodbye. */
  readonly letGoNow: () => void
}

const TOOLS = [
  { path: '/usr/sbin/mkfs.xfs', package: 'xfsprogs' },
  { path: '/usr/sbin/mkfs.ext4', package: 'e2fsprogs' },
]

/** Why power cuts and full disks cannot be made here; undefined when they can. */
export function whyNoDisks(): string | undefined {
  if (process.getuid?.() !== 0) return 'they need root, to mount disks of their own'
  const missing = TOOLS.filter(({ path }) => !existsSync(path)).map((tool) => tool.package)
  return missing.length === 0 ? undefined : `they need apt-get install ${missing.join(' ')}`
}

/** Files here are sparse: this is what may be used, not what is used. */
const BASE_MEGABYTES = 6_000

/**
 * Disks that can lose their power. Each is an ext4 file system in a file, and these files lie on XFS, which can copy one
 * in a moment (`cp --reflink=always`, about 2 ms): the copy holds what had reached the block device at one point in time
 * and nothing of what the kernel still held, as a device would that lost its power.
 */
export async function openDisks(folder: string): Promise<Disks> {
  const mounted: string[] = []
  const base = join(folder, 'power')
  await mount({
    mounted,
    image: join(folder, 'power.xfs'),
    at: base,
    megabytes: BASE_MEGABYTES,
    make: ['mkfs.xfs', '-q'],
  })
  return {
    real: true,
    make: async (name, megabytes) => {
      const image = join(base, `${name}.ext4`)
      const at = join(folder, name)
      await mount({ mounted, image, at, megabytes, make: ['mkfs.ext4', '-q', '-F', '-m', '0'] })
      return diskAt(at, image)
    },
    letGoNow: () => {
      for (const at of mounted.toReversed()) shellNow('umount', '-l', at)
    },
    [Symbol.asyncDispose]: async () => {
      for (let at = mounted.pop(); at !== undefined; at = mounted.pop()) await unmount(at)
    },
  }
}

/** Folders, where nothing can be mounted. */
export const plainFolders = (folder: string): Disks => ({
  real: false,
  make: async (name) => {
    const at = join(folder, name)
    await mkdir(at)
    const cannot = async (): Promise<never> => Promise.reject(new Error('A plain folder has no plug to pull'))
    return { folder: at, cutPower: cannot, fill: cannot, free: async () => undefined }
  },
  letGoNow: () => undefined,
  [Symbol.asyncDispose]: async () => undefined,
})

type Mount = {
  readonly mounted: string[]
  readonly image: string
  readonly at: string
  readonly megabytes: number
  readonly make: readonly [string, ...string[]]
}

async function mount({ mounted, image, at, megabytes, make: [program, ...words] }: Mount): Promise<void> {
  await (await open(image, 'wx')).close()
  await truncate(image, megabytes * 1024 * 1024)
  await shell(program, ...words, image)
  await mkdir(at)
  await shell('mount', '-o', 'loop', image, at)
  mounted.push(at)
}

/** A file may still be closing in a process that was just ended. */
const UNMOUNT_TRIES = 50
async function unmount(at: string): Promise<void> {
  for (let left = UNMOUNT_TRIES; ; left -= 1) {
    try {
      await shell('umount', at)
      return
    } catch (error) {
      if (left === 0) throw error
      await delay(100)
    }
  }
}

function diskAt(folder: string, image: string): Disk {
  const filler = join(folder, 'filler')
  return {
    folder,
    cutPower: async ({ freeze, kill }) => {
      const survived = `${image}.survived`
      await freeze()
      await shell('cp', '--reflink=always', image, survived)
      await kill()
      await unmount(folder)
      await rename(survived, image)
      await shell('mount', '-o', 'loop', image, folder)
    },
    fill: async () => {
      const { bavail, bsize } = await statfs(folder)
      if (bavail > 0) await shell('fallocate', '-l', String(bavail * bsize), filler).catch(() => undefined)
      await fillToTheBrim(filler)
    },
    free: async () => rm(filler, { force: true }),
  }
}

/** What fallocate left over, in ever smaller pieces. */
async function fillToTheBrim(filler: string): Promise<void> {
  const file = await open(filler, 'a')
  try {
    for (let size = 1024 * 1024; size >= 512;) {
      try {
        await file.appendFile(Buffer.alloc(size))
        await file.datasync()
      } catch (error) {
        if (!isErrno(error, 'ENOSPC')) throw error
        size >>= 1
      }
    }
  } finally {
    await file.close()
  }
}
