import type { Clock, Uptime } from '@spaarzuil/shared/time.js'
import type { DeviceHealth, Reading } from '../../ports.js'

/** pcscd itself holds no more (pcsc-lite `pcsclite.h`, PCSCLITE_MAX_READERS_CONTEXTS). */
const READERS_MAX = 16

type State = DeviceHealth['state']

export type KnownReader = {
  name: string
  state: State
  sinceMs: number
  lastError?: string
  recoveries: number
  /** Whether the present reader process knows of it. */
  named: boolean
  /** A card was reported and has not left. */
  cardOn: boolean
  /** Something was sensed, and neither a number nor `unreadable` has come yet. */
  sensed?: { readonly at: Uptime; readonly visit: number }
}

/** Every reader that was ever plugged in, and how it fares; a missing one stays listed, since staff must see it. */
export type KnownReaders = {
  all(): readonly KnownReader[]
  find(name: string): KnownReader | undefined
  attach(name: string): void
  /** The reader cannot be used: says what became of the card on it. */
  detach(reader: KnownReader, state: State, why: string): readonly Reading[]
  detachAll(state: State, why: string): readonly Reading[]
}

/** pcscd numbers readers at the end of their names (` 00 00`); the same one can get another number when it returns. */
const model = (name: string): string => name.replace(/ [0-9A-F]{2} [0-9A-F]{2}$/, '')

export function knownReaders(clock: Clock): KnownReaders {
  const readers: KnownReader[] = []
  const find = (name: string): KnownReader | undefined => readers.find((reader) => reader.name === name)
  const turn = (reader: KnownReader, state: State): void => {
    if (reader.state === state) return
    if (state === 'ready') reader.recoveries++
    reader.state = state
    reader.sinceMs = clock.now()
  }
  const detach = (reader: KnownReader, state: State, why: string): readonly Reading[] => {
    const wasSensed = reader.sensed !== undefined
    const left = cardLeft(reader)
    reader.lastError = why
    reader.named = false
    turn(reader, state)
    return wasSensed ? [...left, { kind: 'unreadable', reader: reader.name }] : left
  }
  return {
    all: () => readers,
    find,
    attach(name) {
      const absent = (r: KnownReader): boolean => r.state !== 'ready'
      const known = find(name) ?? readers.find((r) => absent(r) && model(r.name) === model(name))
      if (known !== undefined) {
        known.name = name
        known.named = true
        turn(known, 'ready')
        return
      }
      if (readers.length >= READERS_MAX) readers.splice(Math.max(0, readers.findIndex(absent)), 1)
      readers.push({ name, state: 'ready', sinceMs: clock.now(), recoveries: 0, named: true, cardOn: false })
    },
    detach,
    detachAll: (state, why) =>
      readers.filter((reader) => reader.state !== 'missing').flatMap((reader) => detach(reader, state, why)),
  }
}

/** Nothing lies on the reader any more; told only when a card had been. */
export function cardLeft(reader: KnownReader): readonly Reading[] {
  const had = reader.cardOn
  reader.cardOn = false
  delete reader.sensed
  return had ? [{ kind: 'removed', reader: reader.name }] : []
}
