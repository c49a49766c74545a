import type { When } from './when.js'
import { sentence, type Wording } from './wording.js'

const from = (when: When): string => {
  switch (when.distance) {
    case 'today':
      return `from ${when.time}`
    case 'tomorrow':
    case 'this-week':
      return `from ${when.day} ${when.time}`
    case 'yesterday':
    case 'date':
      return `from ${when.day}`
  }
}
const until = (when: When): string => {
  switch (when.distance) {
    case 'today':
      return `until ${when.time}`
    case 'yesterday':
    case 'tomorrow':
    case 'this-week':
      return `until ${when.day} ${when.time}`
    case 'date':
      return `until ${when.day}`
  }
}
const at = (when: When): string => {
  switch (when.distance) {
    case 'today':
      return `at ${when.time}`
    case 'tomorrow':
      return `${when.day} at ${when.time}`
    case 'this-week':
      return `on ${when.day} at ${when.time}`
    case 'yesterday':
    case 'date':
      return `on ${when.day}`
  }
}
const again = (when: When): string => (when.distance === 'today' ? when.time : when.day)

/** English, for guests. */
export const en: Wording = {
  ready: (plus) => ({
    head: `Save ${plus}`,
    line: 'Hold your card here',
    spoken: 'Hold your card against the pillar.',
  }),
  readyBlind: (many) => ({
    head: 'Save here',
    line: `Your ${many} will follow later.`,
    spoken: 'Hold your card against the pillar.',
  }),
  read: () => ({ head: 'Card read', line: '', spoken: '' }),
  saved: (plus, total) => ({
    head: 'Saved',
    line: `+${plus} / ${total}`,
    spoken: `${plus} saved. You have ${total}.`,
  }),
  festive: (plus, total) => ({
    head: 'Well done!',
    line: `+${plus} / ${total}`,
    spoken: `Well done! You have ${total}.`,
  }),
  late: (plus, since) =>
    since.distance === 'today' ? `Also ${plus} from today` : `Also ${plus} since ${since.shortDay}`,
  noted: (many) => ({
    head: 'Noted',
    line: `Your ${many} will follow later.`,
    spoken: `Noted. Your ${many} will follow later.`,
  }),
  already: (when, total) => {
    const line = when === undefined ? 'This works only once.' : `Again from ${again(when)}`
    const rest = when === undefined ? line : `You can save again from ${again(when)}.`
    return {
      head: 'Already saved',
      line,
      spoken: `Already saved. ${rest}${total === undefined ? '' : ` You have ${total}.`}`,
    }
  },
  notYet: (when) => {
    const line = when === undefined ? 'Please come back later.' : `You can save ${from(when)}`
    return { head: 'Not yet', line, spoken: `Not yet. ${sentence(line)}` }
  },
  over: (when) => {
    const line = when === undefined ? 'Saving has ended.' : `You could save ${until(when)}`
    return { head: 'It is over', line, spoken: `It is over. ${sentence(line)}` }
  },
  askDesk: () => ({
    head: 'Please ask at the desk',
    line: 'They will help you.',
    spoken: 'Please ask at the desk. They will help you.',
  }),
  holdStill: () => ({
    head: 'Hold your card still',
    line: 'One second is enough.',
    spoken: 'Hold your card still.',
  }),
  oneCard: () => ({
    head: 'One card at a time',
    line: 'Keep the other one away.',
    spoken: 'One card at a time.',
  }),
  notAPass: () => ({
    head: 'Use your pass',
    line: 'Not a phone or a bank card.',
    spoken: 'Use your pass. Not a phone or a bank card.',
  }),
  balance: (many, total, next) => {
    const line = next === undefined ? 'Nothing to save for now.' : `Save again ${at(next)}`
    return { head: `Your ${many}`, line, spoken: `You have ${total}. ${sentence(line)}` }
  },
  nothingOn: (next) => {
    const line = next === undefined ? 'Please come back later.' : `Back ${at(next)}`
    return { head: 'Nothing on now', line, spoken: `Nothing on now. ${sentence(line)}` }
  },
  notTaken: (many) => ({
    head: 'This did not work',
    line: `Ask for your ${many} at the desk.`,
    spoken: `This did not work. Ask for your ${many} at the desk.`,
  }),
  outOfOrder: (many) => ({
    head: 'Out of order',
    line: `Ask for your ${many} at the desk.`,
    spoken: `This pillar is out of order. Ask for your ${many} at the desk.`,
  }),
  notSetUp: () => ({
    head: 'Not ready yet',
    line: 'This pillar starts soon.',
    spoken: 'This pillar is not ready yet.',
  }),
  holdCard: 'Hold your card here',
  seePoints: (many) => `See your ${many}`,
  until: (when) => `save ${until(when)}`,
  offline: (many) => `No connection. You can save, ${many} follow.`,
  offlineNothingOn: 'No connection.',
  clockWrong: (many) => `The clock is wrong. You can save, ${many} follow.`,
  pillar: (name) => `Pillar ${name}`,
  helpLine: (line) => `help: ${line}`,
  why: {
    'no-reader': 'the reader does not answer',
    'not-set-up': 'not set up yet',
    'journal-full': 'the memory is full',
    storage: 'the storage fails',
  },
}
