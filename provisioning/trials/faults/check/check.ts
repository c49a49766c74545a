/** What a screen showed to a visitor, written down outside of the programs. */
export type ShownTap = {
  readonly pillar: string
  readonly actionId: string
  readonly message: 'saved' | 'noted'
  /** How often the server had been restored from a backup by then. */
  readonly restores: number
}

/** One line of the inbox. */
export type InboxRow = {
  readonly actionId: string
  readonly verdict: string
  readonly reason: string | undefined
  readonly passholder: number | undefined
  readonly event: string | undefined
  readonly limitKey: string | undefined
  readonly points: number
}

/** One line of the ledger; `actionId` where it belongs to a check-in. */
export type LedgerRow = {
  readonly actionId: string | undefined
  readonly passholder: number
  readonly points: number
}

export type JournalState = {
  readonly pillar: string
  readonly unsettled: number
  /** By the code that was noted. */
  readonly setAside: Readonly<Record<string, number>>
  /** Entries that the file no longer gave back. */
  readonly damaged: number
}

/** Everything that a run leaves behind. */
export type Evidence = {
  readonly shown: readonly ShownTap[]
  /** Cards that were held against a reader: no more check-ins can honestly be there. */
  readonly taps: number
  readonly restores: number
  readonly inbox: readonly InboxRow[]
  readonly ledger: readonly LedgerRow[]
  readonly balances: ReadonlyMap<number, number>
  readonly journals: readonly JournalState[]
  /** What the server wants a person to look at. */
  readonly alarms: readonly string[]
  /** The local dates on which the run took place: no honest limit period begins on another. */
  readonly days: ReadonlySet<string>
  /** How often one passholder may check in per limit key of an event. */
  readonly volumeOf: (event: string) => number
}

export type Findings = {
  readonly saved: number
  readonly noted: number
  readonly granted: number
  readonly refused: number
  readonly held: number
  /** Shown as saved, and another check-in of the same limit got the point when a restored server decided again. */
  readonly moved: number
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  /** Not lost and not doubled, and wrong all the same. */
  readonly problems: readonly string[]
}

/** Compares what visitors saw with what the server has on record. Pure: the same evidence always finds the same. */
export function check(evidence: Evidence): Findings {
  const rows = new Map<string, InboxRow[]>()
  for (const row of evidence.inbox) rows.set(row.actionId, [...(rows.get(row.actionId) ?? []), row])
  const standing = standingOf(evidence.ledger)
  const uses = usesOf(evidence.inbox)
  const shown = new Map<string, ShownTap>()
  for (const tap of evidence.shown) {
    if (shown.get(tap.actionId)?.message !== 'saved') shown.set(tap.actionId, tap)
  }
  const fates = [...shown.values()].map((tap) => fateOf(tap, { rows, standing, uses, evidence }))
  const count = (verdict: string): number => evidence.inbox.filter((row) => row.verdict === verdict).length
  const messages = [...shown.values()].map(({ message }) => message)
  return {
    saved: messages.filter((message) => message === 'saved').length,
    noted: messages.filter((message) => message === 'noted').length,
    granted: count('granted'),
    refused: count('refused'),
    held: count('held'),
    moved: fates.filter(({ kind }) => kind === 'moved').length,
    lost: fates.flatMap((fate) => (fate.kind === 'lost' ? [fate.why] : [])),
    doubled: [...doubledRows(rows), ...doubledPoints(evidence, standing), ...overLimit(uses, evidence)],
    problems: [
      ...unsettled(evidence.journals),
      ...wrongBooks(evidence, standing),
      ...wrongMoments(evidence),
      ...evidence.alarms,
    ],
  }
}

/** How many movements of a check-in stand: those that gave points, less those that took them back. */
type Standing = ReadonlyMap<string, number>

function standingOf(ledger: readonly LedgerRow[]): Standing {
  const standing = new Map<string, number>()
  for (const { actionId, points } of ledger) {
    if (actionId !== undefined && points !== 0)
      standing.set(actionId, (standing.get(actionId) ?? 0) + Math.sign(points))
  }
  return standing
}

/** Check-ins that use up a limit, by passholder, event and limit key. */
type Uses = ReadonlyMap<string, { readonly event: string; readonly count: number }>

const useOf = ({ passholder, event, limitKey }: InboxRow): string => `${passholder} ${event} ${limitKey}`

function usesOf(inbox: readonly InboxRow[]): Uses {
  const uses = new Map<string, { event: string; count: number }>()
  for (const row of inbox) {
    if (row.verdict !== 'granted' || row.event === undefined) continue
    const use = uses.get(useOf(row))
    if (use === undefined) uses.set(useOf(row), { event: row.event, count: 1 })
    else use.count += 1
  }
  return uses
}

