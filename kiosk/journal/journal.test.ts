import { copyFile, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { virtualClock, type VirtualClock } from '@spaarzuil/shared/testing/virtual-clock.js'
import { days, instant, milliseconds } from '@spaarzuil/shared/time.js'
import { BOOT, checkInOf, EPOCH, id, PILLAR, START } from '../testing/samples.js'
import { openDatabase } from '@spaarzuil/shared/runtime/database.js'
import type { Entry } from './entry.js'
import { openJournal, type Journal, type JournalOptions } from './journal.js'
import { readJournal } from './read-journal.js'

const OTHER_EPOCH = 'e0000000-0000-4000-8000-000000000002'

function opener(folder: string, more: Partial<JournalOptions> = {}) {
  const clock = virtualClock()
  const path = join(folder, 'journal.db')
  return {
    clock,
    path,
    open: async () => openJournal({ path, pillarId: PILLAR, clock, warn: () => undefined, ...more }),
  }
}
const fill = async (journal: Journal, count: number, from = 1): Promise<void> => {
  for (let n = from; n < from + count; n += 1) await journal.append(checkInOf(id(n), n))
}
/** The quarter of a second, and then whatever the disk needs: this question waits behind what is being written. */
async function written(journal: Journal, clock: VirtualClock): Promise<void> {
  await clock.advance(milliseconds(250))
  for (let turn = 0; turn < 3; turn += 1) await journal.oldestUnsettled()
}
const idsOf = async (journal: Journal): Promise<readonly string[]> =>
  (await journal.unsettled(0, 1_000)).map(({ checkIn }) => checkIn.actionId)

t.test('what was journalled is there after a restart, in the order of tapping, byte for byte', async (t) => {
  const { open: start } = opener(t.testdir())
  const before = await start()
  await fill(before, 3)
  await before.close()
  const after = await start()
  t.teardown(async () => after.close())
  t.strictSame(
    (await after.unsettled(0, 10)).map(({ checkIn }) => JSON.stringify(checkIn)),
    [1, 2, 3].map((n) => JSON.stringify(checkInOf(id(n), n))),
  )
  t.strictSame(after.counts(), { unsettled: 3, settled: 0, setAside: 0, lost: 0 })
})

t.test('a receipt settles, and is on storage a quarter of a second later', async (t) => {
  const { open: start, clock } = opener(t.testdir())
  const journal = await start()
  await fill(journal, 3)
  journal.settle([id(1), id(3)], EPOCH)
  t.strictSame(await idsOf(journal), [id(2)], 'not sent again, though nothing is written yet')
  await written(journal, clock)
  await journal.close()
  const again = await start()
  t.teardown(async () => again.close())
  t.strictSame(await idsOf(again), [id(2)])
  t.strictSame(again.counts(), { unsettled: 1, settled: 2, setAside: 0, lost: 0 })
})

t.test('a receipt for a check-in that is not here, or a second one, harms nothing', async (t) => {
  const { open: start, clock } = opener(t.testdir())
  const journal = await start()
  t.teardown(async () => journal.close())
  await fill(journal, 1)
  for (const round of [1, 2]) {
    journal.settle([id(1), id(99)], EPOCH)
    await written(journal, clock)
    t.match(journal.counts(), { unsettled: 0, settled: 1 }, `round ${round}`)
  }
})

t.test('a server restored from a backup asks again for what its successor had settled', async (t) => {
  const { open: start } = opener(t.testdir())
  const journal = await start()
  t.teardown(async () => journal.close())
  await fill(journal, 3)
  journal.settle([id(1), id(2)], EPOCH)
  t.equal(await journal.reopenSettledUnderOther(EPOCH), 0)
  t.strictSame(await idsOf(journal), [id(3)])
  t.equal(await journal.reopenSettledUnderOther(OTHER_EPOCH), 2)
  t.strictSame(await idsOf(journal), [id(1), id(2), id(3)])
})

t.test('set aside is out of the way, survives a restart, and yields to a receipt', async (t) => {
  const { open: start, clock } = opener(t.testdir())
  const journal = await start()
  await fill(journal, 3)
  await journal.setAside([id(1)], 'CONTENT_DIFFERS')
  await journal.setAside([id(2)], 'NO_ANSWER')
  t.strictSame(await idsOf(journal), [id(3)])
  await journal.close()
  const again = await start()
  t.teardown(async () => again.close())
  t.strictSame(await idsOf(again), [id(2), id(3)], 'what got no answer is tried again after a restart')
  again.settle([id(1)], EPOCH)
  await written(again, clock)
  t.match(again.counts(), { unsettled: 2, settled: 1, setAside: 0 })
})

t.test('at its limit the journal refuses, unless settled entries can make room', async (t) => {
  const { open: start } = opener(t.testdir(), { limit: 5 })
  const journal = await start()
  t.teardown(async () => journal.close())
  await fill(journal, 5)
  await t.rejects(journal.append(checkInOf(id(6))), { code: 'JOURNAL_FULL' })
  journal.settle([id(2)], EPOCH)
  await journal.append(checkInOf(id(6)))
  t.strictSame(await idsOf(journal), [id(1), id(3), id(4), id(5), id(6)])
  t.match(journal.counts(), { unsettled: 5, settled: 0 })
})

t.test('settled entries go after 30 days, the others never', async (t) => {
  const at = { now: instant(1_000) }
  const { open: start } = opener(t.testdir(), { now: () => at.now })
  const journal = await start()
  await fill(journal, 2)
  journal.settle([id(1)], EPOCH)
  await journal.close()
  at.now = instant(1_000 + days(4_000))
  const later = await start()
  t.teardown(async () => later.close())
  t.match(later.counts(), { settled: 1 }, 'a start believes no clock')
  await later.removeOld(instant(1_000 + days(30)))
  t.match(later.counts(), { settled: 1 })
  await later.removeOld(instant(1_000 + days(30) + 1))
  t.strictSame(later.counts(), { unsettled: 1, settled: 0, setAside: 0, lost: 0 })
  t.equal(await later.reopenSettledUnderOther(OTHER_EPOCH), 0)
})

t.test('values are kept', async (t) => {
  const { open: start } = opener(t.testdir())
  const journal = await start()
  await journal.kept.put('clock-floor', 12)
  await journal.kept.put('clock-floor', 13)
  await journal.close()
  const again = await start()
  t.teardown(async () => again.close())
  t.equal(again.kept.number('clock-floor'), 13)
})

t.test('boots without a finding are known until something is found', async (t) => {
  const { open: start } = opener(t.testdir())
  const journal = await start()
  t.teardown(async () => journal.close())
  await journal.boots.begin(BOOT, START, instant(700))
  t.strictSame(await journal.boots.dark('another'), [], 'a boot without entries is nobody’s concern')
  await fill(journal, 1)
  t.strictSame(await journal.boots.dark('another'), [{ boot: BOOT, start: START, floor: 700 }])
  t.strictSame(await journal.boots.dark(BOOT), [])
  await journal.boots.find(BOOT, { fromMs: 700, untilMs: 900 })
  t.strictSame(await journal.boots.dark('another'), [])
  t.strictSame(await journal.boots.findings(), [
    { boot: BOOT, start: START, finding: { fromMs: 700, untilMs: 900 } },
  ])
})

t.test('a damaged journal', async (t) => {
  /** A file of 400 entries, closed, so that all of it is in one file. */
  const damagedBy = async (folder: string, harm: (path: string, size: number) => Promise<void>) => {
    const warnings: string[] = []
    const opened = opener(folder, { warn: (_details, message) => warnings.push(message) })
    const journal = await opened.open()
    await fill(journal, 400)
    journal.settle([id(1)], EPOCH)
    await journal.close()
    await harm(opened.path, (await stat(opened.path)).size)
    return { ...opened, warnings }
  }
  const scribble = async (path: string, at: number, bytes: number): Promise<void> => {
    const file = await open(path, 'r+')
    await file.write(Buffer.alloc(bytes, 0xa5), 0, bytes, at)
    await file.close()
  }

  t.test('is kept aside, and what can be read of it is sent', async (t) => {
    const folder = t.testdir()
    const { open: start, warnings } = await damagedBy(folder, async (path, size) =>
      scribble(path, Math.floor(size / 2 / 1_024) * 1_024, 4 * 1_024),
    )
    const journal = await start()
    t.teardown(async () => journal.close())
    const { unsettled, lost } = journal.counts()
    t.equal(unsettled + lost, 400, 'every entry is either saved or counted as lost')
    t.ok(unsettled > 300 && lost > 0, `${unsettled} saved, ${lost} lost`)
    t.equal((await readdir(folder)).filter((name) => name.includes('.damaged-')).length, 1)
    t.equal(warnings.length, 2)
    await journal.append(checkInOf(id(1_000)))
  })

  t.test('of which nothing can be read gives way to a new one, and says so', async (t) => {
    const { open: start } = await damagedBy(t.testdir(), async (path) => scribble(path, 0, 2_048))
    const journal = await start()
    t.teardown(async () => journal.close())
    t.match(journal.counts(), { unsettled: 0, lost: 1 })
    await journal.append(checkInOf(id(1_000)))
  })
})

t.test("another device's journal can be read from its files alone, also after a power cut", async (t) => {
  const folder = t.testdir({ card: {} })
  const { open: start, path } = opener(folder)
  const journal = await start()
  await fill(journal, 3)
  await journal.setAside([id(2)], 'CONTENT_DIFFERS')
  journal.settle([id(1)], EPOCH)
  await journal.boots.find(BOOT, { fromMs: 1, untilMs: 2 })
  await journal.boots.dark('flush')
  const card = join(folder, 'card', 'journal.db')
  await copyFile(path, card)
  await copyFile(`${path}-wal`, `${card}-wal`)
  await journal.close()
  const foreign = await readJournal(card)
  const found = []
  for await (const entries of foreign.unsettled(2))
    found.push(...entries.map(({ checkIn }) => checkIn.actionId))
  t.strictSame(found, [id(1), id(2), id(3)], 'the receipt was not written yet; what was set aside counts')
  t.equal(foreign.pillarId, PILLAR)
  t.strictSame(foreign.findings, [{ boot: BOOT, start: START, finding: { fromMs: 1, untilMs: 2 } }])
  t.equal(foreign.lost(), 0)
  await foreign.close()
  await t.rejects(readJournal(join(folder, 'nothing.db')), { code: 'NOT_FOUND' })
})

t.test(
  "of another device's journal, the settled entries can be read too, and damaged ones are counted",
  async (t) => {
    const { open: start, path } = opener(t.testdir())
    const journal = await start()
    await fill(journal, 4)
    journal.settle([id(1), id(2)], EPOCH)
    await journal.close()
    const database = await openDatabase(path, { busyTimeoutMs: 1_000 })
    await database.run('UPDATE entries SET content = substr(content, 2) WHERE action_id IN (?, ?)', [
      id(2),
      id(3),
    ])
    await database.close()
    const foreign = await readJournal(path)
    t.teardown(async () => foreign.close())
    const read = async (part: AsyncIterable<readonly Entry[]>) => {
      const found = []
      for await (const entries of part) found.push(...entries.map(({ checkIn }) => checkIn.actionId))
      return found
    }
    t.strictSame(await read(foreign.unsettled(1)), [id(4)])
    t.equal(foreign.lost(), 1)
    t.strictSame(await read(foreign.all(10)), [id(1), id(4)])
    t.equal(foreign.lost(), 2, 'each once')
  },
)
