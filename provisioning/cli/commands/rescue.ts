import { Type, type Static } from 'typebox'
import { readJournal, type ForeignJournal } from '@spaarzuil/kiosk/journal/read-journal.js'
import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import { Receipt } from '@spaarzuil/shared/contract/receipt.js'
import { Failure } from '@spaarzuil/shared/errors.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { seconds } from '@spaarzuil/shared/time.js'
import { openApi, Refused, type Api } from '../api.js'
import { EXIT, text, type Call, type Command } from '../command.js'

const Rescued = Type.Object({
  receipts: Type.Array(Receipt),
  known: Type.Array(Type.String()),
  rejected: Type.Array(Type.Object({ actionId: Type.String(), code: Type.String() })),
  unanswered: Type.Array(Type.String()),
})

/** What became of everything that was read. */
interface Outcome {
  delivered: number
  granted: number
  refused: number
  held: number
  /** Decided before this rescue. */
  known: number
  /** Can never be taken: a person must look. */
  rejected: number
  unanswered: number
}

/** A server that is full for two minutes on end has another trouble. */
const BUSY_TRIES_MAX = 60
const BUSY_WAIT = seconds(2)

export const rescue: Command = {
  name: 'rescue',
  usage: 'JOURNAL [--pillar ID] [--all]',
  summary: 'Delivers the check-ins that the journal of a dead pillar still holds.',
  help: [
    'JOURNAL is the file journal.db from the SD card of the pillar; a journal.db-wal beside it belongs to it. Nothing on',
    'the card is changed. The server decides the check-ins as if the pillar had sent them; doing it twice does no harm.',
    '--pillar ID: whose journal it is, where the journal cannot tell any more.',
    '--all: the settled check-ins too, for a server that was restored from an older backup.',
    'Exit code 1 when something could not be read or taken.',
  ].join('\n'),
  words: 1,
  options: { pillar: { type: 'string' }, all: { type: 'boolean' } },
  run: async (call) => {
    const { words, values, server, answer, progress } = call
    const journal = await readJournal(words[0] ?? '')
    try {
      const pillarId = pillarOf(journal, text(values, 'pillar'))
      const outcome = await deliver(journal, { api: openApi(server), pillarId, call })
      progress('')
      const data = { pillarId, ...outcome, lost: journal.lost() }
      answer(inWords(data), data)
      return data.lost + data.rejected + data.unanswered === 0 ? EXIT.done : EXIT.failed
    } finally {
      await journal.close()
    }
  },
}

/** Seals are bound to their pillar: under another name, every check-in would be held as forged. */
function pillarOf(journal: ForeignJournal, wanted: string | undefined): string {
  const pillarId = wanted ?? journal.pillarId
  if (pillarId === '') {
    throw new Failure(
      'REQUEST_INVALID',
      'The journal cannot tell whose it is. Name the pillar with --pillar ID.',
    )
  }
  if (journal.pillarId === '' || journal.pillarId === pillarId) return pillarId
  throw new Failure(
    'REQUEST_INVALID',
    `This is the journal of pillar ${journal.pillarId}, not of ${pillarId}.`,
  )
}

interface Delivery {
  readonly api: Api
  readonly pillarId: string
  readonly call: Call
}

async function deliver(journal: ForeignJournal, { api, pillarId, call }: Delivery): Promise<Outcome> {
  const path = `/api/v1/pillars/${encodeURIComponent(pillarId)}/rescue`
  // Before the check-ins: what was tapped without a clock is then judged at once, and not held.
  if (journal.findings.length > 0) await api.post(`${path}/clocks`, journal.findings, Type.Unknown())
  const outcome: Outcome = {
    delivered: 0,
    granted: 0,
    refused: 0,
    held: 0,
    known: 0,
    rejected: 0,
    unanswered: 0,
  }
  const size = LIMITS.checkInsPerMessage
  for await (const entries of call.values['all'] === true ? journal.all(size) : journal.unsettled(size)) {
    const checkIns = entries.map(({ checkIn }) => checkIn)
    count(outcome, checkIns, await post(api, path, checkIns))
    call.progress(`${outcome.delivered} check-ins delivered…`)
  }
  return outcome
}

async function post(api: Api, path: string, checkIns: readonly CheckIn[]): Promise<Static<typeof Rescued>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await api.post(path, checkIns, Rescued)
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 503 || tries >= BUSY_TRIES_MAX) throw error
      await systemClock.sleep(BUSY_WAIT)
    }
  }
}

function count(outcome: Outcome, checkIns: readonly CheckIn[], rescued: Static<typeof Rescued>): void {
  const known = new Set(rescued.known)
  outcome.delivered += checkIns.length
  outcome.rejected += rescued.rejected.length
  outcome.unanswered += rescued.unanswered.length
  for (const { actionId, verdict } of rescued.receipts) outcome[known.has(actionId) ? 'known' : verdict] += 1
}

function inWords(data: Outcome & { readonly pillarId: string; readonly lost: number }): string {
  const { delivered, granted, refused, held, known, rejected, unanswered, lost } = data
  return [
    `Pillar ${data.pillarId}: ${delivered} check-ins delivered`,
    `  granted        ${granted}`,
    `  refused        ${refused}`,
    `  held           ${held}`,
    `  known already  ${known}`,
    ...(rejected === 0
      ? []
      : [`  REJECTED       ${rejected}  (another check-in has their id: see the alarms)`]),
    ...(unanswered === 0 ? [] : [`  NO ANSWER      ${unanswered}  (see the alarms, then rescue again)`]),
    ...(lost === 0 ? [] : [`  UNREADABLE     ${lost}  (the journal is damaged there)`]),
  ].join('\n')
}