type Fate = { readonly kind: 'kept' | 'moved' } | { readonly kind: 'lost'; readonly why: string }
type Books = {
  readonly rows: ReadonlyMap<string, readonly InboxRow[]>
  readonly standing: Standing
  readonly uses: Uses
  readonly evidence: Evidence
}

function fateOf(tap: ShownTap, { rows, standing, uses, evidence }: Books): Fate {
  const name = `${tap.actionId} of ${tap.pillar}`
  const [row] = rows.get(tap.actionId) ?? []
  if (row === undefined)
    return { kind: 'lost', why: `${name} was shown as ${tap.message} and is not in the inbox` }
  if (tap.message === 'noted') return { kind: 'kept' }
  if (row.verdict === 'granted') {
    const movements = standing.get(tap.actionId) ?? 0
    if (movements > 0) return { kind: 'kept' }
    return { kind: 'lost', why: `${name} was shown as saved and has no movement in the ledger` }
  }
  // A restored server decides again what its backup did not know yet, in the order of arrival. Where a limit is used up
  // by then, another check-in of the same limit has the point: the sum is what it was.
  const used = [...uses].some(
    ([key, { event, count }]) =>
      key.startsWith(`${row.passholder} ${row.event} `) && count >= evidence.volumeOf(event),
  )
  if (tap.restores < evidence.restores && row.reason === 'limit-reached' && used) return { kind: 'moved' }
  return {
    kind: 'lost',
    why: `${name} was shown as saved and is ${row.verdict} (${row.reason ?? 'no reason'})`,
  }
}

function doubledRows(rows: ReadonlyMap<string, readonly InboxRow[]>): readonly string[] {
  return [...rows].flatMap(([actionId, same]) =>
    same.length > 1 ? [`${actionId} stands ${same.length} times in the inbox`] : [],
  )
}

function doubledPoints(evidence: Evidence, standing: Standing): readonly string[] {
  const twice = [...standing].flatMap(([actionId, movements]) =>
    movements > 1 ? [`${actionId} has ${movements} movements that stand`] : [],
  )
  const more = evidence.inbox.length - evidence.taps
  return more > 0 ? [...twice, `${more} more check-ins than cards were held against readers`] : twice
}

const overLimit = (uses: Uses, { volumeOf }: Evidence): readonly string[] =>
  [...uses].flatMap(([key, { event, count }]) =>
    count > volumeOf(event) ? [`${count} granted where ${volumeOf(event)} are allowed: ${key}`] : [],
  )

const unsettled = (journals: readonly JournalState[]): readonly string[] =>
  journals.flatMap(({ pillar, unsettled: left, setAside, damaged }) => [
    ...(left > 0 ? [`${left} entries of ${pillar} got no receipt`] : []),
    ...(damaged > 0 ? [`${damaged} entries of ${pillar} could not be read any more`] : []),
    ...Object.entries(setAside).map(
      ([code, count]) => `${count} entries of ${pillar} were set aside: ${code}`,
    ),
  ])

/** What must hold in the books whatever was shown. */
function wrongBooks(evidence: Evidence, standing: Standing): readonly string[] {
  const sums = new Map<number, number>()
  for (const { passholder, points } of evidence.ledger)
    sums.set(passholder, (sums.get(passholder) ?? 0) + points)
  const balances = [...evidence.balances].flatMap(([passholder, balance]) =>
    balance === (sums.get(passholder) ?? 0)
      ? []
      : [
          `the balance of passholder ${passholder} is ${balance}, its ledger adds up to ${sums.get(passholder) ?? 0}`,
        ],
  )
  const verdicts = evidence.inbox.flatMap((row) => {
    const wanted = row.verdict === 'granted' ? 1 : 0
    const found = standing.get(row.actionId) ?? 0
    return found === wanted ? [] : [`${row.actionId} is ${row.verdict} and has ${found} movements that stand`]
  })
  const unexplained = evidence.inbox.flatMap((row) =>
    row.verdict !== 'granted' && row.reason === undefined
      ? [`${row.actionId} is ${row.verdict} without a reason`]
      : [],
  )
  return [...balances, ...verdicts, ...unexplained]
}

/** Both events of a run are always on and every card is known: nothing else is an honest reason to refuse. */
const HONEST_REFUSAL = 'limit-reached'

/** What was judged at another time than that of the tap: refused as if nothing were on, or counted on another day. */
function wrongMoments({ inbox, days }: Evidence): readonly string[] {
  return inbox.flatMap(({ actionId, verdict, reason, limitKey }) => {
    if (verdict === 'refused' && reason !== undefined && reason !== HONEST_REFUSAL)
      return [`${actionId} is refused (${reason}) although its event was on`]
    const day = limitKey?.split(':')[1]
    if (day !== undefined && !days.has(day)) return [`${actionId} is counted on ${day}, when nobody tapped`]
    return []
  })
}
