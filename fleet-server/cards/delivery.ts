import type { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { isRandomChipNumber, parseChipNumber, type ChipNumber } from '@spaarzuil/shared/cards/chip-number.js'
import {
  parsePassNumber,
  type PassNumber,
  type PassNumberFormat,
} from '@spaarzuil/shared/cards/pass-number.js'
import { Failure, isFailure } from '@spaarzuil/shared/errors.js'

/** A row is two numbers and their quotes; more is another file. */
const ROW_BYTES_MAX = 1_024
/** A million cards: the largest delivery there is, ten times over. */
const FILE_BYTES_MAX = 64 * 1024 * 1024

/** A row of the file: a card, or what is wrong with it. Never both, and no fault repeats a number. */
export type DeliveredRow =
  | { readonly kind: 'card'; readonly row: number; readonly chip: ChipNumber; readonly pass: PassNumber }
  | { readonly kind: 'fault'; readonly row: number; readonly fault: string }

/**
 * Reads a delivery file, `"chip";"number"` a row, as it streams in: a first row that names its columns is passed over.
 * Rows that are wrong come out as faults; a file that cannot be read at all fails with CARD_FILE_INVALID.
 */
export async function* readDelivery(file: Readable, format: PassNumberFormat): AsyncGenerator<DeliveredRow> {
  const parser = parse({
    delimiter: ';',
    bom: true,
    relax_column_count: true,
    // A wrong separator behind a closing quotation mark spoils its row, not the file.
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: ROW_BYTES_MAX,
    info: true,
  })
  const limited = file.pipe(parser)
  let bytes = 0
  file.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > FILE_BYTES_MAX) parser.destroy(tooLarge())
  })
  file.on('error', (error) => parser.destroy(error))
  try {
    for await (const entry of limited) {
      const { cells, row } = readEntry(entry)
      if (row === 1 && isHeader(cells)) continue
      yield readRow(cells, row, format)
    }
  } catch (error) {
    throw isFailure(error) ? error : unreadable(error)
  }
}

const tooLarge = (): Failure =>
  new Failure('BODY_TOO_LARGE', `A card file has at most ${FILE_BYTES_MAX / 1024 / 1024} MiB: split it`)

/** What csv-parse says of a broken row quotes the row, so only its code and line are passed on. */
function unreadable(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const line = error instanceof Error && 'lines' in error ? Number(error.lines) : undefined
  const where = line === undefined ? '' : ` at line ${line}`
  const what = code.includes('QUOTE')
    ? 'a quotation mark is not closed, or stands in the middle of a value'
    : code.includes('MAX_RECORD_SIZE')
      ? `a row is longer than ${ROW_BYTES_MAX} characters`
      : 'it is not a CSV file'
  return new Failure(
    'CARD_FILE_INVALID',
    `The card file cannot be read${where}: ${what}. Nothing after it was taken`,
  )
}

function readEntry(entry: unknown): { readonly cells: readonly string[]; readonly row: number } {
  if (typeof entry !== 'object' || entry === null || !('record' in entry) || !('info' in entry)) {
    throw new Error('Invariant broken: csv-parse gives record and info')
  }
  const { record, info } = entry
  const cells = Array.isArray(record) ? record.map(String) : []
  const lines = typeof info === 'object' && info !== null && 'lines' in info ? Number(info.lines) : 0
  return { cells, row: lines }
}

const isHeader = (cells: readonly string[]): boolean =>
  cells.length > 0 &&
  cells.every((cell) => /^\s*[a-z][a-z _-]*\s*$/i.test(cell)) &&
  !/^[0-9a-f]+$/i.test(cells[0] ?? '')

function readRow(cells: readonly string[], row: number, format: PassNumberFormat): DeliveredRow {
  const [chipText, passText] = cells
  if (cells.length !== 2 || chipText === undefined || passText === undefined) {
    return { kind: 'fault', row, fault: columnsFault(cells) }
  }
  try {
    const chip = parseChipNumber(chipText)
    if (isRandomChipNumber(chip)) {
      return { kind: 'fault', row, fault: 'the chip number is random (a phone): it will never be seen again' }
    }
    return { kind: 'card', row, chip, pass: parsePassNumber(passText, format) }
  } catch (error) {
    if (isFailure(error)) return { kind: 'fault', row, fault: error.message }
    throw error
  }
}

function columnsFault(cells: readonly string[]): string {
  const [only] = cells
  if (cells.length === 1 && only !== undefined && /[,\t|]/.test(only)) {
    return 'the columns are not parted by ";": a delivery file has "chip";"number"'
  }
  return `the row has ${cells.length} column(s), and should have two: "chip";"number"`
}
