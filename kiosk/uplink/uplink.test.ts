import { join } from 'node:path'
import t from 'tap'
import { pino } from 'pino'
import type { CheckIn } from '@spaarzuil/shared/contract/check-in.js'
import type { DownMessage, UpMessage } from '@spaarzuil/shared/contract/codec.js'
import type { Welcome } from '@spaarzuil/shared/contract/messages.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { seededDice } from '@spaarzuil/shared/testing/dice.js'
import { virtualClock, type VirtualClock } from '@spaarzuil/shared/testing/virtual-clock.js'
import { milliseconds, minutes, seconds } from '@spaarzuil/shared/time.js'
import { openJournal, type Journal } from '../journal/journal.js'
import { eventually } from '../testing/eventually.js'
import { checkInOf, EPOCH, id, nowAt, PILLAR } from '../testing/samples.js'
import { openScriptedServer } from '../testing/scripted-server.js'
import { resendDelay } from './backlog-lane.js'
import { openForwarder, type Forwarder, type SendBatch } from './forwarder.js'
import { openLine } from './line.js'

type World = {
  readonly clock: VirtualClock
  readonly journal: Journal
  readonly forwarder: Forwarder
  readonly tap: (n: number) => Promise<void>
  readonly receipt: (actionIds: readonly string[]) => void
}

/** A forwarder with a real journal, in a time that waits for the disk. */
async function inWorld(folder: string, seed: number, life: (world: World) => Promise<void>): Promise<void> {
  const clock = virtualClock()
  const dice = seededDice(seed)
  const path = join(folder, 'journal.db')
  const journal = await openJournal({ path, pillarId: PILLAR, clock, warn: () => undefined })
  clock.waitFor(async () => journal.oldestUnsettled())
  const forwarder = openForwarder({ journal, clock, dice })
  const stop = new AbortController()
  const running = forwarder.run(stop.signal)
  await life({
    clock,
    journal,
    forwarder,
    tap: async (n) => {
      await journal.append(checkInOf(id(n), n))
      forwarder.live(checkInOf(id(n), n))
    },
    receipt: (actionIds) => {
      journal.settle(actionIds, EPOCH)
      forwarder.answered(actionIds)
    },
  })
  stop.abort()
  await running
  await journal.close()
}
const idsOf = (checkIns: readonly CheckIn[]): readonly string[] => checkIns.map(({ actionId }) => actionId)

for (const seed of [1, 2, 3, 4, 5, 6]) {
  t.test(`over a bad line every check-in arrives, and only receipts settle it, seed ${seed}`, async (t) => {
    await inWorld(t.testdir(), seed, async ({ clock, journal, forwarder, tap, receipt }) => {
      const dice = seededDice(seed * 1_000)
      const arrived = new Set<string>()
      const receipted = new Set<string>()
      const delayed = async (work: () => void): Promise<void> => {
        await clock.sleep(seconds(Math.floor(dice() * 8)))
        work()
      }
      const answer = (actionIds: readonly string[]): void => {
        for (const actionId of actionIds) receipted.add(actionId)
        receipt(actionIds)
      }
      /** Loses, doubles, delays (and so shuffles) on the way there; splits and loses receipts on the way back. */
      const send: SendBatch = (_lane, checkIns) => {
        const copies = dice() < 0.25 ? 0 : dice() < 0.25 ? 2 : 1
        for (let copy = 0; copy < copies; copy += 1) {
          void delayed(() => {
            for (const actionId of idsOf(checkIns)) arrived.add(actionId)
            if (dice() < 0.1) forwarder.holdBack(idsOf(checkIns), seconds(3))
            else void delayed(() => answer(idsOf(checkIns).filter(() => dice() < 0.8)))
          })
        }
      }
      forwarder.online(send)
      for (let n = 1; n <= 120; n += 1) {
        await tap(n)
        if (n % 40 === 0) forwarder.offline()
        if (n % 40 === 10) forwarder.online(send)
        if (n % 3 === 0) await clock.advance(seconds(Math.floor(dice() * 6)))
      }
      forwarder.online(send)
      const settledTooSoon = async (): Promise<boolean> => {
        const open = new Set((await journal.unsettled(0, 1_000)).map(({ checkIn }) => checkIn.actionId))
        return Array.from({ length: 120 }, (_, n) => id(n + 1)).some(
          (one) => !open.has(one) && !receipted.has(one),
        )
      }
      t.equal(await settledTooSoon(), false)
      await clock.advance(minutes(180))
      t.equal(arrived.size, 120)
      t.equal(receipted.size, 120)
      t.match(journal.counts(), { unsettled: 0, setAside: 0 })
    })
  })
}

t.test('fresh taps do not wait behind a backlog', async (t) => {
  await inWorld(t.testdir(), 1, async ({ clock, journal, forwarder, tap }) => {
    for (let n = 1; n <= 120; n += 1) await journal.append(checkInOf(id(n), n))
    const sent: (readonly [string, number])[] = []
    forwarder.online((lane, checkIns) => sent.push([lane, checkIns.length]))
    await clock.advance(milliseconds(10))
    await tap(200)
    await clock.advance(milliseconds(10))
    t.strictSame(sent, [
      ['backlog', 50],
      ['live', 1],
    ])
  })
})

