import { createLookupKeys, openLookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { createSealingKeys, importSealingKeys } from '@spaarzuil/shared/cards/sealing-keys.js'

/** Keys of one test run: a server that restarts has them still. */
export const SEALING_KEYS = createSealingKeys()
export const LOOKUP_KEYS = createLookupKeys()
export const sealingKeys = importSealingKeys(SEALING_KEYS)
export const lookupKeys = openLookupKeys(LOOKUP_KEYS)
