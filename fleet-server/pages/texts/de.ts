import { LIMITS } from '@spaarzuil/shared/contract/limits.js'
import type { Told, ToldConcern, Words } from './wording.js'

export const de: Words = {
  language: 'Deutsch',
  languages: 'Sprache',
  title: 'Säulen',
  skip: 'Zu den Säulen',
  ready: (ready, all) =>
    all === 1
      ? ready === 1
        ? 'Die Säule ist bereit.'
        : 'Die Säule ist nicht bereit.'
      : `${ready} von ${all} Säulen bereit.`,
  lookAt: (count) =>
    count === 1 ? '1 Säule braucht Aufmerksamkeit.' : `${count} Säulen brauchen Aufmerksamkeit.`,
  allWell: 'Alles läuft.',
  noPillars: 'Es gibt noch keine Säulen. Legen Sie die erste an und nehmen Sie sie in Betrieb.',
  noneFound: 'Keine Säule mit diesem Namen.',
  morePillars: (count) => `Noch ${count} Säulen. Suchen Sie nach dem Namen, um sie zu sehen.`,
  overview: 'Alle Säulen, nach Ort',
  attention: 'Braucht Aufmerksamkeit',
  moreConcerns: (count) => `Und ${count} weitere: siehe die Tabelle unten.`,
  concern,
  stand: {
    ready: 'Bereit',
    look: 'Bereit, nachsehen',
    'no-connection': 'Keine Verbindung',
    'out-of-order': 'Außer Betrieb',
    blocked: 'Gesperrt',
  },
  since: (time) => `seit ${time}`,
  neverHeard: 'noch nie verbunden',
  columns: {
    pillar: 'Säule',
    stand: 'Zustand',
    counts: 'Zählt jetzt für',
    last: 'Letzter Check-in',
    waiting: 'Wartet noch',
    devices: 'Geräte',
  },
  until: (time, next) => `bis ${time}, danach ${next ?? 'nichts'}`,
  again: (time, next) => (next === undefined ? `wieder ${time}` : `wieder ${time}: ${next}`),
  none: 'nichts',
  unseen: 'nicht sichtbar',
  noCheckIn: 'noch keiner',
  device: { reader: 'Leser', lights: 'Licht', sound: 'Ton', screen: 'Bildschirm', display: 'Textanzeige' },
  deviceState: { ready: 'in Ordnung', missing: 'nicht gefunden', failing: 'gestört' },
  search: 'Säule oder Ort suchen',
  searchExample: 'Zum Beispiel Foyer',
  cardSystem: 'Kartensystem',
  allCardSystems: 'Alle Kartensysteme',
  find: 'Suchen',
  showAll: 'Alle zeigen',
  checkIns: 'Letzte Check-ins',
  checkInColumns: {
    time: 'Zeit',
    pillar: 'Säule',
    event: 'Veranstaltung',
    verdict: 'Ergebnis',
    points: 'Punkte',
  },
  noCheckIns: 'Noch keine Check-ins. Sie erscheinen hier, sobald jemand eine Karte vorhält.',
  arrived: (time) => `eingetroffen ${time}`,
  timeUnknown: 'Zeit unbekannt',
  granted: 'Gespart',
  takenBack: 'Gespart, später zurückgenommen',
  refused: {
    'limit-reached': 'Für diese Veranstaltung schon gespart',
    'too-early': 'Zu früh: noch nicht möglich',
    'too-late': 'Zu spät: nicht mehr möglich',
    'nothing-on': 'Es lief nichts',
    'event-cancelled': 'Die Veranstaltung fällt aus',
    'card-unknown': 'Karte unbekannt',
    'card-blocked': 'Karte gesperrt',
    'card-deleted': 'Karte gelöscht',
    'card-without-passholder': 'Karte ohne Inhaber',
  },
  held: 'Wartet auf Sie',
  heldBecause: {
    'seal-broken': {
      what: 'Das Siegel passt nicht.',
      todo: 'Geben Sie die Punkte am Schalter, und lassen Sie die Säule prüfen.',
    },
    'seal-key-unknown': {
      what: 'Der Schlüssel des Siegels fehlt auf dem Server.',
      todo: 'Legen Sie den alten Schlüssel zurück; dann kann noch entschieden werden.',
    },
    'clock-unknown': {
      what: 'Der Zeitpunkt ist nicht festzustellen.',
      todo: 'Löst sich, sobald die Säule die Zeit kennt. Sonst: Punkte am Schalter geben.',
    },
    'event-unknown': {
      what: 'Der Server kennt diese Veranstaltung nicht.',
      todo: 'Lesen Sie die Veranstaltungen neu ein; dann wird von selbst entschieden.',
    },
  },
  redecided: `wird von selbst entschieden, wenn die Karte binnen ${LIMITS.redecideDays} Tagen bekannt wird`,
  live: 'Live',
  lost: 'Nicht mehr live: Der Server antwortet nicht. Diese Seite versucht es weiter.',
  still: 'Diese Seite erneuert sich nicht von selbst: Laden Sie sie für den neuesten Stand neu.',
}

