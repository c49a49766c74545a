import type { VNode } from 'preact'
import { placeOf, type FleetView, type PillarView } from './fleet-view.js'
import { Icon, type IconName } from './icons.js'
import { urgency, type Concern } from './situation.js'
import { SmallStack } from './small-stack.js'
import type { Speaker } from './speaker.js'

/** Concerns told in full; with more than this, a fleet has one trouble and not many. */
const CONCERNS_SHOWN = 9

/** How the fleet stands at a glance: one line, the picture, and what asks for attention. */
export function Overview({ view, speaker }: { readonly view: FleetView; readonly speaker: Speaker }): VNode {
  const { words } = speaker
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <p class="soft">{summary(view, speaker)}</p>
      </div>
      {view.pillars.length === 0 ? undefined : (
        <section class="card" aria-label={words.overview}>
          <Colonnade view={view} speaker={speaker} />
          <Concerns view={view} speaker={speaker} />
        </section>
      )}
    </>
  )
}

function summary({ pillars }: FleetView, { words }: Speaker): string {
  if (pillars.length === 0) return ''
  const inService = pillars.filter(({ situation }) => situation.stand !== 'blocked')
  const ready = inService.filter(({ situation }) => situation.stand === 'ready' || situation.stand === 'look')
  const toLookAt = inService.filter(({ situation }) => situation.concerns.length > 0).length
  return `${words.ready(ready.length, inService.length)} ${toLookAt === 0 ? words.allWell : words.lookAt(toLookAt)}`
}

function Colonnade({ view, speaker }: { readonly view: FleetView; readonly speaker: Speaker }): VNode {
  const places = new Map<string, PillarView[]>()
  for (const at of view.pillars) places.set(placeOf(at), [...(places.get(placeOf(at)) ?? []), at])
  return (
    <ol class="colonnade">
      {[...places].map(([place, pillars]) => (
        <li>
          <ul>
            {pillars.map(({ pillar, situation: { stand } }) => {
              const label = `${pillar.name}: ${speaker.words.stand[stand]}`
              return (
                <li>
                  <a id={`s-${pillar.uuid}`} class={`is-${stand}`} href={`#p-${pillar.uuid}`} title={label}>
                    <SmallStack stand={stand} />
                    <span class="unseen">{label}</span>
                  </a>
                </li>
              )
            })}
          </ul>
          <span class="place">{place}</span>
        </li>
      ))}
    </ol>
  )
}

function Concerns({
  view,
  speaker,
}: {
  readonly view: FleetView
  readonly speaker: Speaker
}): VNode | undefined {
  const { words } = speaker
  const all = view.pillars
    .flatMap((at) => at.situation.concerns.map((concern) => ({ at, concern })))
    .toSorted((a, b) => urgency(a.concern) - urgency(b.concern))
  if (all.length === 0) return undefined
  const more = all.length - CONCERNS_SHOWN
  return (
    <>
      <h2 class="unseen">{words.attention}</h2>
      <ul class="concerns">
        {all.slice(0, CONCERNS_SHOWN).map(({ at, concern }) => (
          <ConcernItem at={at} concern={concern} speaker={speaker} />
        ))}
      </ul>
      {more > 0 ? <p class="more">{words.moreConcerns(more)}</p> : undefined}
    </>
  )
}

const SIGNS = ['stop', 'wait', 'warn'] as const

function ConcernItem(of: {
  readonly at: PillarView
  readonly concern: Concern
  readonly speaker: Speaker
}): VNode {
  const { at, concern, speaker } = of
  const { what, todo } = speaker.concern(at, concern)
  return (
    <li class="concern">
      <span class={`sign ${SIGNS[urgency(concern)]}`}>
        <Icon {...iconOf(concern)} />
      </span>
      <h3>
        <a id={`c-${concern.kind}-${at.pillar.uuid}`} href={`#p-${at.pillar.uuid}`}>
          {[placeOf(at), at.pillar.name].join(', ')}
        </a>
      </h3>
      <p class="soft">{what}</p>
      <p class="todo">{todo}</p>
    </li>
  )
}

const ICONS: Readonly<Record<Exclude<Concern['kind'], 'device'>, IconName>> = {
  'reader-gone': 'reader',
  offline: 'no-line',
  'never-heard': 'no-line',
  'journal-full': 'journal',
  'journal-filling': 'journal',
  'check-ins-lost': 'journal',
  'set-aside': 'journal',
  'not-settling': 'journal',
  'clock-unsure': 'clock',
  'no-counter': 'desk',
  tie: 'fork',
  'pin-closed': 'pin',
}

function iconOf(concern: Concern): { readonly name: IconName; readonly struck: boolean } {
  if (concern.kind === 'device') return { name: concern.device, struck: true }
  return { name: ICONS[concern.kind], struck: concern.kind === 'reader-gone' }
}
