import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import type { Told, ToldConcern, Words } from './wording.js'

export const nl: Words = {
  language: 'Nederlands',
  languages: 'Taal',
  title: 'Zuilen',
  skip: 'Naar de zuilen',
  ready: (ready, all) =>
    all === 1
      ? ready === 1
        ? 'De zuil is klaar om te sparen.'
        : 'De zuil is niet klaar om te sparen.'
      : `${ready} van ${all} zuilen klaar om te sparen.`,
  lookAt: (count) => (count === 1 ? '1 zuil vraagt aandacht.' : `${count} zuilen vragen aandacht.`),
  allWell: 'Alles loopt.',
  noPillars: 'Er zijn nog geen zuilen. Maak de eerste aan en zet ze in dienst.',
  noneFound: 'Geen zuil met die naam.',
  morePillars: (count) => `Nog ${count} zuilen. Zoek op naam om ze te zien.`,
  overview: 'Alle zuilen, per plaats',
  attention: 'Vraagt aandacht',
  moreConcerns: (count) => `En nog ${count}: zie de tabel hieronder.`,
  concern,
  stand: {
    ready: 'Klaar',
    look: 'Klaar, kijk na',
    'no-connection': 'Geen verbinding',
    'out-of-order': 'Buiten dienst',
    blocked: 'Geblokkeerd',
  },
  since: (time) => `sinds ${time}`,
  neverHeard: 'nog nooit verbonden',
  columns: {
    pillar: 'Zuil',
    stand: 'Stand',
    counts: 'Telt nu voor',
    last: 'Laatste check-in',
    waiting: 'Wacht nog',
    devices: 'Onderdelen',
  },
  until: (time, next) => `tot ${time}, daarna ${next ?? 'niets'}`,
  again: (time, next) => (next === undefined ? `weer ${time}` : `weer ${time}: ${next}`),
  none: 'niets',
  unseen: 'niet te zien',
  noCheckIn: 'nog geen',
  device: { reader: 'lezer', lights: 'licht', sound: 'geluid', screen: 'scherm', display: 'tekstscherm' },
  deviceState: { ready: 'in orde', missing: 'niet gevonden', failing: 'hapert' },
  search: 'Zoek een zuil of een plaats',
  searchExample: 'Bijvoorbeeld foyer',
  cardSystem: 'Kaartsysteem',
  allCardSystems: 'Alle kaartsystemen',
  find: 'Zoek',
  showAll: 'Toon alles',
  checkIns: 'Laatste check-ins',
  checkInColumns: { time: 'Tijd', pillar: 'Zuil', event: 'Evenement', verdict: 'Uitkomst', points: 'Punten' },
  noCheckIns: 'Nog geen check-ins. Ze verschijnen hier zodra iemand een pas voorhoudt.',
  arrived: (time) => `binnengekomen ${time}`,
  timeUnknown: 'tijd onbekend',
  granted: 'Gespaard',
  takenBack: 'Gespaard, later teruggenomen',
  refused: {
    'limit-reached': 'Al gespaard voor dit evenement',
    'too-early': 'Te vroeg: inchecken kon nog niet',
    'too-late': 'Te laat: inchecken kon niet meer',
    'nothing-on': 'Er was niets bezig',
    'event-cancelled': 'Het evenement gaat niet door',
    'card-unknown': 'Pas onbekend',
    'card-blocked': 'Pas geblokkeerd',
    'card-deleted': 'Pas verwijderd',
    'card-without-passholder': 'Pas zonder pashouder',
  },
  held: 'Wacht op u',
  heldBecause: {
    'seal-broken': {
      what: 'De verzegeling klopt niet.',
      todo: 'Geef de punten aan de balie, en laat een technicus de zuil nakijken.',
    },
    'seal-key-unknown': {
      what: 'De sleutel waarmee verzegeld is, ontbreekt op de server.',
      todo: 'Zet de oude sleutel terug; daarna kan de check-in alsnog beslist worden.',
    },
    'clock-unknown': {
      what: 'Het tijdstip is niet te achterhalen.',
      todo: 'Komt in orde zodra de zuil de juiste tijd kent. Anders: geef de punten aan de balie.',
    },
    'event-unknown': {
      what: 'De server kent dit evenement niet.',
      todo: 'Lees de evenementen opnieuw in; de check-in wordt dan vanzelf beslist.',
    },
  },
  redecided: `wordt vanzelf beslist als de pas binnen ${LIMITS.redecideDays} dagen bekend wordt`,
  live: 'Live',
  lost: 'Niet meer live: de server antwoordt niet. Deze pagina blijft het proberen.',
  still: 'Deze pagina ververst niet vanzelf: laad ze opnieuw voor de laatste stand.',
}

