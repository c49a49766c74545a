import type { VNode } from 'preact'
import type { LightSign } from '../ports.js'

/** What a hand can hold against the simulated reader besides one sample card. */
export const TRICKS = ['two-cards', 'moved-too-soon', 'phone'] as const
export type Trick = (typeof TRICKS)[number]

const TRICK_LABELS: Readonly<Record<Trick, string>> = {
  'two-cards': 'Two cards at once',
  'moved-too-soon': 'A card moved too soon',
  phone: 'A phone',
}

const LAMPS = 12

/** The lights around the reader, drawn: place and movement tell as much as colour. */
export function LightRing({ sign }: { readonly sign: LightSign }): VNode {
  return (
    <div class="reader">
      <div class="ring" id="lights" data-sign={sign} role="img" aria-label={`Lights: ${sign}`}>
        <svg viewBox="0 0 120 120" aria-hidden="true">
          {Array.from({ length: LAMPS }, (_, lamp) => (
            <rect
              class={`lamp lamp-${String(lamp + 1)}`}
              x="55"
              y="5"
              width="10"
              height="18"
              rx="5"
              transform={`rotate(${String(180 + (lamp * 360) / LAMPS)} 60 60)`}
            />
          ))}
          <rect class="reader-card" x="38" y="45" width="44" height="30" rx="5" />
          <path class="reader-waves" d="M54 68a8 8 0 0 1 12 0M49 62a16 16 0 0 1 22 0" />
        </svg>
      </div>
      <p class="tone">
        <span class="tone-sign" aria-hidden="true">
          ♪
        </span>
        <span id="tone">silent</span>
      </p>
    </div>
  )
}

/** The sample cards. A press is a card held against the pillar, a release takes it away. */
export function Hand({ labels }: { readonly labels: readonly string[] }): VNode {
  return (
    <section class="hand" aria-labelledby="hand-title">
      <h2 id="hand-title">Sample cards</h2>
      <p>Press a card to hold it against the pillar; let go to take it away. Enter and Space do the same.</p>
      <ul class="cards">
        {labels.map((label, index) => (
          <li>
            <button type="button" class={`card card-${String(index % 4)}`} data-sample={index}>
              <span class="card-strip" aria-hidden="true"></span>
              <span>{label}</span>
            </button>
          </li>
        ))}
      </ul>
      <ul class="cards tricks">
        {TRICKS.map((trick) => (
          <li>
            <button type="button" class="card trick" data-sample={trick}>
              {TRICK_LABELS[trick]}
            </button>
          </li>
        ))}
      </ul>
      <p id="hand-trouble" class="hand-trouble" role="status"></p>
    </section>
  )
}
