import { createLookupKeys, openLookupKeys } from '@spaarzuil/shared/cards/lookup-key.js'
import { createSealingKeys, importSealingKeys } from '@spaarzuil/shared/cards/sealing-keys.js'

/** Keys of one test run: a server that restarts has them still. */
export const sealingKeys = importSealingKeys(createSealingKeys())
export const lookupKeys = openLookupKeys(createLookupKeys())