const DEVICE = {
  reader: 'Een van de lezers',
  lights: 'Het licht',
  sound: 'Het geluid',
  screen: 'Het scherm',
  display: 'Het tekstscherm',
} as const

const checkIns = ({ count, number }: ToldConcern): string =>
  count === 1 ? '1 check-in' : `${number} check-ins`

// oxlint-disable-next-line complexity -- a flat list with one line per concern is as simple as this gets
function concern(told: ToldConcern): Told {
  const { since, title, other, count } = told
  switch (told.kind) {
    case 'reader-gone':
      return {
        what: `De lezer antwoordt niet sinds ${since}. Bezoekers zien ‘Even buiten dienst’.`,
        todo: 'Steek de kabel van de lezer opnieuw in. Helpt dat niet, herstart dan de zuil.',
      }
    case 'journal-full':
      return {
        what: `Het logboek van de zuil is vol: ${checkIns(told)} wachten. Er kan niet meer gespaard worden.`,
        todo: 'Geef de zuil verbinding; ze stuurt dan alles door.',
      }
    case 'check-ins-lost':
      return {
        what: `De zuil is ${checkIns(told)} kwijt door een fout in haar opslag.`,
        todo: 'Vervang de geheugenkaart, en geef wie zich meldt de punten aan de balie.',
      }
    case 'offline':
      return {
        what: `Geen verbinding sinds ${since}. De zuil noteert verder; er gaat niets verloren.`,
        todo: 'Kijk of de zuil stroom en netwerk heeft.',
      }
    case 'never-heard':
      return {
        what: 'De zuil heeft zich nog nooit gemeld.',
        todo: 'Zet ze in dienst met het geheim dat bij het aanmaken getoond werd.',
      }
    case 'journal-filling':
      return {
        what: `Het logboek loopt vol: ${checkIns(told)} wachten, plaats is er voor ${LIMITS.journalEntries / 1000} duizend.`,
        todo: 'Geef de zuil verbinding; ze stuurt dan alles door.',
      }
    case 'not-settling':
      return {
        what: `${checkIns(told)} ${count === 1 ? 'wacht' : 'wachten'} sinds ${since}, hoewel er verbinding is.`,
        todo: 'Herstart de zuil. Helpt dat niet, kijk dan in het log van de server.',
      }
    case 'set-aside':
      return {
        what: `${checkIns(told)} ${count === 1 ? 'is' : 'zijn'} op de zuil opzijgezet: de server kon ze zo niet aannemen.`,
        todo: 'Laat een technicus ze bekijken.',
      }
    case 'device':
      return {
        what: `${DEVICE[told.device]} antwoordt niet sinds ${since}. Sparen gaat door.`,
        todo: 'Kijk de kabel na.',
      }
    case 'clock-unsure':
      return {
        what: 'De klok van de zuil is niet gelijkgezet. Sparen gaat door; de server rekent het tijdstip na.',
        todo: 'Kijk of de zuil een tijdserver bereikt.',
      }
    case 'no-counter':
      return {
        what: 'De zuil hoort bij geen balie, en telt dus voor niets.',
        todo: 'Wijs ze aan een balie toe.',
      }
    case 'tie':
      return {
        what: `De zuil telt voor ‘${title}’, maar ‘${other}’ komt evengoed in aanmerking.`,
        todo: 'Zet vast welk van de twee het is.',
      }
    case 'pin-closed':
      return {
        what: `‘${other}’ is vastgezet, maar inchecken kan nu niet.`,
        todo: 'Kies een ander evenement, of laat de zuil zelf kiezen.',
      }
  }
}
