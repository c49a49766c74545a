import { parseChipNumber } from '@spaarzuil/shared/cards/chip-number.js'
import { invariant } from '@spaarzuil/shared/errors.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { milliseconds, type Clock } from '@spaarzuil/shared/time.js'
import { servePillars, type ServePillarsParts, type ServingPillars } from '../serve-pillars.js'
import { openStore, type Store } from '../store/store.js'
import { openTally, type Tally } from '../tally.js'
import { handMadeFleet, insertCard, insertFleet, type CardRows, type HandMade } from './hand-made-fleet.js'
import { lookupKeys, sealingKeys } from './test-keys.js'
import { chipOf, openTestPillar, type TestPillar } from './test-pillar.js'

/** A real broker and a real database with a hand-made fleet. */
export interface TestServer extends AsyncDisposable {
  readonly serving: ServingPillars
  readonly store: Store
  readonly fleet: HandMade
  readonly tally: Tally
  /** What the server warned of or could not do. */
  readonly problems: readonly string[]
  /** Makes a card known, with the chip number that tests give to this number. Its keyed hash comes back. */
  addCard(id: number, rows?: Partial<CardRows>): Promise<string>
  pillar(uuid: string): Promise<TestPillar>
}

export interface TestServerOptions {
  readonly clock?: Clock
  readonly fleet?: HandMade
  readonly limits?: ServePillarsParts['limits']
}

export async function openTestServer(folder: string, options: TestServerOptions = {}): Promise<TestServer> {
  const { clock = systemClock, fleet = handMadeFleet(), limits } = options
  const store = await openStore(folder, clock)
  const isNew = (await store.writer.all('SELECT 1 FROM card_systems', [], (row) => row)).length === 0
  if (isNew) await store.writer.transaction(insertFleet)
  const tally = openTally()
  const problems: string[] = []
  const note = (fields: object, message: string): void => {
    problems.push('err' in fields ? `${message}: ${String(fields.err)}` : message)
  }
  const log = { info: () => undefined, warn: note, error: note }
  const keys = { sealing: sealingKeys, lookup: lookupKeys }
  const listen = { host: '127.0.0.1', port: 0 }
  const serving = await servePillars({ store, catalogue: fleet, clock, tally, log, keys, listen, limits })
  return {
    serving,
    store,
    fleet,
    tally,
    problems,
    addCard: async (id, rows) => {
      const { keyId, hmac } = lookupKeys.lookup({ kind: 'chip', chip: parseChipNumber(chipOf(id)) })
      const lookup = `${keyId}:${hmac}`
      await store.writer.transaction(async (queries) => insertCard(queries, id, { lookup, ...rows }))
      return lookup
    },
    pillar: async (uuid) => openTestPillar(serving.port, uuid),
    [Symbol.asyncDispose]: async () => {
      await serving[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

const WAIT_MS = 10_000

/** Until `look` is true, for things that no message tells of. */
export async function eventually(look: () => boolean | Promise<boolean>): Promise<void> {
  const end = systemClock.uptime() + WAIT_MS
  while (!(await look())) {
    invariant(systemClock.uptime() < end, 'what a test waits for comes to pass')
    await systemClock.sleep(milliseconds(20))
  }
}
