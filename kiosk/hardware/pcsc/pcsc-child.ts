/**
 * The reader process: the only one that loads nfc-pcsc and its native part, because those can spin, hang and crash.
 * It is forked by `pcsc-reader.ts` and speaks over the IPC channel only; standard output stays unused, since nfc-pcsc
 * prints buffers there (nfc-pcsc 0.8.1 src/ACR122Reader.js:43). No chip number leaves it but in a `card` message.
 *
 * Arguments: the name of the package, then the visits (`avoidedVisit`) that are to be left alone.
 */
import { connect } from 'node:net'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { loadNfcPcsc, type NfcPackage } from './nfc-pcsc-package.js'
import { watchReader } from './one-reader.js'
import type { FromReaderProcess } from './pcsc-messages.js'
import {
  avoidedVisit,
  DEFAULT_SOCKET,
  EXIT_LOST,
  EXIT_NO_PACKAGE,
  HEARTBEAT,
  LISTING_MAX,
  PROBE_INTERVAL,
} from './process-terms.js'

/** The slot for a key module inside some readers (ACR1252U): no visitor ever puts a card there. */
const MODULE_SLOT = /\bSAM\b/

const [packageName = 'nfc-pcsc', ...avoided] = process.argv.slice(2)
const socket = process.env['PCSCLITE_CSOCK_NAME'] ?? DEFAULT_SOCKET

const send = (message: FromReaderProcess): void => {
  if (process.connected) process.send?.(message)
}

/** Says why, and ends. The kiosk may be quicker and kill us: then it has read the message. */
const giveUp = (message: FromReaderProcess, exitCode: number): void => {
  if (process.connected) process.send?.(message, () => process.exit(exitCode))
}

const said = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 500)

const daemonAnswers = async (): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(socket)
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false))
    probe.once('connect', () => probe.destroy())
  })

/** `new NFC()` never returns while no daemon answers (@pokusew/pcsclite 0.6.0 src/pcsclite.cpp:70-75). */
async function waitForDaemon(): Promise<void> {
  if (await daemonAnswers()) return
  send({ kind: 'no-daemon', socket })
  do await systemClock.sleep(PROBE_INTERVAL)
  while (!(await daemonAnswers()))
}

function watchAllReaders(nfcPackage: NfcPackage): void {
  const nfc = new nfcPackage.NFC()
  send({ kind: 'connected' })
  // nfc-pcsc does not recover by itself when pcscd ends, nor when one reader's watch fails: a new process does.
  nfc.on('error', (error) => giveUp({ kind: 'lost', detail: said(error) }, EXIT_LOST))
  const names = new Set<string>()
  const sendList = (): void => send({ kind: 'list', readers: [...names] })
  nfc.on('reader', (reader) => {
    names.add(reader.name)
    sendList()
    reader.on('end', () => {
      names.delete(reader.name)
      sendList()
    })
    reader.on('error', (error) =>
      giveUp({ kind: 'lost', detail: `${reader.name}: ${said(error)}` }, EXIT_LOST),
    )
    if (MODULE_SLOT.test(reader.name)) return
    send({ kind: 'reader', reader: reader.name })
    watchReader(reader, {
      clock: systemClock,
      send,
      avoid: (visit) => avoided.includes(avoidedVisit(reader.name, visit)),
    })
  })
}

async function run(): Promise<void> {
  let nfcPackage: NfcPackage
  try {
    nfcPackage = loadNfcPcsc(packageName)
  } catch (error) {
    giveUp({ kind: 'no-package', detail: said(error) }, EXIT_NO_PACKAGE)
    return
  }
  await waitForDaemon()
  try {
    watchAllReaders(nfcPackage)
    await systemClock.sleep(LISTING_MAX)
    send({ kind: 'listed' })
  } catch (error) {
    giveUp({ kind: 'lost', detail: said(error) }, EXIT_LOST)
  }
}

// Without the kiosk there is nobody to read for. SIGKILL, because an exit waits for threads that hang in a card.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
setInterval(() => send({ kind: 'alive' }), HEARTBEAT)
await run()
