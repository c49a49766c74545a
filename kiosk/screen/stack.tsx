import type { VNode } from 'preact'
import { drawing, type IconName } from './icons.js'

/**
 * The picture on the screen: a column to which every visit adds a drum. Ten make it full, and a full one is crowned.
 */
export type Stack =
  /** A drum on its way: about to land, landed, or promised (dashed). */
  | { readonly kind: 'waiting'; readonly drum: 'tilted' | 'landed' | 'promised' }
  /** The balance, as drums of the current ten; `fresh` of them are new. */
  | { readonly kind: 'balance'; readonly balance: number; readonly fresh: number }
  /** A stone with a sign carved in it. */
  | { readonly kind: 'sign'; readonly icon: IconName }

export const DRUMS = 10
const WIDTH = 220
const FOOT_TOP = 506
const DRUM_HEIGHT = 34
const GAP = 5
const WAITING_DRUMS = 4
const SIGN_DRUMS = 2

type Drum = { readonly x: number; readonly y: number; readonly width: number }

/** Drums are wider below: the column narrows by a little more with each, as a real one does. */
function drum(index: number): Drum {
  const width = 158 - index * 1.6 - (index * index) / 12
  return { x: (WIDTH - width) / 2, y: FOOT_TOP - (index + 1) * (DRUM_HEIGHT + GAP), width }
}

/** A drum that was just put on lies a little off the middle: the eye finds what is new. */
const OFFSET = 26

/** How many of the ten stand: a full ten stands as ten, not as none. */
export const standing = (balance: number): number =>
  balance <= 0 ? 0 : balance % DRUMS === 0 ? DRUMS : balance % DRUMS

export function StackPicture({ stack }: { readonly stack: Stack }): VNode {
  switch (stack.kind) {
    case 'waiting':
      return <Waiting drum={stack.drum} />
    case 'balance':
      return <Balance balance={stack.balance} fresh={stack.fresh} />
    case 'sign':
      return <Sign icon={stack.icon} />
  }
}

function Picture(props: { readonly top: number; readonly children: unknown }): VNode {
  const height = 542 - props.top
  return (
    <svg
      class="column"
      viewBox={`0 ${String(props.top)} ${String(WIDTH)} ${String(height)}`}
      preserveAspectRatio="xMidYMax meet"
      aria-hidden="true"
    >
      {/* The foot reaches below the picture: it stands on whatever is under it. */}
      <rect class="drum" x="10" y={FOOT_TOP} width="200" height="40" rx="7" />
      <>{props.children}</>
    </svg>
  )
}

function Drums(props: { readonly from: number; readonly to: number; readonly look: string }): VNode {
  const drums = Array.from({ length: Math.max(0, props.to - props.from) }, (_, i) => drum(props.from + i))
  return (
    <>
      {drums.map(({ x, y, width }) => (
        <rect class={props.look} x={round(x)} y={round(y)} width={round(width)} height={DRUM_HEIGHT} rx="8" />
      ))}
    </>
  )
}

function Waiting({ drum: state }: { readonly drum: 'tilted' | 'landed' | 'promised' }): VNode {
  const next = drum(WAITING_DRUMS)
  const landed = state === 'landed'
  const look = state === 'promised' ? 'promised' : 'fresh'
  const lift = landed ? 0 : 34
  const x = next.x + (landed ? OFFSET : 12)
  const middle = `${round(x + next.width / 2)} ${round(next.y - lift + DRUM_HEIGHT / 2)}`
  return (
    <Picture top={236}>
      <Drums from={0} to={WAITING_DRUMS} look="drum" />
      <rect
        class={landed ? `${look} arriving` : look}
        x={round(x)}
        y={round(next.y - lift)}
        width={round(next.width)}
        height={DRUM_HEIGHT}
        rx="8"
        {...(landed ? {} : { transform: `rotate(-14 ${middle})` })}
      />
    </Picture>
  )
}

function Balance({ balance, fresh }: { readonly balance: number; readonly fresh: number }): VNode {
  const stands = standing(balance)
  const full = stands === DRUMS && fresh > 0
  const old = full ? 0 : Math.max(0, stands - Math.max(1, fresh))
  const last = drum(stands - 1)
  if (fresh === 0)
    return (
      <Picture top={0}>
        <Drums from={0} to={stands} look="drum" />
        <Drums from={stands} to={DRUMS} look="empty" />
      </Picture>
    )
  return (
    <Picture top={0}>
      <Drums from={0} to={old} look="drum" />
      <Drums from={old} to={stands - 1} look="fresh" />
      <rect
        class="fresh arriving"
        x={round(last.x + OFFSET)}
        y={round(last.y)}
        width={round(last.width)}
        height={DRUM_HEIGHT}
        rx="8"
      />
      <Drums from={stands} to={DRUMS} look="empty" />
      {full ? <Crown /> : undefined}
    </Picture>
  )
}

const RAYS = [-72, -36, 0, 36, 72] as const

/** A rising sun on the full column. */
function Crown(): VNode {
  const { y } = drum(DRUMS - 1)
  const horizon = y - 23
  return (
    <>
      <rect class="drum" x="28" y={round(y - 19)} width="164" height="14" rx="5" />
      <path class="fresh" d={`M72 ${round(horizon)}a38 38 0 0 1 76 0z`} />
      {RAYS.map((angle) => (
        <rect
          class="drum"
          x="104.5"
          y={round(horizon - 72)}
          width="11"
          height="24"
          rx="5.5"
          transform={`rotate(${String(angle)} 110 ${round(horizon)})`}
        />
      ))}
    </>
  )
}

function Sign({ icon }: { readonly icon: IconName }): VNode {
  const { y } = drum(SIGN_DRUMS - 1)
  const side = 176
  const top = y - GAP - side
  return (
    <Picture top={236}>
      <Drums from={0} to={SIGN_DRUMS} look="drum" />
      <rect class="drum" x={(WIDTH - side) / 2} y={round(top)} width={side} height={side} rx="36" />
      <path class="carved" d={drawing(icon)} transform={`translate(56 ${round(top + 34)}) scale(4.5)`} />
    </Picture>
  )
}

const round = (n: number): string => String(Math.round(n * 100) / 100)
