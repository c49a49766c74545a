/** A secret of the run, and what it is called in a report: never the number itself. */
export type Secret = { readonly name: string; readonly kind: 'chip' | 'pass' }
export type Spelling = { readonly secret: Secret; readonly how: string; readonly bytes: Buffer }

/** Every way in which a program may have written a chip number without sealing or hashing it. */
export function spellingsOfChip(name: string, hex: string): readonly Spelling[] {
  const raw = Buffer.from(hex, 'hex')
  const turned = Buffer.from(raw.toReversed())
  const pairs = (bytes: Buffer, separator: string): string =>
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(separator)
  const texts: readonly (readonly [string, string])[] = [
    ['hex', hex.toUpperCase()],
    ['lower-case hex', hex.toLowerCase()],
    ...[':', '-', ' '].flatMap((separator): (readonly [string, string])[] => [
      [`hex with "${separator}"`, pairs(raw, separator).toUpperCase()],
      [`lower-case hex with "${separator}"`, pairs(raw, separator)],
    ]),
    ['reversed hex', pairs(turned, '').toUpperCase()],
    ['lower-case reversed hex', pairs(turned, '')],
    ['decimal', BigInt(`0x${hex}`).toString()],
    ['reversed decimal', BigInt(`0x${pairs(turned, '')}`).toString()],
    ['list of bytes', Array.from(raw).join(',')],
    ...base64Anywhere(raw).map((text): readonly [string, string] => ['base64', text]),
    ...base64Anywhere(Buffer.from(hex)).map((text): readonly [string, string] => ['base64 of hex', text]),
  ]
  const secret: Secret = { name, kind: 'chip' }
  return [
    { secret, how: 'binary', bytes: raw },
    { secret, how: 'reversed binary', bytes: turned },
    ...texts.map(([how, text]) => ({ secret, how, bytes: Buffer.from(text) })),
  ]
}

export const spellingsOfPass = (name: string, digits: string): readonly Spelling[] => {
  const secret: Secret = { name, kind: 'pass' }
  return [
    { secret, how: 'digits', bytes: Buffer.from(digits) },
    ...base64Anywhere(Buffer.from(digits)).map((text) => ({
      secret,
      how: 'base64',
      bytes: Buffer.from(text),
    })),
  ]
}

/**
 * The same bytes look different in base64 by where they stand in a longer value: three alignments, each without the
 * characters that the neighbours share. Both alphabets (RFC 4648, sections 4 and 5).
 */
function base64Anywhere(bytes: Buffer): readonly string[] {
  const found = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const whole = Math.floor(((before + bytes.length) * 8) / 6)
    return text.slice(Math.ceil((before * 8) / 6), whole)
  })
  return [...new Set(found.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]))]
}
