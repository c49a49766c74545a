import * as fc from 'fast-check'
import { inspect } from 'node:util'
import t from 'tap'
import { Compile } from 'typebox/compile'
import { isFailure } from '../errors.js'
import {
  CITY_PASS_NUMBERS,
  maskPassNumber,
  parsePassNumber,
  PassNumberFormat,
  UITPAS_PASS_NUMBERS,
} from './pass-number.js'

/** Appends the digit that makes the number pass, found by trying: the test does not repeat the rule it tests. */
function withCheckDigit(start: string, format: PassNumberFormat): string {
  const found = Array.from('0123456789').filter((last) => {
    try {
      return parsePassNumber(start + last, format) === start + last
    } catch {
      return false
    }
  })
  if (found.length !== 1) throw new Error(`${found.length} check digits fit`)
  return start + found.join('')
}

t.test('numbers published for UiTPAS are pass numbers', async (t) => {
  const valid = [
    '0930000420206',
    '0930000237915',
    '0900000095902',
    '0900000067513',
    '0900000031618',
    '0900010959113',
    '0900000002312',
    '0900000058918',
    '1000000520006',
    '0900000093204',
    '0900004518305',
    '0900011902815',
    '0900011903417',
    '0900000074519',
    '0900000020405',
    '0900000045410',
    '0900000191800',
  ]
  for (const number of valid) t.equal(parsePassNumber(number, UITPAS_PASS_NUMBERS), number)
})

t.test('separators are passed over', async (t) => {
  for (const text of ['09300 00420 206', '0930.000.420.206', '0930-0004-20206', ' 0930000420206\r']) {
    t.equal(parsePassNumber(text, UITPAS_PASS_NUMBERS), '0930000420206', text)
  }
})

t.test('a refusal names the rule that failed', async (t) => {
  const refused: readonly (readonly [text: string, why: RegExp])[] = [
    ['0930000237912', /last digit does not fit/],
    ['0930000237931', /digit 2 from the end must be 0 or 1/],
    ['0560002524314', /last digit does not fit/],
    ['0560002028803', /last digit does not fit/],
    ['093000042020', /13 digits, and has 12/],
    ['09300004202066', /13 digits, and has 14/],
    ['', /has 0/],
    ['09300O0420206', /only digits/],
    ['0930000420206/', /only digits/],
    ['٠٩٣٠٠٠٠٤٢٠٢٠٦', /only digits/],
    ['0 '.repeat(1_000), /longer than 64 characters/],
  ]
  for (const [text, why] of refused) {
    t.throws(
      () => parsePassNumber(text, UITPAS_PASS_NUMBERS),
      { code: 'PASS_NUMBER_INVALID', message: why },
      text,
    )
  }
})

t.test('each card system has its own format', async (t) => {
  t.equal(parsePassNumber('7992 739 871 3', { ...CITY_PASS_NUMBERS, lengths: [11] }), '79927398713')
  const plain: PassNumberFormat = { lengths: [6, 8], check: 'none', fixedDigits: [], groups: [] }
  t.equal(parsePassNumber('12.34.56', plain), '123456')
  t.throws(() => parsePassNumber('1234567', plain), { message: /6 or 8 digits, and has 7/ })
  t.throws(() => parsePassNumber('0930000420206', CITY_PASS_NUMBERS), { code: 'PASS_NUMBER_INVALID' })
})

t.test('a format is data that can be checked', async (t) => {
  const validator = Compile(PassNumberFormat)
  t.ok(validator.Check(UITPAS_PASS_NUMBERS))
  t.ok(validator.Check(CITY_PASS_NUMBERS))
  t.notOk(validator.Check({ ...UITPAS_PASS_NUMBERS, lengths: [40] }))
  t.notOk(validator.Check({ ...UITPAS_PASS_NUMBERS, check: 'verhoeff' }))
  t.notOk(validator.Check({ ...UITPAS_PASS_NUMBERS, luhn: true }))
})

t.test('a refusal never repeats the number', async () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{6,30}$/), (digits) => {
      try {
        parsePassNumber(digits, UITPAS_PASS_NUMBERS)
      } catch (error) {
        return isFailure(error, 'PASS_NUMBER_INVALID') && !inspect(error, { depth: 9 }).includes(digits)
      }
      return true
    }),
  )
})

t.test('one mistyped digit is always noticed', async () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[0-9]{9}$/),
      fc.nat({ max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      (start, place, by) => {
        const digits = Array.from(withCheckDigit(start, CITY_PASS_NUMBERS))
        digits[place] = String((Number(digits[place]) + by) % 10)
        try {
          parsePassNumber(digits.join(''), CITY_PASS_NUMBERS)
        } catch {
          return true
        }
        return false
      },
    ),
  )
})

t.test('a masked pass number says nothing of the social tariff', async (t) => {
  t.equal(
    maskPassNumber(parsePassNumber('0930000237915', UITPAS_PASS_NUMBERS), UITPAS_PASS_NUMBERS),
    '••••• •••37 9••',
  )
  fc.assert(
    fc.property(fc.stringMatching(/^0[0-9]{10}$/), (serial) => {
      const [without, withTariff] = ['0', '1'].map((kansen) =>
        maskPassNumber(
          parsePassNumber(withCheckDigit(serial + kansen, UITPAS_PASS_NUMBERS), UITPAS_PASS_NUMBERS),
          UITPAS_PASS_NUMBERS,
        ),
      )
      return without === withTariff && without !== undefined && without.replaceAll(/\D/g, '').length === 3
    }),
  )
})

t.test('a short number is hidden whole, in its groups', async (t) => {
  const format: PassNumberFormat = { lengths: [6, 8], check: 'none', fixedDigits: [], groups: [2, 3] }
  t.equal(maskPassNumber(parsePassNumber('123456', format), format), '•• ••• •')
  t.equal(maskPassNumber(parsePassNumber('12345678', format), format), '•• •45 6••')
})