const DEVICE = {
  reader: 'Einer der Leser',
  lights: 'Das Licht',
  sound: 'Der Ton',
  screen: 'Der Bildschirm',
  display: 'Die Textanzeige',
} as const

const checkIns = ({ count, number }: ToldConcern): string =>
  count === 1 ? '1 Check-in' : `${number} Check-ins`

// oxlint-disable-next-line complexity -- a flat list with one line per concern is as simple as this gets
function concern(told: ToldConcern): Told {
  const { since, title, other, count } = told
  switch (told.kind) {
    case 'reader-gone':
      return {
        what: `Der Leser antwortet nicht seit ${since}. Besucher sehen, dass die Säule außer Betrieb ist.`,
        todo: 'Stecken Sie das Kabel des Lesers neu ein. Hilft das nicht, starten Sie die Säule neu.',
      }
    case 'journal-full':
      return {
        what: `Das Journal der Säule ist voll: ${checkIns(told)} warten. Sparen ist nicht mehr möglich.`,
        todo: 'Verbinden Sie die Säule; dann sendet sie alles.',
      }
    case 'check-ins-lost':
      return {
        what: `Die Säule hat durch einen Speicherfehler ${checkIns(told)} verloren.`,
        todo: 'Ersetzen Sie die Speicherkarte, und geben Sie Punkte am Schalter, wenn jemand fragt.',
      }
    case 'offline':
      return {
        what: `Keine Verbindung seit ${since}. Die Säule notiert weiter; nichts geht verloren.`,
        todo: 'Prüfen Sie Strom und Netz der Säule.',
      }
    case 'never-heard':
      return {
        what: 'Die Säule hat sich noch nie gemeldet.',
        todo: 'Nehmen Sie sie mit dem Geheimnis in Betrieb, das beim Anlegen gezeigt wurde.',
      }
    case 'journal-filling':
      return {
        what: `Das Journal wird voll: ${checkIns(told)} warten, Platz ist für ${LIMITS.journalEntries / 1000} Tausend.`,
        todo: 'Verbinden Sie die Säule; dann sendet sie alles.',
      }
    case 'not-settling':
      return {
        what: `${checkIns(told)} ${count === 1 ? 'wartet' : 'warten'} seit ${since}, obwohl Verbindung besteht.`,
        todo: 'Starten Sie die Säule neu. Hilft das nicht, lesen Sie das Protokoll des Servers.',
      }
    case 'set-aside':
      return {
        what: `${checkIns(told)} ${count === 1 ? 'wurde' : 'wurden'} auf der Säule beiseitegelegt: Der Server konnte sie so nicht annehmen.`,
        todo: 'Lassen Sie einen Techniker nachsehen.',
      }
    case 'device':
      return {
        what: `${DEVICE[told.device]} antwortet nicht seit ${since}. Sparen geht weiter.`,
        todo: 'Prüfen Sie das Kabel.',
      }
    case 'clock-unsure':
      return {
        what: 'Die Uhr der Säule ist nicht gestellt. Sparen geht weiter; der Server errechnet den Zeitpunkt.',
        todo: 'Prüfen Sie, ob die Säule einen Zeitserver erreicht.',
      }
    case 'no-counter':
      return {
        what: 'Die Säule gehört zu keinem Schalter und zählt daher für nichts.',
        todo: 'Weisen Sie sie einem Schalter zu.',
      }
    case 'tie':
      return {
        what: `Die Säule zählt für „${title}“, aber „${other}“ kommt ebenso in Frage.`,
        todo: 'Legen Sie fest, welche von beiden es ist.',
      }
    case 'pin-closed':
      return {
        what: `„${other}“ ist festgelegt, aber Check-ins sind jetzt nicht möglich.`,
        todo: 'Wählen Sie eine andere Veranstaltung, oder lassen Sie die Säule wählen.',
      }
  }
}