t.test('the next batch leaves as soon as the receipts of the one before are in, oldest first', async (t) => {
  await inWorld(t.testdir(), 1, async ({ clock, journal, forwarder, receipt }) => {
    for (let n = 1; n <= 120; n += 1) await journal.append(checkInOf(id(n), n))
    const sent: string[] = []
    forwarder.online((_lane, checkIns) => {
      sent.push(...idsOf(checkIns))
      void clock.sleep(milliseconds(1)).then(() => receipt(idsOf(checkIns)))
    })
    await clock.advance(milliseconds(100))
    t.strictSame(
      sent,
      Array.from({ length: 120 }, (_, n) => id(n + 1)),
    )
  })
})

t.test('an entry the server chokes on is tried alone, set aside, and holds up nobody', async (t) => {
  await inWorld(t.testdir(), 1, async ({ clock, journal, forwarder, receipt }) => {
    for (let n = 1; n <= 60; n += 1) await journal.append(checkInOf(id(n), n))
    const poison = id(7)
    forwarder.online((_lane, checkIns) => {
      if (!idsOf(checkIns).includes(poison)) receipt(idsOf(checkIns))
    })
    await clock.advance(minutes(2))
    t.match(journal.counts(), { unsettled: 1, settled: 59 }, 'all others are settled')
    for (let n = 100; n < 110; n += 1) {
      await journal.append(checkInOf(id(n), n))
      forwarder.rescan()
      await clock.advance(minutes(6))
    }
    t.match(journal.counts(), { unsettled: 0, setAside: 1 })
  })
})

t.test('a server that answers nobody gets nothing set aside', async (t) => {
  await inWorld(t.testdir(), 1, async ({ clock, journal, forwarder }) => {
    await journal.append(checkInOf(id(1)))
    let sends = 0
    forwarder.online(() => (sends += 1))
    await clock.advance(minutes(600))
    t.match(journal.counts(), { unsettled: 1, setAside: 0 })
    t.ok(sends > 20 && sends < 200, `${sends} sends in ten hours`)
  })
})

t.test('resending waits from 5 s to 5 min, with jitter', async (t) => {
  t.equal(resendDelay(0, 0), 5_000)
  t.equal(resendDelay(1, 0), 10_000)
  t.equal(resendDelay(99, 0), 300_000)
  t.ok(resendDelay(99, 0.99) > 300_000)
})

t.test('the line, with a real broker', async (t) => {
  await using server = await openScriptedServer({ secret: 'a secret of a pillar' })
  const welcomes: Welcome[] = []
  const messages: DownMessage[] = []
  let downs = 0
  const { boot, start, wallMs, uptimeMs, quality } = nowAt(0).time
  const open = (secret: string) =>
    openLine({
      url: server.url,
      pillarId: PILLAR,
      secret,
      clock: systemClock,
      log: pino({ level: 'silent' }),
      dice: () => 0,
      hello: () => ({ version: '0', minor: 0, boot, start, wallMs, uptimeMs, quality, unsettled: 0 }),
      onWelcome: (welcome) => welcomes.push(welcome),
      onMessage: (message) => messages.push(message),
      onDown: () => (downs += 1),
    })
  const health = (n: number): UpMessage => ({
    v: 1,
    kind: 'answer',
    commandId: id(n),
    result: 'done',
  })
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const line = open('a secret of a pillar')

  await t.test('says nothing before it is welcomed, and keeps nothing for later', async (t) => {
    line.send(health(1))
    void line.run(stop.signal)
    line.send(health(2))
    await eventually('a welcome', () => welcomes.length === 1)
    line.send(health(3))
    await eventually('the answer', () => server.heard.some(({ kind }) => kind === 'answer'))
    t.strictSame(
      server.heard.map((message) => (message.kind === 'answer' ? message.commandId : message.kind)),
      ['presence', 'hello', id(3)],
    )
    await eventually('settings', () => messages.some(({ kind }) => kind === 'settings'))
  })
  await t.test('comes back under another connection id', async (t) => {
    server.hangUp()
    await eventually('another welcome', () => welcomes.length === 2)
    t.equal(downs, 1)
    t.equal(new Set(welcomes.map(({ connection }) => connection)).size, 2)
  })
  await t.test('survives a message that is none', async (t) => {
    server.send({ v: 1, kind: 'busy', retryAfterMs: -1, actionIds: [] })
    server.send({ v: 1, kind: 'command', id: id(5), expiresAtMs: 1, command: 'identify' })
    await eventually('the message behind it', () => messages.some(({ kind }) => kind === 'command'))
    t.equal(
      messages.some(({ kind }) => kind === 'busy'),
      false,
    )
  })
  await t.test('takes leave when it is stopped', async () => {
    stop.abort()
    await eventually('offline', () => {
      const last = server.heard.at(-1)
      return last?.kind === 'presence' && !last.online
    })
  })
})
