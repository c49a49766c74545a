import type { VNode } from 'preact'

/**
 * Line drawings on a grid of 24, our own. Each state has one, so that nobody depends on colour or on reading;
 * they stand beside words and are hidden from screen readers.
 */
const DRAWINGS = {
  check: 'M4.5 12.5l5 5L19.5 7',
  'check-twice': 'M2 12.5l5 5L17 7.5M12 17.5L22 7.5',
  clock: 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M12 7.5V12l3.2 2.4',
  'clock-past': 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M8.5 8.5l7 7M15.5 8.5l-7 7',
  /** Two speech bubbles' worth of one: somebody to talk to. */
  desk: 'M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-8.5L7 20.5V16H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM8 10.5h.01M12 10.5h.01M16 10.5h.01',
  /** A card between two marks that say: here, and no further. */
  still:
    'M7 8h10a1.5 1.5 0 0 1 1.5 1.5v5A1.5 1.5 0 0 1 17 16H7a1.5 1.5 0 0 1-1.5-1.5v-5A1.5 1.5 0 0 1 7 8zM2 7v10M22 7v10M8.5 13h3',
  'one-card':
    'M4.5 10h9a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 17.5v-6A1.5 1.5 0 0 1 4.5 10zM6 15.5h3M9 6.5A1.5 1.5 0 0 1 10.5 5h9A1.5 1.5 0 0 1 21 6.5v6a1.5 1.5 0 0 1-1.5 1.5H18.5',
  'no-phone':
    'M7.5 5V4.5A1.5 1.5 0 0 1 9 3h6a1.5 1.5 0 0 1 1.5 1.5V13M16.5 17v2.5A1.5 1.5 0 0 1 15 21H9a1.5 1.5 0 0 1-1.5-1.5V9M3 4l18 17',
  stack: 'M5 18.5h14M7 14h10M7 9.5h10M8 5l9-2',
  calendar:
    'M5 5.5h14a1 1 0 0 1 1 1V19a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6.5a1 1 0 0 1 1-1zM4 10.5h16M8.5 3v4M15.5 3v4',
  pause: 'M8.5 5.5v13M15.5 5.5v13',
  'no-line':
    'M7 18.5h9.5M19.6 17.3A4 4 0 0 0 17.5 10.7A6 6 0 0 0 9.3 6.9M6.7 9.3A4.6 4.6 0 0 0 7 18.5M3 3.5l17.5 17.5',
  'clock-wrong': 'M20.8 10.2A9 9 0 1 0 14.5 20.7M12 7.5V12l3 2M19.5 14.5v3.5M19.5 21.2v.01',
} as const

export type IconName = keyof typeof DRAWINGS

/** The bare drawing, to be placed inside another picture. */
export const drawing = (name: IconName): string => DRAWINGS[name]

export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={DRAWINGS[name]} />
    </svg>
  )
}

/** The way to the reader. */
export function Arrow(): VNode {
  return (
    <svg class="arrow" viewBox="0 0 48 48" aria-hidden="true">
      <path d="M17 4h14a2 2 0 0 1 2 2v16h8.5a2 2 0 0 1 1.42 3.41l-17.5 17.6a2 2 0 0 1-2.84 0l-17.5-17.6A2 2 0 0 1 6.5 22H15V6a2 2 0 0 1 2-2z" />
    </svg>
  )
}

/** A ring that is not closed yet: certain to come. */
export function RingIcon(): VNode {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <circle class="dashes" cx="12" cy="12" r="9.5" pathLength="80" />
      <path d="M8.5 12.3l2.5 2.5l4.7-5" />
    </svg>
  )
}
