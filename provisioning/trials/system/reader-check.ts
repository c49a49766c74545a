import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { PHONE_ATR, type VirtualReader } from './virtual-reader.js'

const PATIENCE_MS = 20_000

type Line = { readonly what: string; readonly test: (line: string) => boolean }

/** Waits for the line in which the kiosk's reader tells what is expected; other lines pass. */
async function waitFor(lines: AsyncIterator<string>, { what, test }: Line): Promise<void> {
  const late = AbortSignal.timeout(PATIENCE_MS)
  const tooLate = once(late, 'abort').then((): IteratorResult<string> => ({ done: true, value: undefined }))
  for (;;) {
    const next = await Promise.race([lines.next(), tooLate])
    if (next.done === true) throw new Error(`Did not see: ${what}`)
    if (test(next.value)) break
  }
}

const card = (uid: string): Line => ({
  what: `the card ${uid}`,
  test: (line) => line.includes('"reading"') && line.includes(`"uid":"${uid.toUpperCase()}"`),
})
const removed: Line = { what: 'its removal', test: (line) => line.includes('"kind":"removed"') }
const ready = (name: string): Line => ({
  what: `the reader ${name}`,
  test: (line) => line.includes('"health"') && line.includes(`"name":"${name}","state":"ready"`),
})
const missing: Line = {
  what: 'the reader missing',
  test: (line) => line.includes('"health"') && !line.includes('"state":"ready"'),
}

async function check(virtual: VirtualReader, lines: AsyncIterator<string>): Promise<void> {
  await waitFor(lines, ready(virtual.names[0]))
  const cards = [{ uid: 'deadbeef' }, { uid: '04a1b2c3d4e5f6' }, { uid: '08a1b2c3', atr: PHONE_ATR }]
  for (const [index, each] of cards.entries()) {
    const slot = index === 1 ? 1 : 0
    await virtual.put(each, slot)
    await waitFor(lines, card(each.uid))
    await virtual.take(slot)
    await waitFor(lines, removed)
  }
  await virtual.restartDaemon()
  await waitFor(lines, missing)
  await waitFor(lines, ready(virtual.names[0]))
  await virtual.put({ uid: '04a1b2c3d4e5f6' })
  await waitFor(lines, card('04a1b2c3d4e5f6'))
}

function startReader(): ChildProcess & { readonly stdout: NodeJS.ReadableStream } {
  const program = import.meta.resolve('@spaarzuil/kiosk/hardware/pcsc/testing/print-readings.js')
  return spawn(process.execPath, [fileURLToPath(program)], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Cards put on the virtual reader arrive as readings of the kiosk's own reader, and the reader survives its daemon. */
export async function checkReader(virtual: VirtualReader): Promise<void> {
  const reader = startReader()
  try {
    await check(virtual, createInterface({ input: reader.stdout })[Symbol.asyncIterator]())
  } finally {
    reader.kill('SIGTERM')
    await virtual.take()
  }
}
