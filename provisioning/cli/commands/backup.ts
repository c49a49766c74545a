import { resolve } from 'node:path'
import { Type } from 'typebox'
import { openApi } from '../api.js'
import { EXIT, type Command } from '../command.js'

const Manifest = Type.Object({
  madeAt: Type.String(),
  counts: Type.Object({ checkIns: Type.Integer(), ledgerLines: Type.Integer() }),
  files: Type.Array(Type.Object({ bytes: Type.Integer() })),
})

export const backup: Command = {
  name: 'backup',
  usage: 'FOLDER',
  summary: 'Copies database and keys of the server into a new folder, while it runs.',
  help: [
    'FOLDER must not exist, and is made on the machine of the server, readable by its user alone. It appears under its',
    'name when it is whole. It opens every seal and finds every card: keep it as carefully as the server itself.',
  ].join('\n'),
  words: 1,
  options: {},
  run: async ({ words, server, answer, progress }) => {
    const folder = resolve(words[0] ?? '')
    progress('Copying… (the server goes on working)')
    const manifest = await openApi(server).post('/api/v1/backups', { folder }, Manifest)
    progress('')
    const { checkIns, ledgerLines } = manifest.counts
    const megabytes = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6
    answer(
      `${folder}: ${checkIns} check-ins, ${ledgerLines} ledger lines, ${megabytes.toFixed(1)} MB, as of ${manifest.madeAt}`,
      { folder, ...manifest },
    )
    return EXIT.done
  },
}
