import { readFileSync } from 'node:fs'
import { assert, integer, property } from 'fast-check'
import t from 'tap'
import { contrast, fitBrand, HOUSE, luminance, SHAPE_CONTRAST, TEXT_CONTRAST } from './contrast.js'

const css = readFileSync(new URL('./style/colours.css', import.meta.url), 'utf8').replaceAll(
  /\/\*[\s\S]*?\*\//g,
  '',
)

/** The colours of one state: those of every screen, and over them its own. */
function tokens(state: string): (name: string) => string {
  const found = new Map<string, string>()
  for (const [, selectors = '', body = ''] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const mine = selectors.split(',').map((selector) => selector.trim())
    if (!mine.includes('.screen') && !mine.includes(`.screen[data-state='${state}']`)) continue
    for (const [, name = '', value = ''] of body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g))
      found.set(name, value)
  }
  return (name) => found.get(name) ?? `no --${name} for ${state}`
}

const STATES = [
  'ready',
  'ready-blind',
  'read',
  'saved',
  'festive',
  'noted',
  'already',
  'not-yet',
  'over',
  'ask-desk',
  'not-taken',
  'hold-still',
  'one-card',
  'not-a-pass',
  'balance',
  'nothing-on',
  'out-of-order',
]
const TEXT_PAIRS = [
  ['text', 'ground'],
  ['text-soft', 'ground'],
  ['band-text', 'band'],
  ['fresh-label', 'fresh'],
  ['read-text', 'read'],
  ['quiet-text', 'quiet'],
  ['ribbon-text', 'ribbon'],
  ['plate-text', 'plate'],
] as const

t.test('every text of every state stands out sevenfold, every drum threefold', async (t) => {
  for (const state of STATES) {
    const colour = tokens(state)
    for (const [text, ground] of TEXT_PAIRS) {
      const ratio = contrast(colour(text), colour(ground))
      t.ok(ratio >= TEXT_CONTRAST, `${state}: ${text} on ${ground} has ${ratio.toFixed(2)}`)
    }
    t.ok(contrast(colour('drum'), colour('ground')) >= SHAPE_CONTRAST, `${state}: drums`)
  }
  for (const state of ['saved', 'festive']) {
    const colour = tokens(state)
    t.ok(contrast(colour('fresh-text'), colour('ground')) >= TEXT_CONTRAST, `${state}: +1`)
    t.ok(contrast(colour('fresh'), colour('ground')) >= SHAPE_CONTRAST, `${state}: the new drum`)
  }
  t.ok(contrast(tokens('noted')('fresh'), tokens('noted')('ground')) >= SHAPE_CONTRAST, 'the promised drum')
})

t.test('the guard knows the colours that the stylesheet has', async (t) => {
  const colour = tokens('saved')
  t.strictSame(
    [colour('band'), colour('band-text'), colour('fresh-text'), colour('ground'), tokens('noted')('ground')],
    [HOUSE.sun, HOUSE.ink, HOUSE.sunText, HOUSE.saved, HOUSE.noted],
  )
  t.equal(tokens('ready')('ground'), HOUSE.stone)
})

t.test('contrast is that of WCAG', async (t) => {
  t.equal(contrast('#000000', '#ffffff'), 21)
  t.equal(contrast('#ffffff', '#ffffff'), 1)
  t.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48')
  t.equal(luminance('#808080').toFixed(4), '0.2159')
})

t.test('whatever two colours a card system brings, everything can be read', async () => {
  const colour = integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`)
  assert(
    property(colour, colour, (primary, secondary) => {
      const { band, bandText, fresh, freshLabel, freshText } = fitBrand({ primary, secondary })
      return (
        contrast(band, bandText) >= TEXT_CONTRAST &&
        contrast(fresh, freshLabel) >= TEXT_CONTRAST &&
        contrast(freshText, HOUSE.saved) >= TEXT_CONTRAST &&
        contrast(fresh, HOUSE.saved) >= SHAPE_CONTRAST &&
        contrast(fresh, HOUSE.noted) >= SHAPE_CONTRAST
      )
    }),
    { numRuns: 500 },
  )
})

t.test('colours that work are left alone; what is no colour becomes the house’s own', async (t) => {
  t.equal(fitBrand({ primary: '#003344' }).band, '#003344')
  t.equal(fitBrand({ secondary: '#ffb199' }).fresh, '#ffb199')
  const house = fitBrand({})
  t.strictSame(house, {
    band: HOUSE.sun,
    bandText: HOUSE.ink,
    fresh: HOUSE.sun,
    freshLabel: HOUSE.ink,
    freshText: HOUSE.sunText,
  })
  t.strictSame(fitBrand({ primary: 'red;} body{', secondary: '#12' }), house)
  t.equal(
    fitBrand({ secondary: '#f5f1ea' }).fresh,
    HOUSE.sun,
    'a new drum as pale as the old ones would not be seen',
  )
})
