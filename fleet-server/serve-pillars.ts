import { publicPartOf, type SealingPrivateKey } from '@spaarzuil/shared/cards/sealing-keys.js'
import type { LookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { openUnsealer } from '@spaarzuil/shared/cards/unseal.js'
import { invariant, isFailure } from '@spaarzuil/shared/errors.js'
import { days, seconds, type Clock, type Duration } from '@spaarzuil/shared/time.js'
import { openBroker, type Broker, type BrokerEvents, type BrokerLimits, type Line } from './broker/broker.js'
import { openClockNews, type ClockNews } from './check-ins/clock-news.js'
import { openClocks } from './check-ins/clocks.js'
import { openCorrections, type Corrections } from './check-ins/correct.js'
import { openEnquiries } from './check-ins/enquiries.js'
import { openLive, type Live } from './check-ins/live.js'
import { openSeals } from './check-ins/open-seals.js'
import { openPipeline, type Log, type Pipeline, type PipelineLimits } from './check-ins/pipeline.js'
import type { DecisionCatalogue, FleetCatalogue, PillarRecord } from './check-ins/ports.js'
import { openRedecide, type Redecide } from './check-ins/redecide.js'
import { openRescue, type Rescue } from './check-ins/rescue.js'
import { openSentPrograms } from './check-ins/sent-programs.js'
import { openBringing } from './fleet/bringing.js'
import { openCommands, type Commands } from './fleet/commands.js'
import { openPresence, type Presence } from './fleet/presence.js'
import { openSent } from './fleet/sent.js'
import { openIngest } from './ingest.js'
import { openAlarms, type AlarmKind, type Alarms } from './store/alarms.js'
import type { Store } from './store/store.js'
import type { Tally } from './tally.js'

export interface ServePillarsParts {
  readonly store: Store
  readonly catalogue: DecisionCatalogue & FleetCatalogue
  readonly keys: { readonly sealing: readonly SealingPrivateKey[]; readonly lookup: LookupKeys }
  readonly listen: { readonly host: string; readonly port: number }
  readonly clock: Clock
  readonly tally: Tally
  readonly log: Log
  readonly limits?: { readonly broker?: BrokerLimits; readonly pipeline?: PipelineLimits } | undefined
}

/** Everything that speaks with pillars, and what pages and API ask of it. */
export interface ServingPillars extends AsyncDisposable {
  readonly port: number
  readonly broker: Broker
  readonly presence: Presence
  readonly commands: Commands
  readonly corrections: Corrections
  readonly redecide: Redecide
  readonly live: Live
  readonly pipeline: Pipeline
  readonly clockNews: ClockNews
  readonly rescue: Rescue
}

const ALARMS_EVERY = seconds(1)
const SETTLE_EVERY = seconds(5)
const PRUNE_EVERY = days(1)

export async function servePillars(parts: ServePillarsParts): Promise<ServingPillars> {
  const { store, catalogue, clock } = parts
  const stopping = new AbortController()
  const desk = await openDesk(parts)
  const presence = await openPresence({ database: store.writer, clock })
  const sealing = newestOf(parts.keys.sealing)
  const sent = openSent({ store, catalogue, sealing, clock })
  const alarms = openAlarms(store.writer, clock)
  const alarm = alarmOf(alarms, catalogue)
  const online = new Set<string>()
  const lineOf = (pillarUuid: string): Line | undefined => broker.lineOf(pillarUuid)
  const pillar = (uuid: string): PillarRecord | undefined => catalogue.pillar(uuid)
  const commands = openCommands(lineOf, clock)
  const bringing = openBringing({ ...parts, sent, lineOf, online: () => online })
  const message = openIngest({
    ...parts,
    ...desk,
    storeEpoch: store.epoch,
    pillar,
    take: (batch) => {
      desk.pipeline.take(batch)
    },
    presence,
    bringing,
    commands,
    alarm,
  })
  const broker = await openBroker({
    listen: parts.listen,
    pillar,
    clock,
    tally: parts.tally,
    limits: parts.limits?.broker,
    events: { message, alarm, ...presenceEvents(presence, online, pillar) },
  })
  const stopListening = catalogue.onChange((uuids) => {
    for (const uuid of uuids) if (pillar(uuid)?.status !== 'active') broker.disconnect(uuid)
  })
  const tasks = [
    bringing.run(stopping.signal),
    regularly(async () => alarms.settle(), { ...parts, every: ALARMS_EVERY, stop: stopping.signal }),
    regularly(async () => presence.settle(), { ...parts, every: SETTLE_EVERY, stop: stopping.signal }),
    regularly(async () => sent.prune(), { ...parts, every: PRUNE_EVERY, stop: stopping.signal }),
    regularly(async () => desk.redecide.forgetOld(), { ...parts, every: PRUNE_EVERY, stop: stopping.signal }),
  ]
  return {
    port: broker.port,
    broker,
    presence,
    commands,
    live: desk.live,
    pipeline: desk.pipeline,
    clockNews: desk.clockNews,
    rescue: desk.rescue,
    redecide: desk.redecide,
    corrections: openCorrections(store, clock),
    [Symbol.asyncDispose]: async () => {
      stopListening()
      // First what has come in is decided and answered, then the lines are closed.
      await desk.pipeline[Symbol.asyncDispose]()
      await broker[Symbol.asyncDispose]()
      stopping.abort()
      await Promise.all(tasks)
      await attempt(async () => presence.settle(), parts)
      await attempt(async () => alarms.settle(), parts)
    },
  }
}

/** What decides: the pipeline for check-ins, and what asks the same rules. */
async function openDesk(parts: ServePillarsParts) {
  const { store, catalogue, keys, clock, tally } = parts
  const seals = openSeals(await openUnsealer(keys.sealing), keys.lookup)
  const clocks = openClocks()
  const deciding = { catalogue, clocks, programs: openSentPrograms() }
  const live = openLive()
  const pipeline = openPipeline({ ...parts, deciding, seals, live, limits: parts.limits?.pipeline })
  const redecide = openRedecide({ store, deciding, seals, clock, tally })
  const clockNews = openClockNews({ store, clocks, redecide, clock })
  const rescue = openRescue({ reader: store.reader, clock })
  rescue.deliverTo((batch) => {
    pipeline.take(batch)
  })
  const perMinute = (uuid: string): number => catalogue.settingsFor(uuid).enquiriesPerMinute
  const enquiries = openEnquiries({ reader: store.reader, seals, catalogue, clock, perMinute })
  return { live, pipeline, redecide, clockNews, rescue, enquiries }
}

/** The broker knows pillars by their names, presence by their rows. */
function presenceEvents(
  presence: Presence,
  online: Set<string>,
  pillarOf: (uuid: string) => PillarRecord | undefined,
): Pick<BrokerEvents, 'heard' | 'gone'> {
  return {
    heard: (uuid) => {
      const pillar = pillarOf(uuid)
      if (pillar === undefined) return
      online.add(uuid)
      presence.heard(pillar)
    },
    gone: (uuid) => {
      const pillar = pillarOf(uuid)
      online.delete(uuid)
      if (pillar !== undefined) presence.gone(pillar)
    },
  }
}

function newestOf(keys: readonly SealingPrivateKey[]) {
  const [newest] = keys
  invariant(newest !== undefined, 'a server has a sealing key')
  return publicPartOf(newest)
}

const alarmOf =
  (alarms: Alarms, catalogue: FleetCatalogue) =>
  (kind: AlarmKind, pillarUuid: string, detail: string): void => {
    const pillar = catalogue.pillar(pillarUuid)
    if (pillar !== undefined) alarms.raise({ kind, pillarId: pillar.id, detail })
  }

/** Housekeeping. A full disk hinders it: that is reported, and it is tried again the next time. Check-ins go on. */
async function regularly(
  work: () => Promise<void>,
  { every, stop, clock, tally, log }: Regularly,
): Promise<void> {
  while (!stop.aborted) {
    await attempt(work, { tally, log })
    await clock.sleep(every, stop)
  }
}

type Regularly = Pick<ServePillarsParts, 'clock' | 'tally' | 'log'> & {
  readonly every: Duration
  readonly stop: AbortSignal
}

async function attempt(
  work: () => Promise<void>,
  { tally, log }: Pick<Regularly, 'tally' | 'log'>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isFailure(error)) throw error
    tally.count(error.code)
    log.error({ err: error }, 'Housekeeping did not succeed')
  }
}
