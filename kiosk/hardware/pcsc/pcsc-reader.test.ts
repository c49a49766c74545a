import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { loadNfcPcsc } from './nfc-pcsc-package.js'
import { startPcscd, type PcscdDouble } from './testing/pcscd-double.js'
import { openTrial, type ReaderTrial } from './testing/reader-trial.js'

const A = 'ACS ACR122U PICC Interface 00 00'
const B = 'ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 01 00'
const B_MODULE_SLOT = 'ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 01 01'
const PASS = { uid: '04a1b2c3d4e5f6' }
const OTHER_PASS = { uid: '04ffeeddccbbaa' }
/** ISO/IEC 14443-4, as phones, bank cards and DESFire show themselves. */
const PHONE_ATR = '3B8180018080'

const installed = (() => {
  try {
    loadNfcPcsc('nfc-pcsc')
    return true
  } catch (error) {
    t.comment(`nfc-pcsc is not here, its tests are left out: ${String(error)}`)
    return false
  }
})()
const needsPackage = installed ? {} : { skip: 'nfc-pcsc is not installed' }

type Workplace = { teardown(undo: () => Promise<void>): unknown }
/** A socket's path holds 107 bytes, which a test's own folder would exceed. */
function shortSocket(test: Workplace): string {
  const folder = mkdtempSync(join(tmpdir(), 'pcscd-'))
  test.teardown(async () => rmSync(folder, { recursive: true }))
  return join(folder, 'pcscd.comm')
}

type Bench = { readonly pcscd: PcscdDouble; readonly trial: ReaderTrial; readonly socket: string }

async function bench(test: Workplace, ...readers: readonly string[]): Promise<Bench> {
  const socket = shortSocket(test)
  const pcscd = await startPcscd(socket)
  for (const reader of readers) await pcscd.attach(reader)
  const trial = openTrial(socket, A)
  test.teardown(async () => {
    await trial.close()
    await pcscd.kill()
  })
  if (readers.length > 0) await trial.healthIs(...readers.map((name) => `${name}: ready`))
  return { pcscd, trial, socket }
}

t.test('cards of 4, 7 and 10 bytes, phones and ISO 14443-4 cards are read alike', needsPackage, async (t) => {
  const { pcscd, trial } = await bench(t, A)
  const cards = [
    { uid: 'deadbeef' },
    PASS,
    { uid: '0102030405060708090a' },
    { uid: '08a1b2c3', atr: PHONE_ATR },
    { uid: '04112233445566', atr: '3B8180018080' },
    { uid: '01020304', atr: '3B00' },
  ]
  for (const card of cards) {
    await pcscd.put(A, card)
    t.equal(await trial.next(), card.uid.toUpperCase())
    await pcscd.take(A)
    t.equal(await trial.next(), 'removed')
  }
})

t.test('what is no chip number is no reading', needsPackage, async (t) => {
  const { pcscd, trial } = await bench(t, A)
  for (const uid of ['', '010203', '0102030405060708090a0b']) {
    await pcscd.put(A, { uid })
    t.equal(await trial.next(), 'unreadable', `${uid.length / 2} bytes`)
    await pcscd.take(A)
  }
  await pcscd.put(A, PASS)
  t.equal(await trial.next(), '04A1B2C3D4E5F6')
})

t.test(
  'a card that refuses or fails to connect is tried again, then said to be unreadable, once',
  needsPackage,
  async (t) => {
    const { pcscd, trial } = await bench(t, A)
    for (const habit of [{ refuses: 2 }, { failsToConnect: 2 }, { refuses: 1, failsToConnect: 1 }]) {
      await pcscd.put(A, { ...PASS, ...habit })
      t.equal(await trial.next(), '04A1B2C3D4E5F6', JSON.stringify(habit))
      await pcscd.take(A)
      t.equal(await trial.next(), 'removed')
    }
    for (const habit of [{ refuses: 99 }, { failsToConnect: 99 }]) {
      await pcscd.put(A, { ...PASS, ...habit })
      t.equal(await trial.next(), 'unreadable', JSON.stringify(habit))
      await pcscd.take(A)
    }
    // Had anything more been said of those cards, it would come before this one.
    await pcscd.put(A, OTHER_PASS)
    t.equal(await trial.next(), '04FFEEDDCCBBAA')
    t.match(trial.health(), [{ recoveries: 0 }])
  },
)

