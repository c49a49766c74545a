import { milliseconds, type Clock } from '@spaarzuil/shared/time.js'
import type { NfcReader } from './nfc-pcsc-package.js'

/** PC/SC part 3, "Get Data": the number of the contactless card, all of it. Answered by readers, not by cards. */
const GET_UID = Buffer.from('FFCA000000', 'hex')
const LONGEST_ANSWER = 64
const SW_DONE = 0x9000
const UID_BYTES = { least: 4, most: 10 }

/** A hand moves: three attempts with a breath between them still end well before the kiosk's patience does. */
const ATTEMPTS = 3
const BETWEEN_ATTEMPTS = milliseconds(60)

type Attempt = {
  readonly connect: () => Promise<unknown>
  /** Whether the first attempt finds a connection to this card. */
  readonly connected: boolean
  readonly clock: Clock
  readonly stop: () => boolean
}

/** The chip number, or undefined when the card gave none. What went wrong with one card is no news: cards move. */
export async function readUid(reader: NfcReader, attempt: Attempt): Promise<string | undefined> {
  for (let n = 1; n <= ATTEMPTS; n++) {
    const uid = await readOnce(reader, attempt, n === 1 && attempt.connected).catch(() => undefined)
    if (uid !== undefined || n === ATTEMPTS || attempt.stop()) return uid
    await attempt.clock.sleep(BETWEEN_ATTEMPTS)
    if (attempt.stop()) return undefined
  }
  return undefined
}

async function readOnce(
  reader: NfcReader,
  attempt: Attempt,
  connected: boolean,
): Promise<string | undefined> {
  if (!connected) {
    if (reader.connection !== null) await reader.disconnect()
    await attempt.connect()
  }
  const answer = await reader.transmit(GET_UID, LONGEST_ANSWER)
  const uid = answer.subarray(0, -2)
  if (answer.length < 2 || answer.readUInt16BE(answer.length - 2) !== SW_DONE) return undefined
  if (uid.length < UID_BYTES.least || uid.length > UID_BYTES.most) return undefined
  return uid.toString('hex').toUpperCase()
}
