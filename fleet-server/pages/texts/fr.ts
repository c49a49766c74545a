import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import type { Told, ToldConcern, Words } from './wording.js'

export const fr: Words = {
  language: 'Français',
  languages: 'Langue',
  title: 'Bornes',
  skip: 'Aller aux bornes',
  ready: (ready, all) =>
    all === 1
      ? ready === 1
        ? 'La borne est prête.'
        : 'La borne n’est pas prête.'
      : `${ready} bornes prêtes sur ${all}.`,
  lookAt: (count) =>
    count === 1 ? '1 borne demande votre attention.' : `${count} bornes demandent votre attention.`,
  allWell: 'Tout va bien.',
  noPillars: 'Il n’y a pas encore de borne. Créez la première et mettez-la en service.',
  noneFound: 'Aucune borne de ce nom.',
  morePillars: (count) => `Encore ${count} bornes. Cherchez par nom pour les voir.`,
  overview: 'Toutes les bornes, par lieu',
  attention: 'À voir',
  moreConcerns: (count) => `Et ${count} de plus : voir le tableau ci-dessous.`,
  concern,
  stand: {
    ready: 'Prête',
    look: 'Prête, à vérifier',
    'no-connection': 'Hors ligne',
    'out-of-order': 'Hors service',
    blocked: 'Bloquée',
  },
  since: (time) => `depuis ${time}`,
  neverHeard: 'jamais connectée',
  columns: {
    pillar: 'Borne',
    stand: 'État',
    counts: 'Compte pour',
    last: 'Dernier check-in',
    waiting: 'En attente',
    devices: 'Appareils',
  },
  until: (time, next) => `jusqu’à ${time}, puis ${next ?? 'rien'}`,
  again: (time, next) => (next === undefined ? `de nouveau ${time}` : `de nouveau ${time} : ${next}`),
  none: 'aucun',
  unseen: 'invisible',
  noCheckIn: 'aucun encore',
  device: { reader: 'lecteur', lights: 'lumières', sound: 'son', screen: 'écran', display: 'afficheur' },
  deviceState: { ready: 'en ordre', missing: 'introuvable', failing: 'en panne' },
  search: 'Chercher une borne ou un lieu',
  searchExample: 'Par exemple foyer',
  cardSystem: 'Système de cartes',
  allCardSystems: 'Tous les systèmes',
  find: 'Chercher',
  showAll: 'Tout montrer',
  checkIns: 'Derniers check-ins',
  checkInColumns: {
    time: 'Heure',
    pillar: 'Borne',
    event: 'Activité',
    verdict: 'Résultat',
    points: 'Points',
  },
  noCheckIns: 'Pas encore de check-in. Ils apparaissent ici dès qu’une carte est présentée.',
  arrived: (time) => `reçu ${time}`,
  timeUnknown: 'heure inconnue',
  granted: 'Épargné',
  takenBack: 'Épargné, repris ensuite',
  refused: {
    'limit-reached': 'Déjà épargné pour cette activité',
    'too-early': 'Trop tôt : ce n’était pas encore ouvert',
    'too-late': 'Trop tard : c’était terminé',
    'nothing-on': 'Aucune activité en cours',
    'event-cancelled': 'L’activité est annulée',
    'card-unknown': 'Carte inconnue',
    'card-blocked': 'Carte bloquée',
    'card-deleted': 'Carte supprimée',
    'card-without-passholder': 'Carte sans titulaire',
  },
  held: 'Vous attend',
  heldBecause: {
    'seal-broken': {
      what: 'Le scellé ne correspond pas.',
      todo: 'Donnez les points au guichet et faites vérifier la borne par un technicien.',
    },
    'seal-key-unknown': {
      what: 'La clé du scellé manque sur le serveur.',
      todo: 'Remettez l’ancienne clé ; le check-in pourra alors être décidé.',
    },
    'clock-unknown': {
      what: 'Le moment ne peut être établi.',
      todo: 'Se règle dès que la borne connaît l’heure. Sinon : donnez les points au guichet.',
    },
    'event-unknown': {
      what: 'Le serveur ne connaît pas cette activité.',
      todo: 'Importez de nouveau les activités ; le check-in sera décidé tout seul.',
    },
  },
  redecided: `décidé tout seul si la carte devient connue dans les ${LIMITS.redecideDays} jours`,
  live: 'En direct',
  lost: 'Plus en direct : le serveur ne répond pas. Cette page continue d’essayer.',
  still: 'Cette page ne se met pas à jour seule : rechargez-la pour voir le dernier état.',
}

