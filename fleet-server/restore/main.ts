import { parseArgs } from 'node:util'
import { isFailure } from '@spaarzuil/shared/errors.js'
import { systemClock } from '@spaarzuil/shared/runtime/system-clock.js'
import { restoreFrom, type Restored } from '../backup/restore.js'

/** As sysexits(3) has them. */
const EXIT = { usage: 64, badData: 65 } as const
const USAGE = 'node fleet-server/dist/restore/main.js FOLDER STATE_FOLDER [--json]'

const inWords = (restored: Restored): string =>
  [
    `Restored the backup of ${restored.madeAt}: ${restored.counts.checkIns} check-ins, ${restored.counts.ledgerLines} ledger lines.`,
    restored.keptIn === undefined
      ? 'There was no state before.'
      : `The state before is kept in ${restored.keptIn}.`,
    ...(restored.keysKept === 0 ? [] : [`${restored.keysKept} keys made since the backup stay in use.`]),
    ...restored.keyFilesDamaged.map(
      (file) => `The key file ${file} could not be read; it is kept with the old state.`,
    ),
    'Start the server: the pillars send again what came after the backup.',
  ].join('\n')

async function run(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  })
  const [folder, stateFolder, ...more] = positionals
  if (folder === undefined || stateFolder === undefined || more.length > 0) {
    console.error(USAGE)
    process.exitCode = EXIT.usage
    return
  }
  const restored = await restoreFrom(folder, stateFolder, { clock: systemClock })
  console.log(values.json === true ? JSON.stringify(restored) : inWords(restored))
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (!isFailure(error)) throw error
  console.error(`${error.code}: ${error.message}`)
  process.exitCode = EXIT.badData
}
