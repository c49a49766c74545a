import type { Measured } from '../results.js'

type Bar = { readonly label: string; readonly value: number; readonly text: string; readonly own: boolean }

const WIDTH = 860
const LABEL_WIDTH = 280
const BAR_HEIGHT = 26
const GAP = 10
const TOP = 56
const INK = '#241229'
const OWN = '#00482f'
const OTHERS = '#b9aebd'

/** The three pipes side by side, as a bar each. */
export function throughputPicture({ pipes }: Measured): string | undefined {
  const { committed, naive, echo } = pipes
  if (committed === undefined || naive === undefined) return undefined
  const bar = (label: string, perSecond: number, own: boolean): Bar => ({
    label,
    value: perSecond,
    text: `${perSecond.toLocaleString('en')}/s`,
    own,
  })
  return bars('Check-ins per second, answered', [
    bar('fleet server, all rules', committed.load.perSecond, true),
    bar('bare insert, no rules', naive.load.perSecond, false),
    ...(echo === undefined ? [] : [bar('broker echo, nothing stored', echo.load.perSecond, false)]),
  ])
}

/** p95 from the tap to what the visitor sees. */
export function tapPicture({ pillar }: Measured): string | undefined {
  if (pillar === undefined) return undefined
  const bar = (label: string, ms: number, own = true): Bar => ({
    label,
    value: ms,
    text: `${ms.toFixed(1)} ms`,
    own,
  })
  return bars('Tap to screen, 95 of 100 within', [
    bar('read', pillar.alone.read.p95),
    bar('read, under load', pillar.underLoad.read.p95),
    bar('verdict', pillar.alone.message.p95),
    bar('verdict, under load', pillar.underLoad.message.p95),
    bar('noted, without a line', pillar.offline.message.p95),
    bar('verdict, backlog draining', pillar.drain.live.p95),
    bar('a bare commit', pillar.bareCommit.p95, false),
    bar('a bare echo', pillar.bareEcho.p95, false),
  ])
}

function bars(title: string, all: readonly Bar[]): string {
  const largest = Math.max(...all.map(({ value }) => value))
  const room = WIDTH - LABEL_WIDTH - 130
  const height = TOP + all.length * (BAR_HEIGHT + GAP) + 14
  const drawn = all.map(({ label, value, text, own }, index) => {
    const y = TOP + index * (BAR_HEIGHT + GAP)
    const width = Math.max(2, Math.round((value / largest) * room))
    const middle = y + BAR_HEIGHT / 2 + 5
    return [
      `<text x="${LABEL_WIDTH - 14}" y="${middle}" text-anchor="end">${label}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="3" fill="${own ? OWN : OTHERS}"/>`,
      `<text x="${LABEL_WIDTH + width + 10}" y="${middle}" font-weight="600">${text}</text>`,
    ].join('\n  ')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}"`,
    `  font-family="system-ui, sans-serif" font-size="15" fill="${INK}">`,
    `  <rect width="${WIDTH}" height="${height}" fill="#f7f3eb"/>`,
    `  <text x="24" y="34" font-size="18" font-weight="700">${title}</text>`,
    `  ${drawn.join('\n  ')}`,
    '</svg>',
    '',
  ].join('\n')
}
