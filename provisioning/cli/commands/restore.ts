import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Failure } from '@spaarzuil/shared/errors.js'
import { text, type Command } from '../command.js'

const RESTORE = fileURLToPath(new URL('../../../../fleet-server/dist/restore/main.js', import.meta.url))

export const restore: Command = {
  name: 'restore',
  usage: 'FOLDER --state STATE_FOLDER',
  summary: 'Puts a backup in the place of the state of a server that stands still.',
  help: [
    'FOLDER was made by `spaarzuil backup`; STATE_FOLDER is the stateFolder of the server. The backup is checked before',
    'anything is touched. The old state is kept beside, keys made since the backup stay in use, and the pillars send',
    'again what came after it. Refused while a server runs on that folder.',
  ].join('\n'),
  words: 1,
  options: { state: { type: 'string' } },
  run: async ({ words, values, answer, progress }) => {
    const state = text(values, 'state')
    if (state === undefined) {
      throw new Failure('REQUEST_INVALID', 'Which state folder? Name it with --state STATE_FOLDER.')
    }
    progress('Checking the backup…')
    const folders = [resolve(words[0] ?? ''), resolve(state)]
    const asData = values['json'] === true
    const { code, out } = await runRestore([...folders, ...(asData ? ['--json'] : [])])
    progress('')
    if (code === 0) answer(out.trim(), asData ? JSON.parse(out) : undefined)
    return code
  },
}

/** In a program of its own: the restore belongs to the server, whose code this command does not know. */
async function runRestore(args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const child = spawn(process.execPath, [RESTORE, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number>((done, failed) => {
    child.once('error', failed)
    child.once('close', (code) => {
      done(code ?? 1)
    })
  })
  const [code, out] = await Promise.all([ended, textOf(child.stdout)])
  return { code, out }
}
