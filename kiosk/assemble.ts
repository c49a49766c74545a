import { setMaxListeners } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino, type Logger } from 'pino'
import { Failure, isFailure } from '@spaarzuil/shared/errors.js'
import { lockFolder } from '@spaarzuil/shared/runtime/folder-lock.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { openTasks } from '@spaarzuil/shared/runtime/stop.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { openClockKeeper, type ClockKeeper } from './clock/clock-keeper.js'
import { hasNetworkTime, readBootId } from './clock/machine.js'
import type { KioskConfig } from './config.js'
import { revisionOf } from './core/choice.js'
import { startState } from './core/state.js'
import { missingPackages, openHardware } from './hardware/open-hardware.js'
import type { BootFinding } from './journal/boots.js'
import { openJournal } from './journal/journal.js'
import { keptState } from './kept.js'
import { openPillar, type Hooks, type Pillar, type RunParts } from './run.js'
import { openSealing } from './sealing.js'
import { openUplink, type Uplink } from './uplink/uplink.js'
import { watch } from './watch.js'

export const VERSION = '0.1.0'
/** Counts additions within the major version of the protocol. */
const PROTOCOL_MINOR = 0

export type AssembleOptions = {
  readonly config: KioskConfig
  readonly stop: AbortSignal
  readonly hooks?: Hooks | undefined
  /** Told when the pillar takes taps. */
  readonly onReady?: ((started: { readonly screenUrl: string }) => void) | undefined
}

/** Puts a whole pillar together, runs it, and takes it apart in reverse when it is told to stop. */
export async function assemble({ config, stop, hooks, onReady }: AssembleOptions): Promise<void> {
  const log = openLog(config)
  // Two on one journal would settle and send behind each other's back.
  await using folder = await lockFolder(config.stateFolder, 'another pillar')
  const restarting = new AbortController()
  const tasks = openTasks(AbortSignal.any([stop, restarting.signal]), (task, error) => {
    log.fatal({ err: error, task }, 'The kiosk cannot go on')
  })
  // One for every timer that runs: a handful for each tap of the last seconds.
  setMaxListeners(0, tasks.signal)
  const begun = new Set<Promise<void>>()
  const attempt = attemptWith(log, {
    begun,
    fail: (name, error) => {
      tasks.start(name, async () => Promise.reject(error))
    },
  })
  for (const { name, drives } of missingPackages()) {
    log.warn({ package: name }, `${name} is not installed: this pillar cannot drive ${drives}`)
  }
  const base = await openBase(config, { log, attempt, stateFolder: folder.path })
  const { hardware, journal } = base
  const { pillar, uplink } = openHeart(base, {
    hooks,
    signal: tasks.signal,
    restart: () => {
      restarting.abort()
    },
  })
  tasks.start('readings', async () => pillar.listen(hardware.reader))
  tasks.start('uplink', async (signal) => uplink.run(signal))
  tasks.start('clock', async (signal) => base.keeper.run(signal))
  tasks.start('watch', async (signal) => watch({ ...base, pillar, uplink, devices: hardware.health, signal }))
  log.info(
    { screen: hardware.screenUrl, pillarId: config.pillarId, version: VERSION },
    'The pillar takes taps',
  )
  onReady?.({ screenUrl: hardware.screenUrl })
  await tasks.ended()
  await hardware[Symbol.asyncDispose]()
  // What the last message set going still writes.
  while (begun.size > 0) await Promise.all(begun)
  await journal.close()
  log.info('The pillar has stopped')
}

type Attempt = (name: string, work: () => Promise<void>) => Promise<void>
type Base = Awaited<ReturnType<typeof openBase>>

