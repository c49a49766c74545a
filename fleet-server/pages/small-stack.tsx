import type { VNode } from 'preact'
import type { Stand } from './situation.js'

/**
 * A pillar as a small stack, told by its shape before its colour. Full: ready. Tilted stone on top: look. Hollow top: no
 * connection. Cross on the plinth: out of order. All hollow: blocked.
 */
export function SmallStack({ stand }: { readonly stand: Stand }): VNode {
  return (
    <svg class="small-stack" viewBox="0 0 24 50" aria-hidden="true">
      <rect class="stone" x="1" y="43" width="22" height="6" rx="1.7" />
      {above(stand)}
    </svg>
  )
}

function above(stand: Stand): VNode {
  switch (stand) {
    case 'ready':
      return <>{stones(0, 4, 'stone')}</>
    case 'look':
      return (
        <>
          {stones(0, 3, 'stone')}
          <rect
            class="tilted"
            x="4.2"
            y="6.5"
            width="16.4"
            height="6.6"
            rx="1.7"
            transform="rotate(-13 12 10)"
          />
        </>
      )
    case 'no-connection':
      return (
        <>
          {stones(0, 2, 'stone')}
          {stones(2, 4, 'hollow')}
        </>
      )
    case 'out-of-order':
      return <path class="cross" d="M6.5 22l11 11M17.5 22l-11 11" />
    case 'blocked':
      return <>{stones(0, 4, 'hollow')}</>
  }
}

/** Stones lie a little narrower the higher they lie; a hollow one is drawn within its line. */
function stones(from: number, to: number, look: 'stone' | 'hollow'): readonly VNode[] {
  const inset = look === 'hollow' ? 0.75 : 0
  return Array.from({ length: to - from }, (_, index) => {
    const level = from + index
    const width = 17 - level * 0.6
    return (
      <rect
        class={look}
        x={round(12 - width / 2 + inset)}
        y={round(34.4 - level * 8.6 + inset)}
        width={round(width - 2 * inset)}
        height={round(7 - 2 * inset)}
        rx={1.7}
      />
    )
  })
}

const round = (n: number): number => Math.round(n * 100) / 100
