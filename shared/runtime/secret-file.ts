import type { Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { Failure } from '../errors.js'
import { atomicFile } from './atomic-file.js'

/** Sixteen keys of any kind take 3 KB; what is larger is another file. */
const SECRET_FILE_BYTES_MAX = 64 * 1024

/** Replaces the file's content by `value` as JSON, readable by its owner alone. See `atomicFile` for what it promises. */
export async function writeSecretFile(path: string, value: unknown): Promise<void> {
  await atomicFile(path, 0o600).write(`${JSON.stringify(value, undefined, 2)}\n`)
}

/**
 * The parsed JSON of a file of keys; its form is for the caller to check. Throws NOT_FOUND when there is none, and
 * CONFIG_INVALID when others may read it, or when it is not JSON. No message holds any of its content.
 */
export async function readSecretFile(path: string): Promise<unknown> {
  const text = await readPrivately(path)
  try {
    return JSON.parse(text)
  } catch {
    // Without the cause: the parser quotes what it could not read.
    throw new Failure('CONFIG_INVALID', `${path} is not JSON. It may be damaged: restore it from its backup.`)
  }
}

async function readPrivately(path: string): Promise<string> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new Failure('NOT_FOUND', `The secret file ${path} cannot be opened`, { cause })
  })
  try {
    const stats = await file.stat()
    if (mayBeReadByOthers(stats)) {
      throw new Failure(
        'CONFIG_INVALID',
        `${path} holds secrets and may be read by others (mode ${(stats.mode & 0o777).toString(8)}). ` +
          `Run: chmod 600 ${path}. If other people use this machine, make new keys.`,
      )
    }
    if (stats.size > SECRET_FILE_BYTES_MAX) {
      throw new Failure('CONFIG_INVALID', `${path} is ${stats.size} bytes, too large for a file of keys`)
    }
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/**
 * systemd hands out credentials as root:root 0440 with an access list for the service's user; the list shows as the
 * group's bits. The group root may therefore read, any other may not (systemd.exec(5), LoadCredential=).
 */
const mayBeReadByOthers = (stats: Stats): boolean =>
  (stats.mode & 0o007) !== 0 || ((stats.mode & 0o070) !== 0 && !(stats.uid === 0 && stats.gid === 0))