t.test('a slow card is waited for', needsPackage, async (t) => {
  const { pcscd, trial } = await bench(t, A)
  await pcscd.put(A, { ...PASS, delayMs: 700 })
  t.equal(await trial.next(), '04A1B2C3D4E5F6')
  await pcscd.take(A)
  t.equal(await trial.next(), 'removed')
  t.match(trial.health(), [{ recoveries: 0 }])
})

t.test(
  'a card that never answers costs a reader process, and is left alone until it has gone',
  needsPackage,
  async (t) => {
    const { pcscd, trial } = await bench(t, A, B)
    await pcscd.put(A, { ...PASS, mute: true })
    t.equal(await trial.next(), 'unreadable')
    await trial.healthIs(`${A}: ready`, `${B}: ready`)
    t.match(trial.health(), [{ lastError: /gave no answer/, recoveries: 1 }, { recoveries: 1 }])
    await pcscd.put(B, OTHER_PASS)
    t.equal(await trial.next(), `04FFEEDDCCBBAA on ${B}`)
    await pcscd.take(A)
    await pcscd.put(A, PASS)
    t.equal(await trial.next(), '04A1B2C3D4E5F6')
    t.match(trial.health(), [{ recoveries: 1 }, { recoveries: 1 }])
  },
)

t.test('two readers read at once, and one in use does not hear of the other', needsPackage, async (t) => {
  const { pcscd, trial } = await bench(t, A, B)
  await Promise.all([pcscd.put(A, PASS), pcscd.put(B, OTHER_PASS)])
  t.strictSame((await trial.take(2)).toSorted(), ['04A1B2C3D4E5F6', `04FFEEDDCCBBAA on ${B}`])
  await pcscd.take(B)
  t.equal(await trial.next(), `removed on ${B}`)
})

t.test(
  'readers come and go while another is used; unplugged with a card on it, the card is gone',
  needsPackage,
  async (t) => {
    const { pcscd, trial } = await bench(t, A)
    await pcscd.attach(B_MODULE_SLOT)
    await pcscd.attach(B)
    await trial.healthIs(`${A}: ready`, `${B}: ready`)
    await pcscd.put(A, PASS)
    await pcscd.put(B, OTHER_PASS)
    await trial.take(2)
    await pcscd.detach(B)
    t.equal(await trial.next(), `removed on ${B}`)
    await trial.healthIs(`${A}: ready`, `${B}: missing`)
    t.match(trial.health(), [{ recoveries: 0 }, { lastError: /unplugged/ }])
    await pcscd.take(A)
    t.equal(await trial.next(), 'removed')
    const again = B.replace(/01 00$/, '02 00')
    await pcscd.attach(again)
    await trial.healthIs(`${A}: ready`, `${again}: ready`)
    t.match(trial.health(), [{ recoveries: 0 }, { recoveries: 1 }])
    await pcscd.put(again, PASS)
    t.equal(await trial.next(), `04A1B2C3D4E5F6 on ${again}`)
  },
)

t.test('readers that appear in the same moment are all found', needsPackage, async (t) => {
  const { pcscd, trial } = await bench(t, A)
  // libpcsclite misses the second of two within milliseconds, not always but often.
  for (let round = 0; round < 3; round++) {
    await Promise.all([pcscd.attach(B_MODULE_SLOT), pcscd.attach(B)])
    await trial.healthIs(`${A}: ready`, `${B}: ready`)
    await Promise.all([pcscd.detach(B_MODULE_SLOT), pcscd.detach(B)])
    await trial.healthIs(`${A}: ready`, `${B}: missing`)
  }
  t.match(trial.health(), [{ recoveries: 0 }, { recoveries: 2 }])
})

t.test(
  'a fast series of cards is told in order, each card followed by its removal',
  needsPackage,
  async (t) => {
    const { pcscd, trial } = await bench(t, A)
    const uids = Array.from(
      { length: 40 },
      (_, n) => `04A1B2C3D4E5${n.toString(16).padStart(2, '0').toUpperCase()}`,
    )
    for (const uid of uids) {
      await pcscd.put(A, { uid })
      t.equal(await trial.next(), uid)
      await pcscd.take(A)
      t.equal(await trial.next(), 'removed')
    }
  },
)

