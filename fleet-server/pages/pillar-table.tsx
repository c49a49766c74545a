import type { ComponentChildren, VNode } from 'preact'
import type { Device } from '@spaarzuil/shared/contract/messages.js'
import type { Choice } from '@spaarzuil/shared/events/choose.js'
import { explainChoice } from '@spaarzuil/shared/events/explain-choice.js'
import type { FleetView, PillarView } from './fleet-view.js'
import { Icon, type IconName } from './icons.js'
import { SmallStack } from './small-stack.js'
import type { Speaker } from './speaker.js'

/** Rows of one page: more than a person scrolls through, and little enough to send anew at every change. */
const PILLARS_SHOWN = 200

type Of = { readonly at: PillarView; readonly speaker: Speaker }

/** Every pillar: how it stands, what it counts for and why, what comes next, and what waits. */
export function PillarTable({
  view,
  speaker,
}: {
  readonly view: FleetView
  readonly speaker: Speaker
}): VNode {
  const { words } = speaker
  const { columns } = words
  const more = view.pillars.length - PILLARS_SHOWN
  if (view.pillars.length === 0) return <p class="card empty">{words.noneFound}</p>
  return (
    <div class="card">
      <table class="pillars">
        <caption class="unseen">{words.title}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.pillar}</th>
            <th scope="col">{columns.stand}</th>
            <th scope="col">{columns.counts}</th>
            <th scope="col">{columns.last}</th>
            <th scope="col">{columns.waiting}</th>
            <th scope="col">{columns.devices}</th>
          </tr>
        </thead>
        <tbody>
          {view.pillars.slice(0, PILLARS_SHOWN).map((at) => (
            <Row at={at} speaker={speaker} several={view.cardSystems.length > 1} />
          ))}
        </tbody>
      </table>
      {more > 0 ? <p class="more">{words.morePillars(more)}</p> : undefined}
    </div>
  )
}

function Row({ at, speaker, several }: Of & { readonly several: boolean }): VNode {
  const { columns } = speaker.words
  const places = several ? [...at.counters, at.cardSystem.name] : at.counters
  return (
    <tr id={`p-${at.pillar.uuid}`}>
      <th scope="row">
        <span class="name">{at.pillar.name}</span>
        {places.length === 0 ? undefined : <span class="under">{places.join(' · ')}</span>}
      </th>
      <td class="stand-cell">
        <StandOf at={at} speaker={speaker} />
      </td>
      <td class="wide">
        <Counts at={at} speaker={speaker} />
      </td>
      <Cell label={columns.last}>
        <LastCheckIn at={at} speaker={speaker} />
      </Cell>
      <Cell label={columns.waiting}>
        <Waiting at={at} speaker={speaker} />
      </Cell>
      <td class="wide">
        <Devices at={at} speaker={speaker} />
      </td>
    </tr>
  )
}

/** On a phone the head of the table is not shown, and each figure carries its own label. */
const Cell = ({
  label,
  children,
}: {
  readonly label: string
  readonly children: ComponentChildren
}): VNode => (
  <td class="figure">
    <span class="label" aria-hidden="true">
      {label}
    </span>
    {children}
  </td>
)

function StandOf({ at, speaker }: Of): VNode {
  const { words } = speaker
  const { stand, concerns } = at.situation
  const [first] = concerns
  const since =
    stand === 'no-connection' && at.heard === undefined
      ? words.neverHeard
      : first !== undefined && 'since' in first && (stand === 'no-connection' || stand === 'out-of-order')
        ? words.since(speaker.time(first.since, at.cardSystem.zone))
        : at.heard?.online === true
          ? words.since(speaker.time(at.heard.since, at.cardSystem.zone))
          : undefined
  return (
    <span class={`stand is-${stand}`}>
      <SmallStack stand={stand} />
      <span>
        {words.stand[stand]}
        {since === undefined ? undefined : <span class="under">{since}</span>}
      </span>
    </span>
  )
}

const WHY_ICONS: Readonly<Record<Choice['why'], IconName | undefined>> = {
  'administrator-pin': 'pin',
  'counter-pin': 'pin',
  roster: 'roster',
  'only-candidate': undefined,
  'nearest-start': undefined,
  tie: 'fork',
  'no-start': 'fork',
  'nothing-on': undefined,
}

function Counts({ at, speaker }: Of): VNode | undefined {
  const { choice } = at
  if (choice === undefined) return undefined
  const facts = { language: speaker.language, zone: at.cardSystem.zone, titleOf: speaker.title }
  const next = <Next at={at} speaker={speaker} />
  if (choice.kind === 'nothing-on') {
    // When there is something again is told once, with its title, by what comes next.
    const sentence = explainChoice({ ...choice, next: undefined }, facts)
    return (
      <>
        <span class="event nothing">{capital(sentence)}</span>
        {next}
      </>
    )
  }
  const { wholeDays, start } = choice.occurrence
  const icon = WHY_ICONS[choice.why]
  return (
    <>
      <span class="event">
        {speaker.title(choice.eventId)}
        {wholeDays || start === undefined ? undefined : (
          <span class="start"> · {speaker.time(start, facts.zone)}</span>
        )}
      </span>
      <span class="under">
        {icon === undefined ? undefined : <Icon name={icon} />}
        {explainChoice(choice, facts)}
      </span>
      {next}
    </>
  )
}

function Next({ at, speaker }: Of): VNode | undefined {
  const { next, choice, cardSystem } = at
  if (next === undefined) return undefined
  const title = next.eventId === undefined ? undefined : speaker.title(next.eventId)
  const say = choice?.kind === 'chosen' ? speaker.words.until : speaker.words.again
  return <span class="under">{say(speaker.time(next.at, cardSystem.zone), title)}</span>
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function LastCheckIn({ at, speaker }: Of): VNode {
  const { last, cardSystem } = at
  if (last === undefined) return <span class="soft">{speaker.words.noCheckIn}</span>
  return <>{speaker.time(last.moment ?? last.receivedAt, cardSystem.zone)}</>
}

function Waiting({ at, speaker }: Of): VNode {
  const { words } = speaker
  if (at.waiting === undefined || at.heard?.online !== true) return <span class="soft">{words.unseen}</span>
  return at.waiting === 0 ? (
    <span class="soft">{words.none}</span>
  ) : (
    <strong>{speaker.number(at.waiting)}</strong>
  )
}

function Devices({ at, speaker }: Of): VNode | undefined {
  if (at.devices.length === 0) return undefined
  return (
    <ul class={at.heard?.online === true ? 'devices' : 'devices stale'}>
      {at.devices.map((device) => (
        <DeviceSign device={device} speaker={speaker} />
      ))}
    </ul>
  )
}

function DeviceSign({ device, speaker }: { readonly device: Device; readonly speaker: Speaker }): VNode {
  const { words } = speaker
  const label = `${words.device[device.kind]}: ${words.deviceState[device.state]}`
  const isReady = device.state === 'ready'
  return (
    <li class={isReady ? undefined : 'failing'} title={label}>
      <Icon name={device.kind} struck={!isReady} />
      <span class="unseen">{label}</span>
    </li>
  )
}
