import type { When } from './when.js'
import { sentence, type Wording } from './wording.js'

const from = (when: When): string => {
  switch (when.distance) {
    case 'today':
      return `vanaf ${when.time}`
    case 'tomorrow':
    case 'this-week':
      return `vanaf ${when.day} ${when.time}`
    case 'yesterday':
    case 'date':
      return `vanaf ${when.day}`
  }
}
const until = (when: When): string => {
  switch (when.distance) {
    case 'today':
      return `tot ${when.time}`
    case 'yesterday':
    case 'tomorrow':
    case 'this-week':
      return `tot ${when.day} ${when.time}`
    case 'date':
      return `tot ${when.day}`
  }
}
const at = (when: When): string => {
  switch (when.distance) {
    case 'today':
      return `om ${when.time}`
    case 'tomorrow':
    case 'this-week':
      return `${when.day} om ${when.time}`
    case 'yesterday':
    case 'date':
      return `op ${when.day}`
  }
}
const again = (when: When): string => (when.distance === 'today' ? when.time : when.day)

/** Dutch, the language the others follow. Visitors are addressed with "je". */
export const nl: Wording = {
  ready: (plus) => ({ head: `Spaar ${plus}`, line: 'Hou je pas hier', spoken: 'Hou je pas tegen de zuil.' }),
  readyBlind: (many) => ({
    head: 'Spaar hier',
    line: `Je ${many} volgen later.`,
    spoken: 'Hou je pas tegen de zuil.',
  }),
  read: () => ({ head: 'Pas gelezen', line: '', spoken: '' }),
  saved: (plus, total) => ({
    head: 'Gespaard',
    line: `+${plus} / ${total}`,
    spoken: `${plus} gespaard. Je hebt ${total}.`,
  }),
  festive: (plus, total) => ({
    head: 'Proficiat!',
    line: `+${plus} / ${total}`,
    spoken: `Proficiat! Je hebt ${total}.`,
  }),
  late: (plus, since) =>
    since.distance === 'today' ? `Ook ${plus} van vandaag` : `Ook ${plus} sinds ${since.shortDay}`,
  noted: (many) => ({
    head: 'Genoteerd',
    line: `Je ${many} volgen later.`,
    spoken: `Genoteerd. Je ${many} volgen later.`,
  }),
  already: (when, total) => {
    const line = when === undefined ? 'Dit kan maar één keer.' : `Weer vanaf ${again(when)}`
    const rest = when === undefined ? line : `Het kan weer vanaf ${again(when)}.`
    return {
      head: 'Al gespaard',
      line,
      spoken: `Je hebt al gespaard. ${rest}${total === undefined ? '' : ` Je hebt ${total}.`}`,
    }
  },
  notYet: (when) => {
    const line = when === undefined ? 'Kom later terug.' : `Sparen kan ${from(when)}`
    return { head: 'Nog niet', line, spoken: `Nog niet. ${sentence(line)}` }
  },
  over: (when) => {
    const line = when === undefined ? 'Sparen kan niet meer.' : `Sparen kon ${until(when)}`
    return { head: 'Voorbij', line, spoken: `Voorbij. ${sentence(line)}` }
  },
  askDesk: () => ({
    head: 'Vraag het aan de balie',
    line: 'Daar helpen ze je graag.',
    spoken: 'Vraag het aan de balie. Daar helpen ze je graag.',
  }),
  holdStill: () => ({
    head: 'Hou je pas even stil',
    line: 'Eén tel is genoeg.',
    spoken: 'Hou je pas even stil.',
  }),
  oneCard: () => ({ head: 'Eén pas tegelijk', line: 'Hou de andere even weg.', spoken: 'Eén pas tegelijk.' }),
  notAPass: () => ({
    head: 'Gebruik je pas',
    line: 'Geen telefoon, geen bankkaart.',
    spoken: 'Gebruik je pas. Geen telefoon en geen bankkaart.',
  }),
  balance: (many, total, next) => {
    const line = next === undefined ? 'Nu is er niets om te sparen.' : `Sparen kan weer ${at(next)}`
    return { head: `Je ${many}`, line, spoken: `Je hebt ${total}. ${sentence(line)}` }
  },
  nothingOn: (next) => {
    const line = next === undefined ? 'Kom later terug.' : `Weer ${at(next)}`
    return { head: 'Nu is er niets', line, spoken: `Nu is er niets. ${sentence(line)}` }
  },
  notTaken: (many) => ({
    head: 'Dit lukt nu niet',
    line: `Vraag je ${many} aan de balie.`,
    spoken: `Dit lukt nu niet. Vraag je ${many} aan de balie.`,
  }),
  outOfOrder: (many) => ({
    head: 'Even buiten dienst',
    line: `Vraag je ${many} aan de balie.`,
    spoken: `Deze zuil werkt even niet. Vraag je ${many} aan de balie.`,
  }),
  notSetUp: () => ({
    head: 'Nog niet klaar',
    line: 'Deze zuil start binnenkort.',
    spoken: 'Deze zuil is nog niet klaar.',
  }),
  holdCard: 'Hou je pas hier',
  seePoints: (many) => `Bekijk je ${many}`,
  until: (when) => `sparen kan ${until(when)}`,
  offline: (many) => `Geen verbinding. Sparen kan, je ${many} volgen.`,
  offlineNothingOn: 'Geen verbinding.',
  clockWrong: (many) => `De klok klopt niet. Sparen kan, je ${many} volgen.`,
  pillar: (name) => `Zuil ${name}`,
  helpLine: (line) => `hulp: ${line}`,
  why: {
    'no-reader': 'de lezer antwoordt niet',
    'not-set-up': 'nog niet ingesteld',
    'journal-full': 'het geheugen is vol',
    storage: 'de opslag faalt',
  },
}
