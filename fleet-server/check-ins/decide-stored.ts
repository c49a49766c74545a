import type { CardAtMoment } from '@spaarzuil/shared/check-in/facts.js'
import { deriveMoment } from '@spaarzuil/shared/check-in/moment.js'
import type { Queries } from '@spaarzuil/shared/runtime/database.js'
import type { Arrived, Placed } from './arrived.js'
import { readAllUses, readCards, readUntold, readUses, type UseAsk } from './batch-reads.js'
import { cardAt, historyOf } from './card-history.js'
import { bootKey, type Boot, type Clocks } from './clocks.js'
import { usesKey, type Known } from './decide-batch.js'
import { eventAt, type EventAt } from './event-at.js'
import type { DecisionCatalogue } from './ports.js'
import { programKey, type ProgramAsk, type SentPrograms } from './sent-programs.js'

/** What turning arrived check-ins into decisions needs besides the database. */
export interface Deciding {
  readonly catalogue: DecisionCatalogue
  readonly clocks: Clocks
  readonly programs: SentPrograms
}

/** Gives each its moment and the program it was chosen from. In the turn of the decision: news waits before or behind it. */
export async function place(
  queries: Queries,
  arrived: readonly Arrived[],
  { clocks, programs }: Deciding,
): Promise<readonly Placed[]> {
  const named = arrived.map(namesOf)
  const boots = new Map(named.map(({ boot, bootName }) => [bootName, boot]))
  const asked = new Map(
    named.flatMap(({ program, programName }) => (program === undefined ? [] : [[programName, program]])),
  )
  const findings = await clocks.findings(queries, boots.values())
  const sent = await programs.load(queries, asked.values())
  return named.map(({ one, bootName, programName }) => ({
    ...one,
    moment: deriveMoment(one.checkIn.time, findings.get(bootName) ?? []),
    program: sent.get(programName),
  }))
}

interface Names {
  readonly one: Arrived
  readonly boot: Boot
  readonly bootName: string
  readonly program: ProgramAsk | undefined
  readonly programName: string
}

function namesOf(one: Arrived): Names {
  const { pillar, checkIn } = one
  const boot = { pillarId: pillar.id, boot: checkIn.time.boot }
  const program =
    checkIn.program === undefined || checkIn.occurrence === undefined
      ? undefined
      : { pillarId: pillar.id, ...checkIn.program }
  const programName = program === undefined ? '' : programKey(program)
  return { one, boot, bootName: bootKey(boot), program, programName }
}

/** Reads all that decisions on these depend on. */
export async function know(
  queries: Queries,
  batch: readonly Placed[],
  catalogue: DecisionCatalogue,
): Promise<Known> {
  const { cards, accounts, untold: withUntold } = await readCards(queries, lookupsOf(batch))
  const asks = new Map<string, UseAsk>()
  const events = new Map<Placed, EventAt>()
  const spanned = new Set<number>()
  const live = new Set<number>()
  for (const placed of batch) {
    const history = historyOf(placed.opened, cards)
    if (history === undefined) continue
    const holders = history.passholders.map(({ value }) => value)
    if (placed.lane === 'live') for (const holder of holders) if (withUntold.has(holder)) live.add(holder)
    if (placed.moment.kind === 'span') for (const holder of holders) spanned.add(holder)
    if (placed.moment.kind !== 'at') continue
    const event = eventAt(placed, placed.moment.at, catalogue)
    events.set(placed, event)
    const ask = useOf(cardAt(history, placed.moment.at), event)
    if (ask !== undefined) asks.set(usesKey(ask.passholderId, ask.eventId, ask.limitKey), ask)
  }
  const uses = await readUses(queries, [...asks.values()])
  const allUses = await readAllUses(queries, [...spanned])
  const untold = await readUntold(queries, [...live])
  return {
    cards,
    accounts,
    uses: allUses.size === 0 ? uses : new Map([...uses, ...allUses]),
    untold,
    events,
  }
}

function useOf(card: CardAtMoment, event: EventAt): UseAsk | undefined {
  if (card.kind === 'unknown' || card.passholderId === undefined || event.kind !== 'event') return undefined
  return { passholderId: card.passholderId, eventId: event.facts.id, limitKey: event.facts.limit.key }
}

function lookupsOf(batch: readonly Placed[]): { readonly chip: string[]; readonly pass: string[] } {
  const lookups = { chip: new Set<string>(), pass: new Set<string>() }
  for (const { opened } of batch) {
    if (opened.kind === 'opened') for (const lookup of opened.lookups) lookups[opened.by].add(lookup)
  }
  return { chip: [...lookups.chip], pass: [...lookups.pass] }
}
