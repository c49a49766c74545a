import { readFile } from 'node:fs/promises'
import { Type } from 'typebox'
import { Failure } from '@spaarzuil/shared/errors.js'
import { openApi } from '../api.js'
import { CARD_SYSTEM_HELP, wantedCardSystem } from '../card-system.js'
import { EXIT, text, type Command } from '../command.js'

export const CardReport = Type.Object({
  imported: Type.Integer(),
  unchanged: Type.Integer(),
  faultCount: Type.Integer(),
  faults: Type.Array(Type.Object({ row: Type.Integer(), fault: Type.String() })),
})

export const cardsImport: Command = {
  name: 'cards import',
  usage: 'FILE [--card-system NAME] [--register]',
  summary: 'Gives the server a delivery of cards: "chip";"number", one card a line.',
  help: [
    'The server keeps keyed hashes of the numbers, not the numbers, and not the file. Rows that are wrong are named by',
    'row, never by number; the others are taken. Importing again changes nothing.',
    '--register gives every new card a passholder of its own (for passes that need no registration).',
    CARD_SYSTEM_HELP,
    'Exit code 1 when rows were wrong.',
  ].join('\n'),
  words: 1,
  options: { 'card-system': { type: 'string' }, register: { type: 'boolean' } },
  run: async ({ words, values, server, answer }) => {
    const api = openApi(server)
    const { id } = await wantedCardSystem(api, text(values, 'card-system'))
    const [path = ''] = words
    const file = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new Failure('NOT_FOUND', `${path} cannot be read`, { cause })
    })
    const register = values['register'] === true ? '&register=each' : ''
    const report = await api.postText(
      `/api/v1/cards/import?cardSystemId=${id}${register}`,
      file,
      'text/csv',
      CardReport,
    )
    const more = report.faultCount - report.faults.length
    answer(
      [
        `${report.imported} new, ${report.unchanged} as before, ${report.faultCount} wrong`,
        ...report.faults.map(({ row, fault }) => `  row ${row}: ${fault}`),
        ...(more > 0 ? [`  and ${more} more`] : []),
      ].join('\n'),
      report,
    )
    return report.faultCount === 0 ? EXIT.done : EXIT.failed
  },
}
