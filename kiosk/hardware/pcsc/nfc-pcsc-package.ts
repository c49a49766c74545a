import { createRequire } from 'node:module'

/**
 * The part of nfc-pcsc 0.8.1 that we use; it brings no types. It is an optional package, because its native part
 * only builds where libpcsclite's headers are: a laptop without them must still run the rest of the pillar.
 */
export interface NfcPackage {
  readonly NFC: new () => Nfc
}

export interface Nfc {
  on(event: 'reader', listener: (reader: NfcReader) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface NfcReader {
  readonly name: string
  autoProcessing: boolean
  /** `null` while no card is connected. */
  readonly connection: object | null
  /** The reader of @pokusew/pcsclite underneath: its `status` tells of cards before anything is tried with them. */
  readonly reader: { prependListener(event: 'status', listener: (status: ReaderStatus) => void): unknown }
  connect(): Promise<unknown>
  disconnect(): Promise<unknown>
  transmit(command: Buffer, longestAnswer: number): Promise<Buffer>
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end', listener: () => void): unknown
}

/** SCARD_STATE_* flags in the lower 16 bits, a counter of insertions and removals in the upper 16. */
export type ReaderStatus = { readonly state: number }

/**
 * Loads the package, or throws what Node or the dynamic linker says about it.
 *
 * @param name `nfc-pcsc`; tests name a package that is not there
 */
export function loadNfcPcsc(name: string): NfcPackage {
  const loaded: unknown = createRequire(import.meta.url)(name)
  if (isNfcPackage(loaded)) return loaded
  throw new Error(`${name} has no class NFC`)
}

const isNfcPackage = (loaded: unknown): loaded is NfcPackage =>
  typeof loaded === 'object' && loaded !== null && 'NFC' in loaded && typeof loaded.NFC === 'function'
