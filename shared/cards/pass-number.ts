import { Type, type Static } from 'typebox'
import { Failure } from '../errors.js'

/**
 * What is printed on a card: digits without separators, kept as text because numbers begin with 0. In UiTPAS its
 * second-last digit tells whether the holder has the social tariff, so it is shown to nobody unmasked.
 */
export type PassNumber = string & { readonly brand: 'pass-number' }

/** So that any pass number fits in a seal of fixed size (`seal.ts`); the longest in use have 19 digits. */
export const PASS_NUMBER_DIGITS_MAX = 24
/** Room for a separator after every digit; more is not looked at. */
const TEXT_MAX = 64

/** How the pass numbers of one card system are made. Data of the card system, not of the program. */
export const PassNumberFormat = Type.Object(
  {
    lengths: Type.Array(Type.Integer({ minimum: 4, maximum: PASS_NUMBER_DIGITS_MAX }), {
      minItems: 1,
      maxItems: 4,
      description: 'How many digits a number may have.',
    }),
    check: Type.Union([Type.Literal('luhn'), Type.Literal('none')], {
      description: 'How the last digit follows from the others.',
    }),
    fixedDigits: Type.Array(
      Type.Object(
        {
          fromEnd: Type.Integer({ minimum: 1, maximum: PASS_NUMBER_DIGITS_MAX }),
          oneOf: Type.Array(Type.Integer({ minimum: 0, maximum: 9 }), { minItems: 1, maxItems: 10 }),
        },
        { additionalProperties: false },
      ),
      {
        maxItems: PASS_NUMBER_DIGITS_MAX,
        description: 'Places that hold certain digits only; 1 is the last.',
      },
    ),
    groups: Type.Array(Type.Integer({ minimum: 1, maximum: PASS_NUMBER_DIGITS_MAX }), {
      maxItems: 8,
      description: 'Sizes of the groups in which a number is written; what is left over is the last group.',
    }),
  },
  { additionalProperties: false },
)
export type PassNumberFormat = Static<typeof PassNumberFormat>

/** UiTPAS manual: 13 digits, the second-last 0 or 1 (social tariff), the last by Luhn; written 5-5-3. */
export const UITPAS_PASS_NUMBERS: PassNumberFormat = {
  lengths: [13],
  check: 'luhn',
  fixedDigits: [{ fromEnd: 2, oneOf: [0, 1] }],
  groups: [5, 5, 3],
}

/** For a city that has passes of its own and no format yet: ten digits, the last by Luhn, nothing told by the rest. */
export const CITY_PASS_NUMBERS: PassNumberFormat = {
  lengths: [10],
  check: 'luhn',
  fixedDigits: [],
  groups: [4, 3, 3],
}

/**
 * Reads a pass number as typed or scanned; spaces, dots and dashes are passed over. Throws PASS_NUMBER_INVALID, which
 * names the rule that failed and never repeats the number.
 */
export function parsePassNumber(text: string, format: PassNumberFormat): PassNumber {
  const digits = text.length > TEXT_MAX ? undefined : text.replaceAll(/[\s.-]/g, '')
  const fault = digits === undefined ? `it is longer than ${TEXT_MAX} characters` : faultOf(digits, format)
  if (digits === undefined || fault !== undefined) {
    throw new Failure('PASS_NUMBER_INVALID', `This is not a pass number of this card system: ${fault}`)
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- brand constructor: every rule was just checked
  return digits as PassNumber
}

function faultOf(digits: string, format: PassNumberFormat): string | undefined {
  if (!/^[0-9]*$/.test(digits)) return 'it may hold only digits, and spaces, dots or dashes between them'
  if (!format.lengths.includes(digits.length)) {
    return `it must have ${format.lengths.join(' or ')} digits, and has ${digits.length}`
  }
  for (const { fromEnd, oneOf } of format.fixedDigits) {
    if (!oneOf.includes(Number(digits.at(-fromEnd)))) {
      return `digit ${fromEnd} from the end must be ${oneOf.join(' or ')}`
    }
  }
  if (format.check === 'luhn' && !hasLuhnDigit(digits))
    return 'its last digit does not fit the others; was it mistyped?'
  return undefined
}

/** ISO/IEC 7812-1 annex B: every second digit from the right counts double, its digits summed. */
function hasLuhnDigit(digits: string): boolean {
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, place) => {
      const value = place % 2 === 0 ? Number(digit) : Number(digit) * 2
      return total + (value > 9 ? value - 9 : value)
    }, 0)
  return sum % 10 === 0
}

/** The social tariff's digit, and the check digit from which it could be worked out. */
const HIDDEN_AT_END = 2
const SHOWN = 3
/** Fewer hidden digits than this would leave too few numbers that look alike. */
const HIDDEN_MIN = 5

/**
 * What staff and logs may see: three digits just before the last two, the rest as dots ('••••• •••42 0••'). Staff with
 * the card in hand can tell it from its neighbours in a list; one in a thousand cards looks the same, the region is not
 * told, and nothing of the tariff is: neither its digit nor the check digit that depends on it. The rule is the same
 * for every card system, because a digit that tells nothing today may tell something in the next format. Numbers too
 * short to hide five digits are hidden whole.
 */
export function maskPassNumber(passNumber: PassNumber, format: PassNumberFormat): string {
  const end = passNumber.length - HIDDEN_AT_END
  const start = passNumber.length - SHOWN < HIDDEN_MIN ? end : end - SHOWN
  const masked = Array.from(passNumber)
    .map((digit, place) => (place >= start && place < end ? digit : '•'))
    .join('')
  return inGroups(masked, format.groups)
}

function inGroups(text: string, sizes: readonly number[]): string {
  const groups: string[] = []
  let rest = text
  for (const size of sizes) {
    groups.push(rest.slice(0, size))
    rest = rest.slice(size)
  }
  return [...groups, rest].filter((group) => group !== '').join(' ')
}
