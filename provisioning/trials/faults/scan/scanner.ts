import { createReadStream } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { invariant } from '@spaarzuil/shared/errors.js'
import type { Spelling } from './spellings.js'

/** A number found where it must not be. */
export type Leak = { readonly place: string; readonly secret: string; readonly how: string }

export type Scanner = {
  readonly look: (place: string, bytes: Buffer) => void
  /** Every file below the folder, whatever it is; `skip` are folders and files of the trial itself. */
  readonly lookInFolder: (folder: string, skip: ReadonlySet<string>) => Promise<void>
  readonly leaks: () => readonly Leak[]
  readonly lookedAt: () => { readonly places: number; readonly bytes: number }
}

/** The first bytes of a spelling decide whether it is compared at all. */
const HEAD = 4
const TABLE_BITS = 20
/** More of the same tells nobody more. */
const LEAKS_MAX = 200

/** Looks for thousands of spellings at once: one pass over the bytes, and a table that says "not here" almost always. */
export function openScanner(spellings: readonly Spelling[]): Scanner {
  const heads = new Uint8Array(1 << TABLE_BITS)
  const byHead = new Map<number, Spelling[]>()
  let longest = 0
  for (const spelling of spellings) {
    invariant(spelling.bytes.length >= HEAD, 'a spelling is long enough to be no accident')
    const head = spelling.bytes.readUInt32LE(0)
    heads[slotOf(head)] = 1
    byHead.set(head, [...(byHead.get(head) ?? []), spelling])
    longest = Math.max(longest, spelling.bytes.length)
  }
  const leaks = new Map<string, Leak>()
  const seen = { places: 0, bytes: 0 }
  const look = (place: string, bytes: Buffer): void => {
    seen.places += 1
    seen.bytes += bytes.length
    search(place, bytes)
  }
  const search = (place: string, bytes: Buffer): void => {
    // A rolling word instead of a read per byte: this runs over every byte of a run.
    let word = 0
    for (let end = 0; end < bytes.length; end += 1) {
      word = (word >>> 8) | ((bytes[end] ?? 0) << 24)
      if (end < HEAD - 1 || heads[slotOf(word)] === 0) continue
      const start = end - HEAD + 1
      for (const spelling of byHead.get(word >>> 0) ?? []) {
        if (!bytes.subarray(start, start + spelling.bytes.length).equals(spelling.bytes)) continue
        const { name } = spelling.secret
        if (leaks.size < LEAKS_MAX)
          leaks.set(`${place} ${name} ${spelling.how}`, { place, secret: name, how: spelling.how })
      }
    }
  }
  const lookInFile = async (path: string): Promise<void> => {
    seen.places += 1
    let before: Buffer = Buffer.alloc(0)
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      const piece: unknown = chunk
      if (!Buffer.isBuffer(piece)) continue
      seen.bytes += piece.length
      const bytes = Buffer.concat([before, piece])
      search(path, bytes)
      // A number may lie across two pieces.
      before = bytes.subarray(Math.max(0, bytes.length - longest + 1))
    }
  }
  const lookInFolder = async (folder: string, skip: ReadonlySet<string>): Promise<void> => {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name)
      if (skip.has(path)) continue
      if (entry.isDirectory()) await lookInFolder(path, skip)
      else if (entry.isFile()) await lookInFile(path)
    }
  }
  return { look, lookInFolder, leaks: () => [...leaks.values()], lookedAt: () => ({ ...seen }) }
}

const slotOf = (word: number): number => Math.imul(word, 0x9e3779b1) >>> (32 - TABLE_BITS)
