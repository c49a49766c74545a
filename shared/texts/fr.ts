import type { When } from './when.js'
import { sentence, type Wording } from './wording.js'

const dated = (when: When): string => (when.distance === 'date' ? `le ${when.day}` : when.day)

const from = (when: When): string => {
  switch (when.distance) {
    case 'today':
      return `dès ${when.time}`
    case 'tomorrow':
    case 'this-week':
      return `dès ${when.day} ${when.time}`
    case 'yesterday':
    case 'date':
      return `dès ${dated(when)}`
  }
}
const until = (when: When): string => {
  switch (when.distance) {
    case 'today':
      return `jusqu’à ${when.time}`
    case 'yesterday':
    case 'tomorrow':
    case 'this-week':
      return `jusqu’à ${when.day} ${when.time}`
    case 'date':
      return `jusqu’au ${when.day}`
  }
}
const again = (when: When): string => (when.distance === 'today' ? when.time : dated(when))

/** French. Visitors are addressed with "vous". */
export const fr: Wording = {
  ready: (plus) => ({
    head: `Gagnez ${plus}`,
    line: 'Posez votre carte ici',
    spoken: 'Posez votre carte sur la borne.',
  }),
  readyBlind: (many) => ({
    head: 'Gagnez ici',
    line: `Vos ${many} arrivent plus tard.`,
    spoken: 'Posez votre carte sur la borne.',
  }),
  read: () => ({ head: 'Carte lue', line: '', spoken: '' }),
  saved: (plus, total) => ({
    head: 'C’est ajouté',
    line: `+${plus} / ${total}`,
    spoken: `C’est ajouté : ${plus}. Vous avez ${total}.`,
  }),
  festive: (plus, total) => ({
    head: 'Bravo !',
    line: `+${plus} / ${total}`,
    spoken: `Bravo ! Vous avez ${total}.`,
  }),
  late: (plus, since) => {
    if (since.distance === 'today') return `Aussi ${plus} d’aujourd’hui`
    return `Aussi ${plus} depuis ${since.distance === 'date' ? `le ${since.shortDay}` : since.shortDay}`
  },
  noted: (many) => ({
    head: 'C’est noté',
    line: `Vos ${many} arrivent plus tard.`,
    spoken: `C’est noté. Vos ${many} arrivent plus tard.`,
  }),
  already: (when, total) => {
    const line = when === undefined ? 'Une seule fois suffit.' : `À nouveau dès ${again(when)}`
    return {
      head: 'Déjà ajouté',
      line,
      spoken: `C’est déjà ajouté. ${sentence(line)}${total === undefined ? '' : ` Vous avez ${total}.`}`,
    }
  },
  notYet: (when) => {
    const line = when === undefined ? 'Revenez plus tard.' : `Possible ${from(when)}`
    return { head: 'Pas encore', line, spoken: `Pas encore. ${sentence(line)}` }
  },
  over: (when) => {
    const line = when === undefined ? 'Ce n’est plus possible.' : `Possible ${until(when)}`
    const spoken = when === undefined ? line : `C’était possible ${until(when)}.`
    return { head: 'C’est fini', line, spoken: `C’est fini. ${spoken}` }
  },
  askDesk: () => ({
    head: 'Demandez à l’accueil',
    line: 'On vous y aide.',
    spoken: 'Demandez à l’accueil. On vous y aide.',
  }),
  holdStill: () => ({
    head: 'Ne bougez pas la carte',
    line: 'Une seconde suffit.',
    spoken: 'Ne bougez pas la carte.',
  }),
  oneCard: () => ({
    head: 'Une carte à la fois',
    line: 'Gardez l’autre à part.',
    spoken: 'Une carte à la fois.',
  }),
  notAPass: () => ({
    head: 'Prenez votre carte',
    line: 'Pas de téléphone ni de carte bancaire.',
    spoken: 'Prenez votre carte. Pas de téléphone ni de carte bancaire.',
  }),
  balance: (many, total, next) => {
    const line = next === undefined ? 'Rien à gagner maintenant.' : `À nouveau ${from(next)}`
    return { head: `Vos ${many}`, line, spoken: `Vous avez ${total}. ${sentence(line)}` }
  },
  nothingOn: (next) => {
    const line = next === undefined ? 'Revenez plus tard.' : `À nouveau ${from(next)}`
    return { head: 'Rien maintenant', line, spoken: `Il n’y a rien maintenant. ${sentence(line)}` }
  },
  notTaken: (many) => ({
    head: 'Pas possible ici',
    line: `Demandez vos ${many} à l’accueil.`,
    spoken: `Ce n’est pas possible ici. Demandez vos ${many} à l’accueil.`,
  }),
  outOfOrder: (many) => ({
    head: 'Hors service',
    line: `Demandez vos ${many} à l’accueil.`,
    spoken: `Cette borne est hors service. Demandez vos ${many} à l’accueil.`,
  }),
  notSetUp: () => ({
    head: 'Bientôt prête',
    line: 'Cette borne démarre bientôt.',
    spoken: 'Cette borne n’est pas encore prête.',
  }),
  holdCard: 'Posez votre carte ici',
  seePoints: (many) => `Voir vos ${many}`,
  until,
  offline: (many) => `Pas de connexion. Vos ${many} suivront.`,
  offlineNothingOn: 'Pas de connexion.',
  clockWrong: (many) => `L’heure est fausse. Vos ${many} suivront.`,
  pillar: (name) => `Borne ${name}`,
  helpLine: (line) => `aide : ${line}`,
  why: {
    'no-reader': 'le lecteur ne répond pas',
    'not-set-up': 'pas encore installée',
    'journal-full': 'la mémoire est pleine',
    storage: 'le stockage est en panne',
  },
}
