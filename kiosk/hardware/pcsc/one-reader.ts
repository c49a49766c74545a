import type { Clock } from '@spaarzuil/shared/time.js'
import { cardChanges, type Change } from './card-changes.js'
import type { NfcReader } from './nfc-pcsc-package.js'
import type { FromReaderProcess } from './pcsc-messages.js'
import { readUid } from './read-uid.js'

type Parts = {
  readonly clock: Clock
  readonly send: (message: FromReaderProcess) => void
  /** Whether what lies on the reader made an earlier reader process hang, and is to be left alone until it has left. */
  readonly avoid: (visit: number) => boolean
}

/**
 * Tells what happens on one reader: `sensed`, then `card` or `unreadable`, then `empty`, in this order whatever the
 * reader does, and `reader-gone` when it is unplugged. nfc-pcsc's own processing of cards is switched off: it takes
 * every ISO/IEC 14443-4 card (phones, bank cards, DESFire) for an error unless an application id is set
 * (nfc-pcsc 0.8.1 src/Reader.js:738).
 */
export function watchReader(reader: NfcReader, { clock, send, avoid }: Parts): void {
  let plugged = true
  const tell = (message: FromReaderProcess): void => {
    if (plugged) send(message)
  }
  // nfc-pcsc connects by itself when a card arrives, and swallows it when that fails: `this.emit(err)` instead of
  // `this.emit('error', err)` (src/Reader.js:196). It does so through its own public method, so we hear of it there.
  const connect = reader.connect.bind(reader)
  const visits = visitsOf(reader.name, tell, async (connected, stop) =>
    readUid(reader, { connect, connected, clock, stop }),
  )
  reader.connect = async () => {
    const visit = visits.current()
    const connected = await connect().then(
      () => true,
      () => false,
    )
    if (visit !== undefined) visits.read(visit, connected)
  }
  reader.autoProcessing = false
  // Before nfc-pcsc's own listener, so that the visit has begun when nfc-pcsc connects.
  reader.reader.prependListener(
    'status',
    cardChanges((change, visit) => visits.happened(change, visit), avoid),
  )
  reader.on('end', () => {
    tell({ kind: 'reader-gone', reader: reader.name })
    plugged = false
  })
}

/** One card on the reader, from arrival to departure. */
type Visit = { reading?: Promise<void>; told: boolean; left: boolean }

type Visits = {
  happened(change: Change, number: number): void
  current(): Visit | undefined
  /** Reads the card, unless that was begun or the card has left. */
  read(visit: Visit, connected: boolean): void
}

type ReadCard = (connected: boolean, stop: () => boolean) => Promise<string | undefined>

function visitsOf(name: string, tell: Parts['send'], readCard: ReadCard): Visits {
  let current: Visit | undefined
  // One visit is told after the other, also when a card leaves while its answer is still under way.
  let telling = Promise.resolve()
  const arrive = (number: number): Visit => {
    const visit = { told: false, left: false }
    current = visit
    telling = telling.then(() => tell({ kind: 'sensed', reader: name, visit: number }))
    return visit
  }
  const leave = (visit: Visit | undefined): void => {
    current = undefined
    if (visit !== undefined) visit.left = true
    telling = tellDeparture(telling, visit)
  }
  const tellDeparture = async (before: Promise<void>, visit: Visit | undefined): Promise<void> => {
    await before
    await visit?.reading
    if (visit?.told === false) tell({ kind: 'unreadable', reader: name })
    tell({ kind: 'empty', reader: name })
  }
  const readNow = async (visit: Visit, connected: boolean): Promise<void> => {
    const uid = await readCard(connected, () => visit.left)
    visit.told = true
    tell(uid === undefined ? { kind: 'unreadable', reader: name } : { kind: 'card', reader: name, uid })
  }
  const read = (visit: Visit, connected: boolean): void => {
    if (visit.reading === undefined && !visit.left) visit.reading = readNow(visit, connected)
  }
  return {
    current: () => current,
    read,
    happened(change, number) {
      switch (change) {
        case 'nothing':
          return
        case 'arrived':
          arrive(number)
          return
        case 'left':
          leave(current)
          return
        case 'swapped':
          leave(current)
          // nfc-pcsc saw no removal, so it will not connect to this card.
          read(arrive(number), false)
          return
        case 'passed':
          leave(arrive(number))
      }
    },
  }
}
