import type { Clock } from '@spaarzuil/shared/time.js'
import type { DeviceHealth, Reading } from '../../ports.js'
import { cardLeft, knownReaders, type KnownReader, type KnownReaders } from './known-readers.js'
import { lineUp } from './line-up.js'
import type { FromReaderProcess } from './pcsc-messages.js'
import { avoidedVisit, READING_MAX } from './process-terms.js'

/** What is known of all readers; turns what the reader process tells into readings and health. */
export type ReaderBook = {
  hear(message: FromReaderProcess): readonly Reading[]
  /** The reader process is gone: nothing is known of any card any more. */
  processEnded(why: string): readonly Reading[]
  /** The reader process was replaced on purpose, while no card lay anywhere: nothing is wrong. */
  processReplaced(): void
  /** Whether to replace the process to see if there are more readers; never while a card lies on one. */
  secondLookDue(): boolean
  /** Readers that sensed something and stayed silent about it for too long. */
  overdue(): readonly string[]
  /** The cards on readers that made a reader process hang or die, until they have left. */
  avoided(): readonly string[]
  health(): readonly DeviceHealth[]
}

type OfOneReader = Extract<FromReaderProcess, { readonly reader: string }>
/** What shows that another card lies there than the one that was avoided, or none. */
const ENDS_AVOIDANCE = new Set<FromReaderProcess['kind']>(['sensed', 'empty', 'reader-gone'])

type Parts = { readonly clock: Clock; readonly readers: KnownReaders }
type OfTheLine = Exclude<FromReaderProcess, OfOneReader>

const NO_READER =
  'pcscd runs and knows no reader. Plug one in; if one is plugged in, look at its cable and at the kernel modules ' +
  'that may hold it (docs/hardware.md).'
const UNPLUGGED = 'The reader was unplugged, or lost its power. Look at its cable.'

const noDaemon = (socket: string): string =>
  `pcscd does not answer at ${socket}. Install it (apt-get install pcscd) or start it (systemctl start pcscd.socket).`

const noPackage = (detail: string): string =>
  `The package nfc-pcsc cannot be loaded: ${detail}. Install libpcsclite-dev, g++ and make, run npm ci again, and ` +
  'start the kiosk again.'

export function readerBook(clock: Clock): ReaderBook {
  const readers = knownReaders(clock)
  const avoided = new Map<string, string>()
  // What staff read while no reader was ever plugged in.
  const line = { sinceMs: Number(clock.now()), lastError: 'The reader process is being started.' }
  const named = lineUp(clock)
  const lineSays = (lastError: string): void => {
    if (line.lastError === lastError) return
    line.sinceMs = clock.now()
    line.lastError = lastError
  }
  const hearOfLine = (message: OfTheLine): readonly Reading[] => {
    switch (message.kind) {
      case 'alive':
      case 'lost':
        return []
      case 'no-package':
        lineSays(noPackage(message.detail))
        return readers.detachAll('missing', line.lastError)
      case 'no-daemon':
        lineSays(noDaemon(message.socket))
        return readers.detachAll('missing', line.lastError)
      case 'connected':
        lineSays(NO_READER)
        return []
      case 'list':
        named.saw(message.readers)
        return []
      case 'listed':
        return readers
          .all()
          .filter((reader) => !reader.named)
          .flatMap((reader) => readers.detach(reader, 'missing', UNPLUGGED))
    }
  }
  const hearOfReader = (message: OfOneReader): readonly Reading[] => {
    if (message.kind === 'reader') readers.attach(message.reader)
    if (ENDS_AVOIDANCE.has(message.kind)) avoided.delete(message.reader)
    const reader = readers.find(message.reader)
    return reader === undefined ? [] : note(reader, message, { clock, readers })
  }
  return {
    hear: (message) => ('reader' in message ? hearOfReader(message) : hearOfLine(message)),
    processEnded(why) {
      for (const { name, sensed } of readers.all()) {
        if (sensed !== undefined) avoided.set(name, avoidedVisit(name, sensed.visit))
      }
      lineSays(why)
      named.nextProcess(false)
      return readers.detachAll('failing', why)
    },
    processReplaced() {
      named.nextProcess(true)
      for (const reader of readers.all()) reader.named = false
    },
    secondLookDue: () => named.secondLookDue() && readers.all().every(isIdle),
    overdue() {
      const late = clock.uptime() - READING_MAX
      return readers
        .all()
        .flatMap(({ name, sensed }) => (sensed !== undefined && sensed.at < late ? [name] : []))
    },
    avoided: () => [...avoided.values()],
    health: () =>
      readers.all().length === 0
        ? [{ kind: 'reader', name: 'PC/SC', state: 'missing', recoveries: 0, ...line }]
        : readers.all().map(healthOf),
  }
}

function note(reader: KnownReader, message: OfOneReader, parts: Parts): readonly Reading[] {
  switch (message.kind) {
    case 'reader':
      return []
    case 'sensed': {
      const missed = cardLeft(reader)
      reader.sensed = { at: parts.clock.uptime(), visit: message.visit }
      return missed
    }
    case 'card':
      delete reader.sensed
      reader.cardOn = true
      return [{ kind: 'card', uid: message.uid, reader: reader.name }]
    case 'unreadable':
      delete reader.sensed
      return [{ kind: 'unreadable', reader: reader.name }]
    case 'empty':
      return cardLeft(reader)
    case 'reader-gone':
      return parts.readers.detach(reader, 'missing', UNPLUGGED)
  }
}

const isIdle = ({ cardOn, sensed }: KnownReader): boolean => !cardOn && sensed === undefined

const healthOf = ({ name, state, sinceMs, lastError, recoveries }: KnownReader): DeviceHealth => ({
  kind: 'reader',
  name,
  state,
  sinceMs,
  lastError,
  recoveries,
})
