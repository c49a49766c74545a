import { join } from 'node:path'
import t from 'tap'
import { virtualClock } from '@spaarzuil/shared/testing/virtual-clock.js'
import {
  days,
  hours,
  instant,
  milliseconds,
  minutes,
  seconds,
  uptime,
  type Duration,
} from '@spaarzuil/shared/time.js'
import type { BootFinding } from '../journal/boots.js'
import { openJournal } from '../journal/journal.js'
import { checkInOf, EVENING, id, PILLAR, START } from '../testing/samples.js'
import { openClockKeeper, type ClockKeeper } from './clock-keeper.js'
import { BUILT, learnFromServer, learnFromSystem, startClock, timeAt, type Reading } from './clock-state.js'

const reading = (wall: number, up = 1_000): Reading => ({ wall: instant(wall), uptime: uptime(up) })
const from = (serverTime: number, roundTrip = 0) => ({
  serverTime: instant(serverTime),
  roundTrip: milliseconds(roundTrip),
})

t.test('what may be said of a wall clock', async (t) => {
  const fresh = startClock(EVENING)
  const known = learnFromServer(fresh, reading(EVENING), from(EVENING))
  t.match(timeAt(fresh, reading(EVENING)), { usable: true, quality: 'holdover' }, 'at the floor')
  t.match(timeAt(fresh, reading(EVENING - 1)), { usable: false, quality: 'unsynced' }, 'before the floor')
  t.match(timeAt(startClock(undefined), reading(BUILT - 1)), { usable: false }, 'before any pillar ran')
  t.match(timeAt(known, reading(EVENING + 2_000)), { usable: true, quality: 'synced' }, 'two seconds off')
  t.match(timeAt(known, reading(EVENING + 2_001)), { usable: true, quality: 'unsynced' }, 'more: it jumped')
})

t.test('once verified, a jump of the wall clock moves nothing', async (t) => {
  const known = learnFromServer(startClock(undefined), reading(0), from(EVENING))
  t.equal(timeAt(known, reading(EVENING + 86_400_000, 61_000)).at, EVENING + 60_000)
  t.equal(timeAt(known, reading(0, 61_000)).at, EVENING + 60_000)
})

t.test("half of the round trip is added to the server's time", async (t) => {
  const known = learnFromServer(startClock(undefined), reading(0), from(EVENING, 80))
  t.equal(timeAt(known, reading(0)).at, EVENING + 40)
})

t.test('network time is believed at first, followed while it agrees, and not when it jumps', async (t) => {
  const known = learnFromSystem(startClock(undefined), reading(EVENING))
  t.equal(timeAt(known, reading(EVENING)).quality, 'synced')
  t.equal(learnFromSystem(known, reading(EVENING + 1_500)).offset, EVENING + 1_500 - 1_000)
  t.equal(learnFromSystem(known, reading(EVENING + 60_000)).offset, known.offset)
  t.equal(learnFromSystem(startClock(EVENING), reading(0)).offset, undefined, 'nor before the floor')
})

t.test('a pillar over three boots, of which the first two had no time', async (t) => {
  const path = join(t.testdir(), 'journal.db')
  const clock = virtualClock(EVENING)
  const told: BootFinding[] = []
  const jumps: Duration[] = []
  const boot = (n: number): string => `0b000000-0000-4000-8000-00000000000${n}`

  /** One boot with one tap. */
  async function live(n: number, life: (keeper: ClockKeeper) => Promise<void>): Promise<void> {
    const journal = await openJournal({ path, pillarId: PILLAR, clock, warn: () => undefined })
    const keeper = await openClockKeeper({
      clock,
      boot: boot(n),
      start: START,
      journal,
      hasNetworkTime: async () => false,
      onFinding: (finding) => told.push(finding),
      onJump: (by) => jumps.push(by),
      attempt: async (_name, work) => work(),
    })
    const stop = new AbortController()
    const running = keeper.run(stop.signal)
    const { time } = keeper.now()
    await journal.append({ ...checkInOf(id(n)), time })
    await life(keeper)
    stop.abort()
    await running
    await journal.close()
  }
  await live(1, async (keeper) => {
    await keeper.serverSaid(clock.now(), milliseconds(0))
    t.match(keeper.now().time, { quality: 'synced', boot: boot(1) })
    await clock.advance(hours(1))
  })
  const firstEnded = clock.now()
  clock.setWall(instant(0))
  await live(2, async (keeper) => {
    t.match(keeper.now(), { usable: false, time: { quality: 'unsynced' } })
    await clock.advance(minutes(30))
  })
  const bootedAt = firstEnded + minutes(30)
  clock.setWall(instant(0))
  await live(3, async (keeper) => {
    told.length = 0
    await keeper.serverSaid(instant(bootedAt + days(1)), milliseconds(0))
    t.match(keeper.now(), { usable: true, at: bootedAt + days(1), time: { quality: 'unsynced', wallMs: 0 } })
    t.strictSame(
      told.map((one) => one.boot),
      [boot(2), boot(3)],
    )
    t.match(told[0]?.finding, { fromMs: firstEnded }, 'the floor is the last time the first boot knew')
    t.match(told[1]?.finding, { quality: 'synced', offsetMs: bootedAt + days(1) - clock.uptime() })
    await keeper.serverSaid(instant(bootedAt + days(1) + 100), milliseconds(0))
    t.equal(told.length, 2, 'a tenth of a second is no news')
    t.equal((await keeper.findings()).length, 3, 'and all is told again on a new connection')
    const before = jumps.length
    clock.setWall(instant(EVENING))
    keeper.now()
    t.equal(jumps.length, before + 1)
    await clock.advance(seconds(20))
  })
})

t.test('the time is kept as soon as it is known: a boot may be cut short', async (t) => {
  const path = join(t.testdir(), 'journal.db')
  const clock = virtualClock(EVENING)
  const journal = await openJournal({ path, pillarId: PILLAR, clock, warn: () => undefined })
  t.teardown(async () => journal.close())
  const keeper = await openClockKeeper({
    clock,
    boot: id(1),
    start: START,
    journal,
    hasNetworkTime: async () => false,
    onFinding: () => undefined,
    onJump: () => undefined,
    attempt: async (_name, work) => work(),
  })
  t.equal(journal.kept.number('clock-floor'), undefined)
  await keeper.serverSaid(instant(EVENING), milliseconds(0))
  t.equal(journal.kept.number('clock-floor'), EVENING)
})
