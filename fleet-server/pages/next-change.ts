import { chooseEvent, type Choice } from '@spaarzuil/shared/events/choose.js'
import { days, hours, later, type Instant } from '@spaarzuil/shared/time.js'
import type { PageParts } from './ports.js'

/** Until when a choice holds, and which event comes after it (none: nothing is on). */
export interface NextChange {
  readonly at: Instant
  readonly eventId: string | undefined
}

/** A change further away is of no use to who stands at a desk now. */
const AHEAD = days(2)
/** That nothing changes in the time ahead is believed for this long. */
const BELIEVED = hours(1)

interface Kept {
  readonly change: NextChange | undefined
  readonly until: Instant
}

/** Works out for each pillar once what comes next, and again when that is past or somebody changed something. */
export function openNextChanges(catalogue: PageParts['catalogue']) {
  const kept = new Map<string, Kept>()
  const stop = catalogue.onChange((uuids) => {
    for (const uuid of uuids) kept.delete(uuid)
  })
  return {
    of: (pillarUuid: string, choice: Choice, now: Instant): NextChange | undefined => {
      const known = kept.get(pillarUuid)
      if (known !== undefined && now < known.until) return known.change
      const change = findChange(catalogue, pillarUuid, choice, now)
      kept.set(pillarUuid, { change, until: change?.at ?? later(now, BELIEVED) })
      return change
    },
    stop,
  }
}
export type NextChanges = ReturnType<typeof openNextChanges>

function findChange(
  catalogue: PageParts['catalogue'],
  pillarUuid: string,
  choice: Choice,
  now: Instant,
): NextChange | undefined {
  const input = catalogue.choiceInputAt(pillarUuid, now)
  if (input === undefined) return undefined
  const idAt = (at: Instant): string | undefined => {
    const chosen = chooseEvent({ ...input, at })
    return chosen.kind === 'chosen' ? chosen.eventId : undefined
  }
  // While nothing is on, the choice itself knows when there is something again.
  if (choice.kind === 'nothing-on')
    return choice.next === undefined ? undefined : { at: choice.next, eventId: idAt(choice.next) }
  const pinTurns = input.pins.flatMap(({ from, until }) => (until === undefined ? [from] : [from, until]))
  const turns = [
    ...catalogue.boundaries(pillarUuid, { from: now, until: later(now, AHEAD) }, undefined),
    ...pinTurns,
  ]
    .filter((turn) => turn > now)
    .toSorted((a, b) => a - b)
  const at = turns.find((turn) => idAt(turn) !== choice.eventId)
  return at === undefined ? undefined : { at, eventId: idAt(at) }
}
