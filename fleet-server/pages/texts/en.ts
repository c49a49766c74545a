import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import type { Told, ToldConcern, Words } from './wording.js'

export const en: Words = {
  language: 'English',
  languages: 'Language',
  title: 'Pillars',
  skip: 'To the pillars',
  ready: (ready, all) =>
    all === 1
      ? ready === 1
        ? 'The pillar is ready.'
        : 'The pillar is not ready.'
      : `${ready} of ${all} pillars ready.`,
  lookAt: (count) => (count === 1 ? '1 pillar asks for attention.' : `${count} pillars ask for attention.`),
  allWell: 'All is well.',
  noPillars: 'There are no pillars yet. Make the first one, and put it into service.',
  noneFound: 'No pillar of that name.',
  morePillars: (count) => `${count} more pillars. Search by name to see them.`,
  overview: 'All pillars, by place',
  attention: 'Asks for attention',
  moreConcerns: (count) => `And ${count} more: see the table below.`,
  concern,
  stand: {
    ready: 'Ready',
    look: 'Ready, have a look',
    'no-connection': 'No connection',
    'out-of-order': 'Out of order',
    blocked: 'Blocked',
  },
  since: (time) => `since ${time}`,
  neverHeard: 'never connected',
  columns: {
    pillar: 'Pillar',
    stand: 'State',
    counts: 'Counts now for',
    last: 'Last check-in',
    waiting: 'Waiting',
    devices: 'Devices',
  },
  until: (time, next) => `until ${time}, then ${next ?? 'nothing'}`,
  again: (time, next) => (next === undefined ? `again ${time}` : `again ${time}: ${next}`),
  none: 'none',
  unseen: 'cannot be seen',
  noCheckIn: 'none yet',
  device: { reader: 'reader', lights: 'lights', sound: 'sound', screen: 'screen', display: 'text display' },
  deviceState: { ready: 'fine', missing: 'not found', failing: 'failing' },
  search: 'Search a pillar or a place',
  searchExample: 'For instance foyer',
  cardSystem: 'Card system',
  allCardSystems: 'All card systems',
  find: 'Search',
  showAll: 'Show all',
  checkIns: 'Latest check-ins',
  checkInColumns: { time: 'Time', pillar: 'Pillar', event: 'Event', verdict: 'Verdict', points: 'Points' },
  noCheckIns: 'No check-ins yet. They appear here as soon as somebody holds a card.',
  arrived: (time) => `arrived ${time}`,
  timeUnknown: 'time unknown',
  granted: 'Saved',
  takenBack: 'Saved, taken back later',
  refused: {
    'limit-reached': 'Saved already for this event',
    'too-early': 'Too early: check-in was not open yet',
    'too-late': 'Too late: check-in was over',
    'nothing-on': 'Nothing was on',
    'event-cancelled': 'The event is cancelled',
    'card-unknown': 'Card unknown',
    'card-blocked': 'Card blocked',
    'card-deleted': 'Card deleted',
    'card-without-passholder': 'Card without passholder',
  },
  held: 'Waits for you',
  heldBecause: {
    'seal-broken': {
      what: 'The seal does not fit.',
      todo: 'Give the points at the desk, and have a technician look at the pillar.',
    },
    'seal-key-unknown': {
      what: 'The key for which it was sealed is not on the server.',
      todo: 'Put the old key back; then the check-in can be decided after all.',
    },
    'clock-unknown': {
      what: 'The moment cannot be known.',
      todo: 'Solves itself once the pillar knows the time. If not: give the points at the desk.',
    },
    'event-unknown': {
      what: 'The server does not know this event.',
      todo: 'Import the events again; the check-in is then decided by itself.',
    },
  },
  redecided: `decided by itself if the card becomes known within ${LIMITS.redecideDays} days`,
  live: 'Live',
  lost: 'No longer live: the server does not answer. This page keeps trying.',
  still: 'This page does not renew itself: reload it for the latest state.',
}

const DEVICE = {
  reader: 'One of the readers has',
  lights: 'The lights have',
  sound: 'The sound has',
  screen: 'The screen has',
  display: 'The text display has',
} as const

const checkIns = ({ count, number }: ToldConcern): string =>
  count === 1 ? '1 check-in' : `${number} check-ins`

// oxlint-disable-next-line complexity -- a flat list with one line per concern is as simple as this gets
function concern(told: ToldConcern): Told {
  const { since, title, other, count } = told
  switch (told.kind) {
    case 'reader-gone':
      return {
        what: `The reader has not answered since ${since}. Visitors see that the pillar is out of order.`,
        todo: 'Plug in the reader’s cable again. If that does not help, restart the pillar.',
      }
    case 'journal-full':
      return {
        what: `The pillar’s journal is full: ${checkIns(told)} waiting. Nobody can save.`,
        todo: 'Connect the pillar; it then sends everything.',
      }
    case 'check-ins-lost':
      return {
        what: `The pillar lost ${checkIns(told)} to a fault of its storage.`,
        todo: 'Replace the memory card, and give points at the desk to whoever asks.',
      }
    case 'offline':
      return {
        what: `No connection since ${since}. The pillar goes on noting; nothing is lost.`,
        todo: 'See whether the pillar has power and network.',
      }
    case 'never-heard':
      return {
        what: 'The pillar has never connected.',
        todo: 'Put it into service with the secret that was shown when it was made.',
      }
    case 'journal-filling':
      return {
        what: `The journal is filling: ${checkIns(told)} waiting, with room for ${LIMITS.journalEntries / 1000} thousand.`,
        todo: 'Connect the pillar; it then sends everything.',
      }
    case 'not-settling':
      return {
        what: `${checkIns(told)} waiting since ${since}, though the pillar is connected.`,
        todo: 'Restart the pillar. If that does not help, read the log of the server.',
      }
    case 'set-aside':
      return {
        what: `${checkIns(told)} ${count === 1 ? 'was' : 'were'} set aside on the pillar: the server could not take ${count === 1 ? 'it' : 'them'}.`,
        todo: 'Have a technician look.',
      }
    case 'device':
      return {
        what: `${DEVICE[told.device]} not answered since ${since}. Saving goes on.`,
        todo: 'Check the cable.',
      }
    case 'clock-unsure':
      return {
        what: 'The pillar’s clock is not set. Saving goes on; the server works out the moment.',
        todo: 'See whether the pillar reaches a time server.',
      }
    case 'no-counter':
      return {
        what: 'The pillar belongs to no counter, so it counts for nothing.',
        todo: 'Assign it to a counter.',
      }
    case 'tie':
      return {
        what: `The pillar counts for ‘${title}’, but ‘${other}’ is as good a choice.`,
        todo: 'Pin the one that it is.',
      }
    case 'pin-closed':
      return {
        what: `‘${other}’ is pinned, but check-in is not open now.`,
        todo: 'Choose another event, or let the pillar choose.',
      }
  }
}