t.test('cards swapped or gone before anyone could look are not silently lost', needsPackage, async (t) => {
  const { pcscd, trial } = await bench(t, A)
  await pcscd.put(A, PASS)
  t.equal(await trial.next(), '04A1B2C3D4E5F6')
  await Promise.all([pcscd.take(A), pcscd.put(A, OTHER_PASS)])
  t.strictSame(await trial.take(2), ['removed', '04FFEEDDCCBBAA'])
  await pcscd.take(A)
  t.equal(await trial.next(), 'removed')
  await Promise.all([pcscd.put(A, PASS), pcscd.take(A)])
  t.equal(await trial.next(), 'unreadable')
  await pcscd.put(A, PASS)
  t.equal(await trial.next(), '04A1B2C3D4E5F6')
})

t.test('the daemon may start later than the kiosk, be killed, and return', needsPackage, async (t) => {
  const socket = shortSocket(t)
  const trial = openTrial(socket, A)
  t.teardown(async () => trial.close())
  t.match(await trial.trouble(/does not answer/), /apt-get install pcscd.*systemctl start pcscd\.socket/)
  for (let life = 0; life < 3; life++) {
    const pcscd = await startPcscd(socket)
    if (life === 0) t.match(await trial.trouble(/knows no reader/), /Plug one in/)
    await pcscd.attach(A)
    await trial.healthIs(`${A}: ready`)
    await pcscd.put(A, PASS)
    t.equal(await trial.next(), '04A1B2C3D4E5F6', `life ${life}`)
    await pcscd.kill()
    t.equal(await trial.next(), 'removed')
    await trial.healthIs(`${A}: missing`)
    t.match(trial.health(), [{ lastError: /does not answer/, recoveries: life }])
  }
})

t.test(
  'a reader process that dies or hangs is replaced, and the card on the reader is read again',
  needsPackage,
  async (t) => {
    const { pcscd, trial } = await bench(t, A)
    for (const [signal, why] of [
      ['SIGKILL', /SIGKILL/],
      ['SIGSTOP', /silent/],
    ] as const) {
      await pcscd.put(A, PASS)
      t.equal(await trial.next(), '04A1B2C3D4E5F6')
      trial.processes.at(-1)?.kill(signal)
      t.strictSame(await trial.take(2), ['removed', '04A1B2C3D4E5F6'], signal)
      t.match(trial.health(), [{ state: 'ready', lastError: why }])
      await pcscd.take(A)
      t.equal(await trial.next(), 'removed')
    }
    t.match(trial.health(), [{ recoveries: 2 }])
  },
)

t.test('no chip number is printed or logged, whatever happens to the card', needsPackage, async (t) => {
  const { pcscd, trial } = await bench(t, A)
  for (const [habit, told] of [
    [{}, ['04A1B2C3D4E5F6', 'removed']],
    [{ refuses: 9 }, ['unreadable']],
    [{ failsToConnect: 9 }, ['unreadable']],
    [{ mute: true }, ['unreadable']],
    [{ delayMs: 300 }, ['04A1B2C3D4E5F6', 'removed']],
  ] as const) {
    await pcscd.put(A, { ...PASS, ...habit })
    const first = await trial.next()
    await pcscd.take(A)
    t.strictSame([first, ...(await trial.take(told.length - 1))], told)
    await trial.healthIs(`${A}: ready`)
  }
  trial.processes.at(-1)?.kill()
  await pcscd.kill()
  await trial.trouble(/does not answer/)
  t.match(trial.log(), /reader process tells/)
  t.notMatch(trial.log(), /04[ :]?A1[ :]?B2/i)
})

t.test('stopping ends the loop and the process', needsPackage, async (t) => {
  const { trial } = await bench(t, A)
  const last = trial.next()
  await trial.close()
  t.equal(await last, 'the end')
  t.equal(trial.processes.at(-1)?.signalCode, 'SIGKILL')
})

t.test('without nfc-pcsc the kiosk goes on, says what to install, and does not keep trying', async (t) => {
  const trial = openTrial(shortSocket(t), A, 'nfc-pcsc-that-is-not-installed')
  t.teardown(async () => trial.close())
  const trouble = await trial.trouble(/cannot be loaded/)
  t.match(trouble, /nfc-pcsc-that-is-not-installed.*libpcsclite-dev.*npm ci/s)
  t.match(trial.health(), [{ kind: 'reader', name: 'PC/SC', state: 'missing', recoveries: 0 }])
  t.equal(trial.processes.length, 1)
})
