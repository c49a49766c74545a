import type { When } from './when.js'
import { sentence, type Wording } from './wording.js'

const from = (when: When): string => {
  switch (when.distance) {
    case 'today':
      return `ab ${when.time}`
    case 'tomorrow':
    case 'this-week':
      return `ab ${when.day} ${when.time}`
    case 'yesterday':
    case 'date':
      return `ab ${when.day}`
  }
}
const until = (when: When): string => {
  switch (when.distance) {
    case 'today':
      return `bis ${when.time}`
    case 'yesterday':
    case 'tomorrow':
    case 'this-week':
      return `bis ${when.day} ${when.time}`
    case 'date':
      return `bis ${when.day}`
  }
}
const at = (when: When): string => {
  switch (when.distance) {
    case 'today':
      return `um ${when.time}`
    case 'tomorrow':
      return `${when.day} um ${when.time}`
    case 'this-week':
      return `am ${when.day} um ${when.time}`
    case 'yesterday':
    case 'date':
      return `am ${when.day}`
  }
}
const again = (when: When): string => (when.distance === 'today' ? when.time : when.day)

/** German. Visitors are addressed with "Sie". */
export const de: Wording = {
  ready: (plus) => ({
    head: `${plus} sammeln`,
    line: 'Karte hier hinhalten',
    spoken: 'Halten Sie die Karte an die Säule.',
  }),
  readyBlind: (many) => ({
    head: 'Hier sammeln',
    line: `Ihre ${many} kommen später.`,
    spoken: 'Halten Sie die Karte an die Säule.',
  }),
  read: () => ({ head: 'Karte gelesen', line: '', spoken: '' }),
  saved: (plus, total) => ({
    head: 'Gesammelt',
    line: `+${plus} / ${total}`,
    spoken: `${plus} gesammelt. Sie haben ${total}.`,
  }),
  festive: (plus, total) => ({
    head: 'Super!',
    line: `+${plus} / ${total}`,
    spoken: `Super! Sie haben ${total}.`,
  }),
  late: (plus, since) =>
    since.distance === 'today' ? `Auch ${plus} von heute` : `Auch ${plus} seit ${since.shortDay}`,
  noted: (many) => ({
    head: 'Notiert',
    line: `Ihre ${many} kommen später.`,
    spoken: `Notiert. Ihre ${many} kommen später.`,
  }),
  already: (when, total) => {
    const line = when === undefined ? 'Das geht nur einmal.' : `Wieder ab ${again(when)}`
    return {
      head: 'Schon gesammelt',
      line,
      spoken: `Schon gesammelt. ${sentence(line)}${total === undefined ? '' : ` Sie haben ${total}.`}`,
    }
  },
  notYet: (when) => {
    const line = when === undefined ? 'Kommen Sie später wieder.' : `Möglich ${from(when)}`
    return { head: 'Noch nicht', line, spoken: `Noch nicht. ${sentence(line)}` }
  },
  over: (when) => {
    const line = when === undefined ? 'Es ist nicht mehr möglich.' : `Möglich ${until(when)}`
    const spoken = when === undefined ? line : `Es war möglich ${until(when)}.`
    return { head: 'Vorbei', line, spoken: `Vorbei. ${spoken}` }
  },
  askDesk: () => ({
    head: 'Fragen Sie am Schalter',
    line: 'Dort hilft man Ihnen gern.',
    spoken: 'Fragen Sie am Schalter. Dort hilft man Ihnen gern.',
  }),
  holdStill: () => ({
    head: 'Karte kurz ruhig halten',
    line: 'Eine Sekunde genügt.',
    spoken: 'Halten Sie die Karte kurz ruhig.',
  }),
  oneCard: () => ({ head: 'Nur eine Karte', line: 'Die andere bitte weg.', spoken: 'Bitte nur eine Karte.' }),
  notAPass: () => ({
    head: 'Bitte Ihre Karte',
    line: 'Kein Handy, keine Bankkarte.',
    spoken: 'Bitte nehmen Sie Ihre Karte. Kein Handy und keine Bankkarte.',
  }),
  balance: (many, total, next) => {
    const line = next === undefined ? 'Jetzt gibt es nichts zu sammeln.' : `Sammeln wieder ${at(next)}`
    return { head: `Ihre ${many}`, line, spoken: `Sie haben ${total}. ${sentence(line)}` }
  },
  nothingOn: (next) => {
    const line = next === undefined ? 'Kommen Sie später wieder.' : `Wieder ${at(next)}`
    return { head: 'Jetzt ist nichts', line, spoken: `Jetzt ist nichts. ${sentence(line)}` }
  },
  notTaken: (many) => ({
    head: 'Das geht jetzt nicht',
    line: `Ihre ${many} gibt es am Schalter.`,
    spoken: `Das geht jetzt nicht. Ihre ${many} gibt es am Schalter.`,
  }),
  outOfOrder: (many) => ({
    head: 'Außer Betrieb',
    line: `Ihre ${many} gibt es am Schalter.`,
    spoken: `Diese Säule ist außer Betrieb. Ihre ${many} gibt es am Schalter.`,
  }),
  notSetUp: () => ({
    head: 'Noch nicht bereit',
    line: 'Diese Säule startet bald.',
    spoken: 'Diese Säule ist noch nicht bereit.',
  }),
  holdCard: 'Karte hier hinhalten',
  seePoints: (many) => `${many} ansehen`,
  until,
  offline: (many) => `Keine Verbindung. ${many} kommen später.`,
  offlineNothingOn: 'Keine Verbindung.',
  clockWrong: (many) => `Die Uhr geht falsch. ${many} kommen später.`,
  pillar: (name) => `Säule ${name}`,
  helpLine: (line) => `Hilfe: ${line}`,
  why: {
    'no-reader': 'das Lesegerät antwortet nicht',
    'not-set-up': 'noch nicht eingerichtet',
    'journal-full': 'der Speicher ist voll',
    storage: 'der Speicher ist gestört',
  },
}
