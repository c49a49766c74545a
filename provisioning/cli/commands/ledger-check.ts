import { Type } from 'typebox'
import { openApi } from '../api.js'
import { EXIT, type Command } from '../command.js'

const Books = Type.Object({
  right: Type.Boolean(),
  balances: Type.Integer(),
  checkIns: Type.Integer(),
  doubled: Type.Integer(),
  limits: Type.Integer(),
})

export const ledgerCheck: Command = {
  name: 'ledger check',
  usage: '',
  summary:
    'Adds up the books: every balance the sum of its ledger, every granted check-in exactly one movement.',
  help: 'Exit code 1 when something does not add up.',
  words: 0,
  options: {},
  run: async ({ server, answer }) => {
    const books = await openApi(server).get('/api/v1/ledger/check', Books)
    answer(
      books.right
        ? 'The books are right.'
        : [
            'The books are NOT right:',
            `  balances that are not the sum of their ledger: ${books.balances}`,
            `  granted check-ins without exactly one movement:  ${books.checkIns}`,
            `  check-ins with more than one movement:           ${books.doubled}`,
            `  limits used more often than they allow:          ${books.limits}`,
          ].join('\n'),
      books,
    )
    return books.right ? EXIT.done : EXIT.failed
  },
}
