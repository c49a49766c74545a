import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { lockFolder } from './folder-lock.js'

t.test('a folder has one holder at a time, and is free again when that one lets go', async (t) => {
  const folder = join(t.testdir(), 'state')
  const first = await lockFolder(folder, 'another pillar')
  await t.rejects(lockFolder(folder, 'another pillar'), {
    code: 'STATE_FOLDER_IN_USE',
    message: /state: another pillar\. Stop it first/,
  })
  await first[Symbol.asyncDispose]()
  const second = await lockFolder(folder, 'another pillar')
  await second[Symbol.asyncDispose]()
})

t.test('a folder that cannot be made is named', async (t) => {
  const file = join(t.testdir(), 'file')
  await writeFile(file, '')
  await t.rejects(lockFolder(file, 'another pillar'), {
    code: 'CONFIG_INVALID',
    message: /The state folder .*file cannot be made: EEXIST/,
  })
})
