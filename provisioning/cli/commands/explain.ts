import { Type, type Static } from 'typebox'
import { Failure } from '@spaarzuil/shared/errors.js'
import { openApi } from '../api.js'
import { EXIT, text, type Command } from '../command.js'
import { readTime } from './events-expand.js'

const MaybeText = Type.Optional(Type.String())
const Occurrence = {
  eventId: Type.String(),
  title: Type.String(),
  start: MaybeText,
  end: MaybeText,
  opens: MaybeText,
  closes: MaybeText,
}
const Explanation = Type.Object({
  name: Type.String(),
  at: Type.String(),
  chosen: Type.Object({
    event: Type.Optional(Type.Object(Occurrence)),
    why: Type.String(),
    explanation: Type.String(),
    candidates: Type.Integer(),
    next: MaybeText,
  }),
  candidates: Type.Array(Type.Object(Occurrence)),
  rejected: Type.Array(
    Type.Object({
      eventId: Type.String(),
      title: MaybeText,
      reason: Type.String(),
      opens: MaybeText,
      closes: MaybeText,
    }),
  ),
  moreRejected: Type.Integer(),
  elsewhere: Type.Integer(),
})
type Explanation = Static<typeof Explanation>

export const explain: Command = {
  name: 'explain',
  usage: '--pillar ID [--at ISO]',
  summary: 'Says for which event a pillar counts at a moment and why, and why every other event does not.',
  help: '--at is a time such as 2026-05-03T20:00:00+02:00; now unless said.',
  words: 0,
  options: { pillar: { type: 'string' }, at: { type: 'string' } },
  run: async ({ values, server, answer }) => {
    const pillar = text(values, 'pillar')
    if (pillar === undefined) throw new Failure('REQUEST_INVALID', 'Say which pillar: --pillar ID')
    const at = text(values, 'at')
    const query = at === undefined ? '' : `?at=${encodeURIComponent(new Date(readTime(at)).toISOString())}`
    const path = `/api/v1/pillars/${encodeURIComponent(pillar)}/explain${query}`
    const explanation = await openApi(server).get(path, Explanation)
    answer(tell(explanation), explanation)
    return EXIT.done
  },
}

function tell({ name, at, chosen, candidates, rejected, moreRejected, elsewhere }: Explanation): string {
  const { event } = chosen
  return [
    `${name}, ${at}`,
    event === undefined ? `Nothing is on. ${chosen.explanation}` : `${event.title}: ${chosen.explanation}`,
    '',
    `Candidates: ${candidates.length}`,
    ...candidates.map((one) => `  ${one.title} (${one.eventId}), window ${range(one.opens, one.closes)}`),
    `Rejected: ${rejected.length + moreRejected}`,
    ...rejected.map(
      (one) => `  ${one.title ?? ''} (${one.eventId}): ${one.reason}, window ${range(one.opens, one.closes)}`,
    ),
    ...(moreRejected > 0 ? [`  and ${moreRejected} more`] : []),
    `Events of other organisers and places: ${elsewhere}`,
  ].join('\n')
}

const range = (from: string | undefined, until: string | undefined): string =>
  from === undefined && until === undefined ? 'always' : `${from ?? '…'} to ${until ?? '…'}`
