import type { VNode } from 'preact'

/** The project's sign: a short stack of drums, and a yellow one about to land. */
export function Mark(): VNode {
  return (
    <svg
      class="mark"
      viewBox="0 0 32 32"
      role="img"
      aria-label="spaarzuil"
      xmlns="http://www.w3.org/2000/svg"
    >
      <g fill="currentColor">
        <rect x="5" y="27" width="22" height="4" rx="1.3" />
        <rect x="8.4" y="21.4" width="15.2" height="4.4" rx="1.3" />
        <rect x="8.8" y="15.8" width="14.4" height="4.4" rx="1.3" />
        <rect x="9.2" y="10.2" width="13.6" height="4.4" rx="1.3" />
      </g>
      <rect
        x="9.4"
        y="2.4"
        width="16"
        height="4.4"
        rx="1.3"
        fill="#feb41f"
        transform="rotate(-15 17.4 4.6)"
      />
    </svg>
  )
}
