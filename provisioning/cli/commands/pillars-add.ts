import { Type } from 'typebox'
import { Failure } from '@spaarzuil/shared/errors.js'
import { openApi, type Api } from '../api.js'
import { CARD_SYSTEM_HELP, wantedCardSystem } from '../card-system.js'
import { EXIT, text, type Command } from '../command.js'

export const MadePillar = Type.Object({ id: Type.String(), secret: Type.String() })
const Counters = Type.Object({ items: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })) })

export const pillarsAdd: Command = {
  name: 'pillars add',
  usage: 'NAME [--counter NAME] [--card-system NAME]',
  summary: 'Makes a pillar, and shows its id and its secret.',
  help: [
    'The secret is shown this once: the server keeps only its hash. Both go into the configuration of the kiosk.',
    '--counter NAME assigns the pillar to a counter (several: separate them by commas).',
    CARD_SYSTEM_HELP,
  ].join('\n'),
  words: 1,
  options: { 'card-system': { type: 'string' }, counter: { type: 'string' } },
  run: async ({ words, values, server, answer }) => {
    const api = openApi(server)
    const { id: cardSystemId } = await wantedCardSystem(api, text(values, 'card-system'))
    const counterIds = await countersNamed(api, cardSystemId, text(values, 'counter')?.split(',') ?? [])
    const made = await api.post('/api/v1/pillars', { name: words[0], cardSystemId, counterIds }, MadePillar)
    answer(`id:     ${made.id}\nsecret: ${made.secret}\n\nThe secret is not shown again.`, made)
    return EXIT.done
  },
}

async function countersNamed(
  api: Api,
  cardSystemId: string,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return []
  const { items } = await api.get(`/api/v1/counters?cardSystemId=${cardSystemId}`, Counters)
  return names.map((name) => {
    const found = items.find((counter) => counter.name === name.trim() || counter.id === name.trim())
    if (found !== undefined) return found.id
    const known = items.map((counter) => `"${counter.name}"`).join(', ')
    throw new Failure('NOT_FOUND', `There is no counter "${name.trim()}"; there are ${known}`)
  })
}
