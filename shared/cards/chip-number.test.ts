import * as fc from 'fast-check'
import { inspect } from 'node:util'
import t from 'tap'
import { isFailure } from '../errors.js'
import { isRandomChipNumber, maskChipNumber, parseChipNumber } from './chip-number.js'

t.test('a chip number is read however it is written', async (t) => {
  const written: readonly (readonly [text: string, chip: string])[] = [
    ['04784CDAEE3880', '04784CDAEE3880'],
    ['042f51b2712380', '042F51B2712380'],
    ['04:4D:71:DA:86:26:80', '044D71DA862680'],
    ['04-4d-71-da-86-26-80', '044D71DA862680'],
    [' 04 4D 71 DA 86 26 80\r\n', '044D71DA862680'],
    ['0a1b2c3d', '0A1B2C3D'],
    ['04112233445566778899', '04112233445566778899'],
    ['88112233445566', '88112233445566'],
  ]
  for (const [text, chip] of written) t.equal(parseChipNumber(text), chip, text)
})

t.test('what no card can answer is refused, and the refusal says why', async (t) => {
  const refused: readonly (readonly [text: string, why: RegExp])[] = [
    ['', /4, 7 or 10 bytes.*has 0 digits/],
    ['04784CDAEE388', /has 13 digits/],
    ['04784CDAEE', /has 10 digits/],
    ['04784CDAEE38801122', /has 18 digits/],
    ['04784CDAEE38ZZ', /only the digits 0-9 and A-F/],
    ['0x784CDA', /only the digits/],
    ['04.78.4C.DA', /only the digits/],
    ['00000000', /all its bytes are 00/],
    ['00000000000000', /all its bytes are 00/],
    ['ffffffff', /all its bytes are FF/],
    ['FF:FF:FF:FF:FF:FF:FF:FF:FF:FF', /all its bytes are FF/],
    ['88784CDA', /first part of a longer number/],
    ['04 '.repeat(1_000), /longer than 64 characters/],
  ]
  for (const [text, why] of refused) {
    t.throws(() => parseChipNumber(text), { code: 'CHIP_NUMBER_INVALID', message: why }, text)
  }
})

t.test('a refusal never repeats the number', async () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9A-F]{7,40}$/), fc.constantFrom('', 'X'), (hex, spoil) => {
      try {
        parseChipNumber(hex + spoil)
      } catch (error) {
        return isFailure(error, 'CHIP_NUMBER_INVALID') && !inspect(error, { depth: 9 }).includes(hex)
      }
      return spoil === ''
    }),
  )
})

t.test('a number rolled anew at each tap is recognised', async (t) => {
  const random: readonly (readonly [text: string, random: boolean])[] = [
    ['08A1B2C3', true],
    ['04A1B2C3', false],
    ['A108B2C3', false],
    ['08A1B2C3D4E5F6', false],
  ]
  for (const [text, is] of random) t.equal(isRandomChipNumber(parseChipNumber(text)), is, text)
})

t.test('a masked chip number tells the kind of card, not which', async (t) => {
  t.equal(maskChipNumber(parseChipNumber('04784CDAEE3880')), '04… (7 bytes)')
  t.equal(
    maskChipNumber(parseChipNumber('04784CDAEE3880')),
    maskChipNumber(parseChipNumber('042F51B2712380')),
  )
  t.equal(maskChipNumber(parseChipNumber('08A1B2C3')), '08… (4 bytes)')
})
