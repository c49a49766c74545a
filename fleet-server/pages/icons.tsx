import type { VNode } from 'preact'

/** Line drawings on a grid of 24, our own. They stand beside words, and are hidden from screen readers. */
const DRAWINGS = {
  reader:
    'M4.5 7.5h8a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-8A1.5 1.5 0 0 1 3 15V9a1.5 1.5 0 0 1 1.5-1.5zM6 13.2h3M17 8.5a6 6 0 0 1 0 7M19.8 6a10 10 0 0 1 0 12',
  lights:
    'M9 17.5h6M10 20.5h4M8.7 14.6a5.5 5.5 0 1 1 6.6 0c-.5.5-.8 1-.8 1.7h-5c0-.7-.3-1.2-.8-1.7zM12 2v.8M4.6 5l.6.6M19.4 5l-.6.6',
  sound: 'M4 9.5h3.2L11.5 6v12l-4.3-3.5H4zM15 9.2a4 4 0 0 1 0 5.6M17.8 6.6a8 8 0 0 1 0 10.8',
  screen:
    'M4.5 5h15A1.5 1.5 0 0 1 21 6.5v8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 14.5v-8A1.5 1.5 0 0 1 4.5 5zM12 16v3.5M8 19.5h8',
  display:
    'M4.5 7h15A1.5 1.5 0 0 1 21 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 15.5v-7A1.5 1.5 0 0 1 4.5 7zM6.5 10.5h7M6.5 13.5h4',
  'no-line':
    'M7 18.5h9.5M19.6 17.3A4 4 0 0 0 17.5 10.7A6 6 0 0 0 9.3 6.9M6.7 9.3A4.6 4.6 0 0 0 7 18.5M3 3.5l17.5 17.5',
  journal: 'M5 12.5l2-7h10l2 7M5 12.5V18a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-5.5M5 12.5h4a3 3 0 0 0 6 0h4',
  clock: 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M12 7.5V12l3.2 2.4',
  fork: 'M3 12h6M21 6h-4.5C12.5 6 12 12 9 12s3.5 6 7.5 6H21M18.2 3.2L21 6l-2.8 2.8M18.2 15.2L21 18l-2.8 2.8',
  pin: 'M14.5 3.5l6 6-3.5 1-3.6 3.6-.4 4.4-7.5-7.5 4.4-.4L13.5 7zM9.2 14.8L4 20',
  roster:
    'M5 5.5h14a1 1 0 0 1 1 1V19a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6.5a1 1 0 0 1 1-1zM4 10.5h16M8.5 3v4M15.5 3v4M9.5 15l2 2 3.5-3.5',
  desk: 'M3 11h18M5 11v8.5M19 11v8.5M8 11V6.5h8V11M12 6.5v-2',
  check: 'M4.5 12.5l5 5L19.5 7',
  minus: 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M8 12h8',
  hand: 'M8.5 5.5v13M15.5 5.5v13',
  back: 'M8.5 5L4 9.5 8.5 14M4 9.5h10a5 5 0 0 1 0 10h-3',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M15.4 15.4L20.5 20.5',
} as const

export type IconName = keyof typeof DRAWINGS

export function Icon({
  name,
  struck = false,
}: {
  readonly name: IconName
  readonly struck?: boolean
}): VNode {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={DRAWINGS[name]} />
      {struck ? <path class="strike" d="M3.5 3.5l17 17" /> : undefined}
    </svg>
  )
}