/** What stands by itself: storage, devices, time, and the key to seal with. */
async function openBase(
  config: KioskConfig,
  {
    log,
    attempt,
    stateFolder,
  }: { readonly log: Logger; readonly attempt: Attempt; readonly stateFolder: string },
) {
  const clock = systemClock
  const { pillarId } = config
  const secret = await secretOf(config)
  const boot = await readBootId(process.env)
  let keeper: ClockKeeper | undefined
  const journal = await openJournal({
    path: join(stateFolder, 'journal.db'),
    pillarId,
    clock,
    now: () => keeper?.now().at ?? clock.now(),
    warn: (details, message) => {
      log.warn(details, message)
    },
  })
  const hardware = await openHardware(config, { clock, log })
  const findings = newsOf<BootFinding>()
  keeper = await openClockKeeper({
    clock,
    boot,
    start: newId(),
    journal,
    hasNetworkTime,
    attempt,
    onFinding: findings.tell,
    onJump: (byMs) => {
      log.warn({ byMs }, 'The wall clock jumped; the pillar goes by its uptime')
    },
  })
  const kept = keptState(journal.kept, pillarId.slice(0, 8))
  const sealing = openSealing(pillarId, log)
  if (kept.settings !== undefined) sealing.use(kept.settings)
  return { config, clock, log, attempt, secret, journal, hardware, keeper, findings, kept, sealing }
}

/** What needs each other: the pillar speaks through the line, and the line tells the pillar. */
function openHeart(base: Base, more: Pick<RunParts, 'hooks' | 'signal' | 'restart'>) {
  const { config, hardware, kept, secret } = base
  const uplink: Uplink = openUplink({
    ...base,
    url: config.server,
    pillarId: config.pillarId,
    secret,
    dice: Math.random,
    hello: () => helloOf(pillar),
    onMessage: (message) => {
      pillar.happen({ kind: 'server', message })
    },
    onLine: (line) => {
      pillar.happen({ kind: 'line', line })
    },
  })
  base.findings.listen((finding) => {
    uplink.send({ v: 1, kind: 'clock', ...finding })
  })
  const { lights, sound, screen } = hardware
  const pillar: Pillar = openPillar(startState(kept), { ...base, lights, sound, screen, ...more, uplink })
  return { pillar, uplink }
}

/** News for a listener that comes later than the one who tells. */
function newsOf<T>(): { readonly tell: (news: T) => void; readonly listen: (to: (news: T) => void) => void } {
  let listener: ((news: T) => void) | undefined
  return {
    tell: (news) => listener?.(news),
    listen: (to) => {
      listener = to
    },
  }
}

/** JSON to standard error. Chip numbers, seals and secrets are not logged; should one slip in, its field is emptied. */
function openLog(config: KioskConfig): Logger {
  const paths = [
    'uid',
    'chip',
    'seal',
    'secret',
    'password',
    '*.uid',
    '*.chip',
    '*.seal',
    '*.secret',
    '*.password',
  ]
  return pino(
    { level: config.log ?? 'info', base: null, redact: { paths, remove: true } },
    pino.destination({ dest: 2, sync: true }),
  )
}

async function secretOf(config: KioskConfig): Promise<string> {
  if (config.secret !== undefined) return config.secret
  const path = config.secretFile ?? ''
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Failure('CONFIG_INVALID', `The secret file ${path} cannot be read`, { cause })
  })
  return text.trim()
}

/** A full disk ends nothing: it is logged, and what was asked is asked again when it matters. */
const attemptWith =
  (log: Logger, { begun, fail }: Attempting): Attempt =>
  async (name, work) => {
    const done = carried(work).catch((error: unknown) => {
      if (isFailure(error) && error.code !== 'DATABASE_DAMAGED')
        log.error({ err: error, work: name }, error.message)
      else fail(name, error)
    })
    begun.add(done)
    await done
    begun.delete(done)
  }

type Attempting = {
  /** What has begun and not ended. */
  readonly begun: Set<Promise<void>>
  readonly fail: (name: string, error: unknown) => void
}

/** So that work that throws before its first await fails like any other. */
const carried = async (work: () => Promise<void>): Promise<void> => work()

function helloOf(pillar: Pillar) {
  const { settings, chooser } = pillar.state()
  const program = revisionOf(chooser)
  return {
    version: VERSION,
    minor: PROTOCOL_MINOR,
    ...(settings === undefined ? {} : { settings: { epoch: settings.epoch, revision: settings.revision } }),
    ...(program === undefined ? {} : { program }),
  }
}
