import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase } from '@spaarzuil/shared/runtime/database.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { loadChip } from '../../swarm/cards.js'
import { percentiles } from '../../swarm/percentiles.js'
import { openSwarmPillar } from '../../swarm/swarm-pillar.js'
import type { Latency } from './load.js'
import { rival } from './pipes.js'

/** Between two of them the machine may rest, as between two taps. */
const PAUSE_MS = 15

/** What storage alone costs: one row, one commit, on the disk that the journal is on. */
export async function measureBareCommit(folder: string, times: number): Promise<Latency> {
  const database = await openDatabase(join(folder, 'bare.db'), { busyTimeoutMs: 1_000, pageSize: 1024 })
  await database.exec('CREATE TABLE IF NOT EXISTS entries (id TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID')
  const content = 'x'.repeat(500)
  const samples: number[] = []
  for (let n = 0; n < times; n += 1) {
    const from = performance.now()
    await database.run('INSERT INTO entries VALUES (?, ?)', [newId(), content])
    samples.push(performance.now() - from)
    await delay(PAUSE_MS)
  }
  await database.close()
  return percentiles(samples)
}

/** What the line alone costs: a check-in to a broker that answers at once and keeps nothing. */
export async function measureBareEcho(times: number): Promise<Latency> {
  const { program, port } = await rival(['echo'])
  let answered = (): void => undefined
  const pillar = await openSwarmPillar({ id: newId(), secret: 'bench' }, port, {
    onReceipts: () => answered(),
    onBusy: () => undefined,
  })
  const samples: number[] = []
  for (let n = 0; n < times; n += 1) {
    const back = new Promise<void>((resolve) => (answered = resolve))
    const from = performance.now()
    pillar.send([pillar.checkIn(loadChip(n))], 'live')
    await back
    samples.push(performance.now() - from)
    await delay(PAUSE_MS)
  }
  pillar.close()
  await program.stop()
  return percentiles(samples)
}
