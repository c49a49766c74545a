import { fileURLToPath } from 'node:url'

/** Programs of the product, as they are built. The trial knows their command line and nothing of their inside. */
const built = (path: string): string => fileURLToPath(new URL(`../../../../../${path}`, import.meta.url))

export const SERVER = built('fleet-server/dist/main.js')
export const RESTORE = built('fleet-server/dist/restore/main.js')
export const KIOSK = built('kiosk/dist/testing/crashing-main.js')
