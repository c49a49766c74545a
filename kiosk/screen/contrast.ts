/** A colour as `#rrggbb`. */
export type Hex = string

/** Text is read from two metres and by old eyes: AAA of WCAG 2.2 (1.4.6), also for large type. */
export const TEXT_CONTRAST = 7
/** Shapes that tell a state: WCAG 2.2, 1.4.11. */
export const SHAPE_CONTRAST = 3

/** The colours of the stylesheet that a card system's own colours have to live with. */
export const HOUSE = {
  ink: '#241229',
  white: '#ffffff',
  stone: '#f7f3eb',
  sun: '#feb41f',
  sunText: '#ffd06a',
  saved: '#00482f',
  noted: '#2c3c83',
} as const

type Rgb = readonly [number, number, number]

const HEX = /^#[0-9a-f]{6}$/i

const channels = (colour: Hex): Rgb => {
  const at = (from: number): number => Number.parseInt(colour.slice(from, from + 2), 16)
  return [at(1), at(3), at(5)]
}
const hex = (rgb: Rgb): Hex => `#${rgb.map((c) => Math.round(c).toString(16).padStart(2, '0')).join('')}`

/** Relative luminance of WCAG 2.2, 0 (black) to 1 (white). */
export function luminance(colour: Hex): number {
  const [r, g, b] = channels(colour).map((c) => {
    const share = c / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0)
}

/** Contrast ratio of WCAG 2.2, 1 to 21, in either order. */
export function contrast(one: Hex, other: Hex): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

/** What the screen may safely be painted with. */
export type BrandColours = {
  /** The band at the reader, and the words on it. */
  readonly band: Hex
  readonly bandText: Hex
  /** The new drum and the tag, the words on the tag, and "+1" on the ground of `saved`. */
  readonly fresh: Hex
  readonly freshLabel: Hex
  readonly freshText: Hex
}

/**
 * Fits a card system's two colours into the screen: hues stay, lightness gives way until everything can be read.
 * A colour that is absent, malformed, or so near to the other drums that the new one would not stand out is replaced
 * by the house's yellow.
 */
export function fitBrand(brand: {
  readonly primary?: string | undefined
  readonly secondary?: string | undefined
}): BrandColours {
  const wantedBand = wellFormed(brand.primary) ?? HOUSE.sun
  const bandText =
    contrast(wantedBand, HOUSE.ink) >= contrast(wantedBand, HOUSE.white) ? HOUSE.ink : HOUSE.white
  const away = bandText === HOUSE.ink ? HOUSE.white : '#000000'
  const band = moved(wantedBand, away, (colour) => contrast(colour, bandText) >= TEXT_CONTRAST)

  const wantedFresh = wellFormed(brand.secondary ?? brand.primary) ?? HOUSE.sun
  const fresh = moved(wantedFresh, HOUSE.white, freshWorks)
  if (!standsOut(fresh))
    return { band, bandText, fresh: HOUSE.sun, freshLabel: HOUSE.ink, freshText: HOUSE.sunText }
  const freshText =
    fresh === HOUSE.sun
      ? HOUSE.sunText
      : moved(fresh, HOUSE.white, (colour) => contrast(colour, HOUSE.saved) >= TEXT_CONTRAST)
  return { band, bandText, fresh, freshLabel: HOUSE.ink, freshText }
}

const freshWorks = (colour: Hex): boolean =>
  contrast(colour, HOUSE.ink) >= TEXT_CONTRAST &&
  contrast(colour, HOUSE.saved) >= SHAPE_CONTRAST &&
  contrast(colour, HOUSE.noted) >= SHAPE_CONTRAST

/** Far enough from the pale drums and the pale ground, as the eye sees hue and lightness together (plain RGB distance). */
function standsOut(fresh: Hex): boolean {
  const [a, b] = [channels(fresh), channels(HOUSE.stone)]
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) >= STANDS_OUT
}
/** Half of the distance between the house's yellow and its pale stone. */
const STANDS_OUT = 100

const wellFormed = (colour: string | undefined): Hex | undefined =>
  colour !== undefined && HEX.test(colour) ? colour.toLowerCase() : undefined

/** The first colour on the way from `colour` to `end` that is good enough; `end` itself always is. */
function moved(colour: Hex, end: Hex, good: (colour: Hex) => boolean): Hex {
  const [from, to] = [channels(colour), channels(end)]
  const steps = 100
  for (let step = 0; step < steps; step++) {
    const mix = (i: 0 | 1 | 2): number => from[i] + ((to[i] - from[i]) * step) / steps
    const candidate = hex([mix(0), mix(1), mix(2)])
    if (good(candidate)) return candidate
  }
  return end
}
