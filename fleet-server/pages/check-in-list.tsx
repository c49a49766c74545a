import type { VNode } from 'preact'
import { counted } from '@spaarzuil/shared/texts/texts.js'
import { minutes, between } from '@spaarzuil/shared/time.js'
import { placeOf, type FleetView } from './fleet-view.js'
import { Icon, type IconName } from './icons.js'
import type { ShownVerdict } from './recent-check-ins.js'
import type { Speaker } from './speaker.js'

/** A screen full: what scrolled by is found through the API. */
const CHECK_INS_SHOWN = 25
/** A check-in that came so much later than its tap waited on the pillar, and that is worth telling. */
const LATE_AFTER = minutes(2)

type CheckInView = FleetView['checkIns'][number]
type Of = { readonly checkIn: CheckInView; readonly speaker: Speaker }

/** The newest check-ins with their verdicts. No number of a card or pass is known here. */
export function CheckInList({
  view,
  speaker,
}: {
  readonly view: FleetView
  readonly speaker: Speaker
}): VNode {
  const { words } = speaker
  const columns = words.checkInColumns
  if (view.checkIns.length === 0) return <p class="card empty">{words.noCheckIns}</p>
  return (
    <div class="card">
      <table class="check-ins">
        <caption class="unseen">{words.checkIns}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.time}</th>
            <th scope="col">{columns.pillar}</th>
            <th scope="col">{columns.event}</th>
            <th scope="col">{columns.verdict}</th>
            <th scope="col" class="end">
              {columns.points}
            </th>
          </tr>
        </thead>
        <tbody>
          {view.checkIns.slice(0, CHECK_INS_SHOWN).map((checkIn) => (
            <Row checkIn={checkIn} speaker={speaker} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ checkIn, speaker }: Of): VNode {
  const { at, cdbid, verdict } = checkIn
  return (
    <tr class={`is-${verdict.kind}`} data-check-in={checkIn.id}>
      <td class="time">
        <Time checkIn={checkIn} speaker={speaker} />
      </td>
      <td class="where">
        {at.pillar.name}
        <span class="under">{placeOf(at)}</span>
      </td>
      <td class="what">{cdbid === undefined ? '–' : speaker.title(cdbid)}</td>
      <td class="verdict">
        <VerdictWords verdict={verdict} speaker={speaker} />
      </td>
      <td class="end points">
        {verdict.kind === 'granted' && !verdict.takenBack
          ? `+${counted(verdict.points, { language: speaker.language, unit: at.cardSystem.unit })}`
          : ''}
      </td>
    </tr>
  )
}

function Time({ checkIn, speaker }: Of): VNode {
  const { moment, receivedAt, at } = checkIn
  const { zone } = at.cardSystem
  const { words } = speaker
  const arrived = words.arrived(speaker.time(receivedAt, zone))
  if (moment === undefined)
    return (
      <>
        {words.timeUnknown}
        <span class="under">{arrived}</span>
      </>
    )
  return (
    <>
      <time dateTime={new Date(moment).toISOString()}>{speaker.time(moment, zone)}</time>
      {between(moment, receivedAt) > LATE_AFTER ? <span class="under">{arrived}</span> : undefined}
    </>
  )
}

function VerdictWords({
  verdict,
  speaker,
}: {
  readonly verdict: ShownVerdict
  readonly speaker: Speaker
}): VNode {
  const { icon, head, lines } = spoken(verdict, speaker)
  return (
    <>
      <span class="outcome">
        <Icon name={icon} />
        {head}
      </span>
      {lines.map((line) => (
        <span class="under">{line}</span>
      ))}
    </>
  )
}

function spoken(
  verdict: ShownVerdict,
  { words }: Speaker,
): { readonly icon: IconName; readonly head: string; readonly lines: readonly string[] } {
  switch (verdict.kind) {
    case 'granted':
      return verdict.takenBack
        ? { icon: 'back', head: words.takenBack, lines: [] }
        : { icon: 'check', head: words.granted, lines: [] }
    case 'refused': {
      const lines = verdict.reason === 'card-unknown' ? [words.redecided] : []
      return { icon: 'minus', head: words.refused[verdict.reason], lines }
    }
    case 'held': {
      const { what, todo } = words.heldBecause[verdict.reason]
      return { icon: 'hand', head: words.held, lines: [what, todo] }
    }
  }
}
