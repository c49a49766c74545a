import type { Now } from './happening.js'
import type { Brand, Idle, Shown } from './shown.js'
import type { PillarState } from './state.js'
import { choiceAt } from './choice.js'
import type { LightSign } from '../ports.js'
import { signOf } from './told.js'

/** The face of a pillar that was never told whose it is. */
const NO_BRAND: Brand = {
  name: 'spaarzuil',
  unit: {
    nl: { one: 'punt', many: 'punten' },
    fr: { one: 'point', many: 'points' },
    de: { one: 'Punkt', many: 'Punkte' },
    en: { one: 'point', many: 'points' },
  },
}

type OutOfOrder = Extract<Idle, { kind: 'out-of-order' }>

function troubleOf(state: PillarState): OutOfOrder['why'] | undefined {
  if (state.settings === undefined) return 'not-set-up'
  if (state.storage === 'full') return 'journal-full'
  if (state.storage === 'failing') return 'storage'
  const readers = state.devices.filter(({ kind }) => kind === 'reader')
  const dead = readers.length > 0 && readers.every((reader) => reader.state !== 'ready')
  return dead ? 'no-reader' : undefined
}

/** What the pillar says while no visitor stands before it. */
export function idleOf(state: PillarState, now: Now): Idle {
  const why = troubleOf(state)
  if (why !== undefined) {
    const pillarName = state.settings?.name ?? state.fallbackName
    return { kind: 'out-of-order', why, pillarName, helpLine: state.settings?.helpLine }
  }
  const choice = choiceAt(state.chooser, now)
  if (choice.why === 'nothing-on') return { kind: 'nothing-on', next: choice.next }
  const { event, until } = choice
  if (event === undefined) return { kind: 'ready-blind' }
  const secret = event.membersOnly === true && state.settings?.showMembersTitle !== true
  return {
    kind: 'ready',
    title: secret ? {} : event.title,
    organiser: event.organiser,
    points: event.points,
    until,
  }
}

/** The whole picture of this moment. */
export function shownOf(state: PillarState, now: Now): Shown {
  const { settings } = state
  return {
    language: settings?.language ?? 'nl',
    zone: settings?.zone ?? 'Europe/Brussels',
    now: now.at,
    clock: now.usable ? 'right' : 'wrong',
    line: state.line,
    brand: settings?.cardSystem ?? NO_BRAND,
    idle: idleOf(state, now),
    message: state.message?.message,
  }
}

/** What the lights say beside that picture. */
export const lightOf = (shown: Shown): LightSign => {
  if (shown.message !== undefined) return signOf(shown.message).light
  return shown.idle.kind === 'out-of-order' ? 'out-of-order' : 'idle'
}
