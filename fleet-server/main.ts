import { pino } from 'pino'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { stopSignal } from '@spaarzuil/shared/runtime/stop.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { openCatalogue } from './catalogue/catalogue.js'
import { readConfig } from './config.js'
import { openKeys } from './keys.js'
import { pageRoutes } from './pages/routes.js'
import { serveHttp } from './serve-http.js'
import { servePillars } from './serve-pillars.js'
import { openStore } from './store/store.js'
import { openTally } from './tally.js'

/** Stands in the OpenAPI document. */
const VERSION = '0.1.0'

/** `node fleet-server/dist/main.js CONFIG.json`: the whole fleet server in one process. */
async function main(configPath: string | undefined): Promise<void> {
  if (configPath === undefined) throw new Error('usage: node fleet-server/dist/main.js CONFIG.json')
  const stop = stopSignal()
  const clock = systemClock
  const config = await readConfig(configPath)
  const log = pino({ level: config.logLevel, base: null })
  const tally = openTally()
  await using store = await openStore(config.stateFolder, clock)
  const keys = await openKeys(config.stateFolder, store)
  const catalogue = await openCatalogue({ database: store.writer, clock })
  await using serving = await servePillars({
    store,
    catalogue,
    keys,
    listen: config.broker,
    clock,
    tally,
    log,
  })
  await using http = await serveHttp({
    store,
    stateFolder: config.stateFolder,
    catalogue,
    lookupKeys: keys.lookup,
    serving,
    listen: config.http,
    clock,
    tally,
    log,
    version: VERSION,
    pages: pageRoutes({
      catalogue,
      reader: store.reader,
      clock,
      presence: serving.presence,
      live: serving.live,
    }),
  })
  log.info({ broker: serving.port, http: http.port }, 'ready')
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => {
      resolve()
    })
  })
  log.info({}, 'stopping')
}

try {
  await main(process.argv[2])
} catch (error) {
  // What is wrong in the world is told in words; a bug with its stack, and both end the process.
  console.error(isFailure(error) ? `${error.code}: ${error.message}` : error)
  process.exitCode = 1
}