const DEVICE = {
  reader: 'Un des lecteurs ne répond plus',
  lights: 'Les lumières ne répondent plus',
  sound: 'Le son ne répond plus',
  screen: 'L’écran ne répond plus',
  display: 'L’afficheur ne répond plus',
} as const

const checkIns = ({ count, number }: ToldConcern): string =>
  count === 1 ? '1 check-in' : `${number} check-ins`

// oxlint-disable-next-line complexity -- a flat list with one line per concern is as simple as this gets
function concern(told: ToldConcern): Told {
  const { since, title, other } = told
  switch (told.kind) {
    case 'reader-gone':
      return {
        what: `Le lecteur ne répond plus depuis ${since}. Les visiteurs voient que la borne est hors service.`,
        todo: 'Rebranchez le câble du lecteur. Si cela n’aide pas, redémarrez la borne.',
      }
    case 'journal-full':
      return {
        what: `Le journal de la borne est plein : ${checkIns(told)} en attente. On ne peut plus épargner.`,
        todo: 'Rétablissez la connexion ; la borne enverra tout.',
      }
    case 'check-ins-lost':
      return {
        what: `La borne a perdu ${checkIns(told)} par une panne de stockage.`,
        todo: 'Remplacez la carte mémoire et donnez les points au guichet à qui les demande.',
      }
    case 'offline':
      return {
        what: `Hors ligne depuis ${since}. La borne continue de noter ; rien n’est perdu.`,
        todo: 'Vérifiez le courant et le réseau de la borne.',
      }
    case 'never-heard':
      return {
        what: 'La borne ne s’est jamais connectée.',
        todo: 'Mettez-la en service avec le secret montré à sa création.',
      }
    case 'journal-filling':
      return {
        what: `Le journal se remplit : ${checkIns(told)} en attente, pour ${LIMITS.journalEntries / 1000} mille places.`,
        todo: 'Rétablissez la connexion ; la borne enverra tout.',
      }
    case 'not-settling':
      return {
        what: `${checkIns(told)} en attente depuis ${since}, bien que la borne soit connectée.`,
        todo: 'Redémarrez la borne. Si cela n’aide pas, lisez le journal du serveur.',
      }
    case 'set-aside':
      return {
        what: `Mis de côté sur la borne : ${checkIns(told)} que le serveur n’a pas pu accepter.`,
        todo: 'Faites vérifier par un technicien.',
      }
    case 'device':
      return {
        what: `${DEVICE[told.device]} depuis ${since}. On peut toujours épargner.`,
        todo: 'Vérifiez le câble.',
      }
    case 'clock-unsure':
      return {
        what: 'L’horloge de la borne n’est pas à l’heure. On peut toujours épargner ; le serveur rétablit le moment.',
        todo: 'Vérifiez que la borne atteint un serveur de temps.',
      }
    case 'no-counter':
      return {
        what: 'La borne n’appartient à aucun guichet et ne compte donc pour rien.',
        todo: 'Attribuez-la à un guichet.',
      }
    case 'tie':
      return {
        what: `La borne compte pour « ${title} », mais « ${other} » convient tout autant.`,
        todo: 'Fixez celle des deux qui a lieu.',
      }
    case 'pin-closed':
      return {
        what: `« ${other} » est fixée, mais l’on ne peut pas s’inscrire maintenant.`,
        todo: 'Choisissez une autre activité, ou laissez choisir la borne.',
      }
  }
}
