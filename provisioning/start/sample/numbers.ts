/** Numbers of sample cards: they look like real ones, and belong to nobody. */
export type SampleCard = { readonly chip: string; readonly number: string }

/** A check digit after Luhn (ISO/IEC 7812-1, annex B). */
export function luhnDigit(digits: string): string {
  const sum = Array.from(digits)
    .toReversed()
    .map(Number)
    .map((digit, index) => (index % 2 === 0 ? digit * 2 : digit))
    .reduce((total, value) => total + (value > 9 ? value - 9 : value), 0)
  return String((10 - (sum % 10)) % 10)
}

const hex = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, '0')
const checked = (digits: string): string => digits + luhnDigit(digits)

/** UiTPAS-like: 13 digits, second-last 0 or 1, check digit after Luhn; a 7-byte chip number. */
export const regionCard = (index: number): SampleCard => ({
  chip: `04A1${hex(0x3c00 + index * 7, 4)}${hex(0x512270 + index, 6)}`,
  number: checked(`09990${100_000 + index * 37}${index % 5 === 0 ? '1' : '0'}`),
})

/** The city pass: ten digits starting with 7, check digit after Luhn. */
export const cityCard = (index: number): SampleCard => ({
  chip: `04B2${hex(0x1d00 + index * 11, 4)}${hex(0x6a3380 + index, 6)}`,
  number: checked(`70${2_000_000 + index * 53}`),
})
