import { milliseconds, seconds } from '@spaarzuil/shared/time.js'

/** Where libpcsclite looks for the daemon unless PCSCLITE_CSOCK_NAME says otherwise. */
export const DEFAULT_SOCKET = '/run/pcscd/pcscd.comm'

/** How the reader process ends by itself; 64 and above leave room for Node's own codes. */
export const EXIT_NO_PACKAGE = 64
export const EXIT_LOST = 65

/** How often the reader process says that it turns, and how long the kiosk believes it without a word. */
export const HEARTBEAT = seconds(1)
export const SILENCE_MAX = seconds(4)

/** A local socket costs nothing to ask, and a reader is to be ready within a second of pcscd's return. */
export const PROBE_INTERVAL = milliseconds(250)

/** Within this a card gives its number, or nobody is still holding it there. */
export const READING_MAX = milliseconds(1_500)

/** Readers that appear together do so within this; only then is it worth looking a second time. */
export const SETTLING = seconds(1)

/** pcscd names its readers within milliseconds; those not named by then are not there. */
export const LISTING_MAX = milliseconds(500)

/** How the kiosk tells a new reader process which card on which reader made the last one hang. */
export const avoidedVisit = (reader: string, visit: number): string => `${reader}#${visit}`
