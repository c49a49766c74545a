import t from 'tap'
import { LANGUAGES } from '@spaarzuil/shared/languages.js'
import { lostPicture, picture, titleSize } from './render.js'
import { standing } from './stack.js'
import { READY, SCENES, shownIn, STAMPS } from './testing/samples.js'

const nl = (change: Parameters<typeof shownIn>[1] = {}): string => picture(shownIn('nl', change)).html
const scene = (name: string): string => nl(SCENES[name])
/** What a person reads, in reading order. */
const words = (html: string): string =>
  html
    .replaceAll(/<svg[\s\S]*?<\/svg>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

t.test('each state says what it has to say', async (t) => {
  const table: Readonly<Record<string, string>> = {
    ready:
      'Linderpas 19:42 Spaar 1 punt Jazz in de foyer Theater De Kaai sparen kan tot 23:30 Hou je pas hier',
    'ready-blind':
      'Linderpas Spaar hier Je punten volgen later. Geen verbinding. Sparen kan, je punten volgen. Hou je pas hier',
    'ready-clock-wrong':
      'Linderpas Spaar 1 punt Jazz in de foyer Theater De Kaai sparen kan tot 23:30 De klok klopt niet. Sparen kan, je punten volgen. Hou je pas hier',
    read: 'Linderpas 19:42 Spaar 1 punt Jazz in de foyer Theater De Kaai sparen kan tot 23:30 Pas gelezen',
    saved: 'Linderpas 19:42 Gespaard +1 punt 37 punten Hou je pas hier',
    'saved-late': 'Linderpas 19:42 Gespaard +1 punt 39 punten Ook 2 punten sinds 2 nov Hou je pas hier',
    festive: 'Linderpas 19:42 Proficiat! +1 punt 40 punten Hou je pas hier',
    noted: 'Linderpas 19:42 Genoteerd Je punten volgen later. Hou je pas hier',
    already: 'Linderpas 19:42 Al gespaard Weer vanaf morgen 37 punten Hou je pas hier',
    'already-once': 'Linderpas 19:42 Al gespaard Dit kan maar één keer. Hou je pas hier',
    'not-yet': 'Linderpas 19:42 Nog niet Sparen kan vanaf 23:30 36 punten Hou je pas hier',
    over: 'Linderpas 19:42 Voorbij Sparen kon tot 18:00 36 punten Hou je pas hier',
    'ask-desk': 'Linderpas 19:42 Vraag het aan de balie Daar helpen ze je graag. Hou je pas hier',
    'hold-still': 'Linderpas 19:42 Hou je pas even stil Eén tel is genoeg. Hou je pas hier',
    'one-card': 'Linderpas 19:42 Eén pas tegelijk Hou de andere even weg. Hou je pas hier',
    'not-a-pass': 'Linderpas 19:42 Gebruik je pas Geen telefoon, geen bankkaart. Hou je pas hier',
    balance: 'Linderpas 19:42 Je punten Nu is er niets om te sparen. 36 punten Hou je pas hier',
    'nothing-on': 'Linderpas 19:42 Nu is er niets Weer om 23:30 Bekijk je punten',
    'nothing-on-message': 'Linderpas 19:42 Nu is er niets Weer maandag om 10:00 Hou je pas hier',
    'nothing-on-offline': 'Linderpas 19:42 Nu is er niets Kom later terug. Geen verbinding.',
    'not-taken': 'Linderpas 19:42 Dit lukt nu niet Vraag je punten aan de balie. Hou je pas hier',
    'out-of-order':
      'Linderpas 19:42 Even buiten dienst Vraag je punten aan de balie. Zuil Inkom links · hulp: toestel 41 de lezer antwoordt niet',
  }
  for (const [name, text] of Object.entries(table)) t.equal(words(scene(name)), text, name)
})

t.test(
  'every scene renders in every language, without inline style or script, and always alike',
  async (t) => {
    for (const language of LANGUAGES)
      for (const [name, change] of Object.entries(SCENES)) {
        const shown = shownIn(language, change)
        const { html, state } = picture(shown)
        t.equal(picture(shown).html, html, `${name}, ${language}: the same value, the same picture`)
        t.ok(
          html.startsWith(`<div class="screen `) && html.includes(`data-state="${state}" lang="${language}"`),
        )
        t.notMatch(html, /\sstyle=|<script|\son\w+=|undefined|NaN|\[object/, `${name}, ${language}`)
      }
  },
)

t.test('what others wrote is text, never markup', async (t) => {
  const evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
  const html = nl({
    brand: {
      name: evil,
      unit: { ...STAMPS, nl: { one: evil, many: evil } },
      primary: '"><b>',
      logo: `javascript:${evil}`,
    },
    idle: { kind: 'ready', title: { nl: evil }, organiser: evil, points: 1 },
  })
  t.notMatch(html, /<script|<img|<b>/)
  t.match(html, '&lt;script>alert(1)')
  const broken = nl({ idle: { kind: 'out-of-order', why: 'storage', pillarName: evil, helpLine: evil } })
  t.notMatch(broken, /<script|<img/)
})

t.test('a logo is shown when it is a picture in itself, with the name as its text', async (t) => {
  const logo = 'data:image/png;base64,AAAA'
  t.match(nl({ brand: { name: 'Linderpas', unit: STAMPS, logo } }), `<img src="${logo}" alt="Linderpas"/>`)
  for (const foreign of ['https://example.org/a.png', 'data:text/html,x', '//example.org/a.png'])
    t.notMatch(nl({ brand: { name: 'Linderpas', unit: STAMPS, logo: foreign } }), /<img/, foreign)
})

t.test(
  'the stack tells the balance: drums of the current ten, the new ones yellow, a full ten crowned',
  async (t) => {
    t.strictSame([0, 1, 9, 10, 11, 37, 40].map(standing), [0, 1, 9, 10, 1, 7, 10])
    const count = (html: string, look: string): number => html.split(`<rect class="${look}`).length - 1
    const saved = scene('saved')
    t.strictSame([count(saved, 'drum"'), count(saved, 'fresh'), count(saved, 'empty')], [1 + 6, 1, 3])
    const two = nl({ message: { kind: 'saved', points: 2, balance: 37 } })
    t.strictSame([count(two, 'drum"'), count(two, 'fresh'), count(two, 'empty')], [1 + 5, 2, 3])
    const festive = scene('festive')
    t.strictSame([count(festive, 'fresh'), count(festive, 'empty')], [10, 0])
    t.match(festive, '<path class="fresh"')
    const already = scene('already')
    t.strictSame([count(already, 'drum"'), count(already, 'fresh'), count(already, 'empty')], [1 + 7, 0, 3])
    t.strictSame([count(scene('noted'), 'promised'), count(scene('noted'), 'fresh')], [1, 0])
    const many = nl({ message: { kind: 'saved', points: 25, balance: 31 } })
    t.strictSame([count(many, 'drum"'), count(many, 'fresh')], [1, 1], 'more points than the ten holds')
  },
)

t.test('a card just read changes the band and the drum, whatever the pillar waited for', async (t) => {
  t.match(scene('read'), /data-state="read".*class="fresh arriving".*class="band is-read"/s)
  const nothing = nl({ idle: { kind: 'nothing-on' }, message: { kind: 'read' } })
  t.match(words(nothing), 'Nu is er niets')
  t.match(words(nothing), 'Pas gelezen')
})

t.test('a ribbon stands only where taps count, and a missing line comes before a wrong clock', async (t) => {
  t.equal(nl({ line: 'offline', clock: 'wrong' }).split('class="ribbon"').length - 1, 1)
  t.match(words(nl({ line: 'offline', clock: 'wrong' })), 'Geen verbinding')
  t.notMatch(
    nl({ line: 'offline', idle: { kind: 'out-of-order', why: 'no-reader', pillarName: 'x' } }),
    /ribbon/,
  )
  t.notMatch(nl(), /ribbon/)
})

t.test('long titles and wide numbers are set smaller instead of cut', async (t) => {
  t.strictSame(
    ['Jazz in de foyer', 'Open atelier keramiek voor beginners', 'Straßenmusikantenfest', 'a'.repeat(80)].map(
      titleSize,
    ),
    ['short', 'long', 'longest', 'longest'],
  )
  const size = (name: string): string => /is-sum (\w+)/.exec(scene(name))?.[1] ?? ''
  t.strictSame(
    ['saved', 'saved-hundreds', 'saved-stamps', 'saved-thousands', 'saved-ten-thousands'].map(size),
    ['fits', 'fits', 'fits', 'wide', 'widest'],
  )
})

t.test('a page without its kiosk falls back to a calm picture in the same language', async (t) => {
  const lost = lostPicture(shownIn('de', { message: { kind: 'saved', points: 1, balance: 37 } }))
  t.equal(lost.state, 'out-of-order')
  t.equal(words(lost.html), 'Linderpas Außer Betrieb Ihre Punkte gibt es am Schalter.')
})

t.test('an event without organiser or end has no empty line', async (t) => {
  t.notMatch(
    nl({ idle: { kind: 'ready', title: READY.kind === 'ready' ? READY.title : {}, points: 1 } }),
    /class="small/,
  )
})
