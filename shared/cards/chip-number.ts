import { Failure } from '../errors.js'

/**
 * The number a card's chip answers with (its UID, ISO/IEC 14443-3): 4, 7 or 10 bytes as upper-case hexadecimal
 * without separators. UiTPAS cards have 7 bytes. It names a person's card: it never stands in an error, log, topic
 * or file; `maskChipNumber` gives what may.
 */
export type ChipNumber = string & { readonly brand: 'chip-number' }

/** Single, double and triple size (ISO/IEC 14443-3, 6.5.4). */
const SIZES_IN_BYTES: readonly number[] = [4, 7, 10]
/** The longest honest spelling is ten bytes with a separator between each; more is not looked at. */
const TEXT_MAX = 64
/** First byte of a four-byte number that the card rolls anew each time it is held against a reader. */
const RANDOM_FIRST_BYTE = '08'
/** Announces that more bytes follow, so it cannot itself begin a four-byte number. */
const CASCADE_TAG = '88'

/**
 * Reads a chip number as readers, files and people write it: either case, bytes apart by ':', '-' or spaces.
 * Throws CHIP_NUMBER_INVALID, which says what is wrong and never repeats the number.
 */
export function parseChipNumber(text: string): ChipNumber {
  const hex = text.length > TEXT_MAX ? undefined : text.replaceAll(/[:\-\s]/g, '').toUpperCase()
  const fault = hex === undefined ? `it is longer than ${TEXT_MAX} characters` : faultOf(hex)
  if (hex === undefined || fault !== undefined) {
    throw new Failure('CHIP_NUMBER_INVALID', `This is not a chip number: ${fault}`)
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- brand constructor: every rule was just checked
  return hex as ChipNumber
}

function faultOf(hex: string): string | undefined {
  if (!/^[0-9A-F]*$/.test(hex))
    return 'it may hold only the digits 0-9 and A-F, and : - or spaces between bytes'
  if (!SIZES_IN_BYTES.includes(hex.length / 2)) {
    return `it must have 4, 7 or 10 bytes (8, 14 or 20 digits), and has ${hex.length} digits`
  }
  if (/^(?:00)+$/.test(hex)) return 'all its bytes are 00, which no card answers; the reader may have failed'
  if (/^(?:FF)+$/.test(hex)) return 'all its bytes are FF, which no card answers; the reader may have failed'
  if (hex.length === 8 && hex.startsWith(CASCADE_TAG)) {
    return 'it is the first part of a longer number (4 bytes beginning with 88); hold the card still and try again'
  }
  return undefined
}

/**
 * Whether the card will answer with another number next time (ISO/IEC 14443-3: four bytes, the first 08), as phones
 * and some bank cards do. Nothing can be saved on such a number: it will never be seen again.
 */
export const isRandomChipNumber = (chip: ChipNumber): boolean =>
  chip.length === 8 && chip.startsWith(RANDOM_FIRST_BYTE)

/**
 * What staff and logs may see: the first byte (the chip's maker, or 08 for a random number) and the size. That is
 * enough to tell a pass from a phone, and all passes of one kind look alike.
 */
export const maskChipNumber = (chip: ChipNumber): string => `${chip.slice(0, 2)}… (${chip.length / 2} bytes)`
