import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openDisks, plainFolders, whyNoDisks } from './disks.js'

const program = (kill: () => void) => ({
  freeze: async () => undefined,
  kill: async () => {
    kill()
  },
})

t.test('a disk that loses its power, and one that is full', { skip: whyNoDisks() ?? false }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'spaarzuil-disks-'))
  const disks = await openDisks(folder)
  t.teardown(async () => {
    await disks[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })
  const disk = await disks.make('pillar', 64)

  await t.test('what was flushed survives, what the kernel still held does not', async (t) => {
    const flushed = openSync(join(disk.folder, 'flushed'), 'w')
    writeSync(flushed, 'here')
    fsyncSync(flushed)
    const held = openSync(join(disk.folder, 'held'), 'w')
    writeSync(held, 'gone')
    await disk.cutPower(
      program(() => {
        closeSync(flushed)
        closeSync(held)
      }),
    )
    t.equal(readFileSync(join(disk.folder, 'flushed'), 'utf8'), 'here')
    t.notOk(existsSync(join(disk.folder, 'held')))
  })

  await t.test('a full disk takes nothing, and takes it again when it is freed', async (t) => {
    const write = (): void => writeFileSync(join(disk.folder, 'tap'), 'x'.repeat(8_192))
    await disk.fill()
    t.throws(write, { code: 'ENOSPC' })
    await disk.free()
    t.doesNotThrow(write)
  })
})

t.test('a plain folder says that it has no plug', async (t) => {
  const disk = await plainFolders(t.testdir()).make('pillar', 64)
  t.ok(existsSync(disk.folder))
  await t.rejects(disk.cutPower(program(() => undefined)), /no plug/)
})
