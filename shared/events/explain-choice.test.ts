import t from 'tap'
import { alwaysOn, at, choose, pin, timed, wholeDay } from '../testing/choices.js'
import { instant } from '../time.js'
import type { Choice } from './choose.js'
import { explainChoice } from './explain-choice.js'

const a = timed('a', '13:00')
const b = timed('b', '14:00', false)
const late = timed('late', '20:00')

t.test('staff read why', async (t) => {
  const until = { until: at('23:00') }
  const table: readonly (readonly [Choice, string, string])[] = [
    [
      choose([a, b], { pins: [pin('counter', 'b')] }),
      'vastgezet door de balie op 3 mei',
      'pinned by the counter on 3 May',
    ],
    [
      choose([a, b], {
        pins: [pin('administrator', 'b', { ...until, since: instant(at('08:00') - 86_400_000) })],
      }),
      'vastgezet door de beheerder op 2 mei, tot 3 mei 23:00',
      'pinned by the administrator on 2 May, until 3 May 23:00',
    ],
    [
      choose([a, b], { pins: [pin('roster', 'b', until)] }),
      'op het rooster vanaf 3 mei 08:00, tot 3 mei 23:00',
      'on the roster from 3 May 08:00, until 3 May 23:00',
    ],
    [choose([a]), 'het enige evenement dat bezig is', 'the only event that is on'],
    [
      choose([a, timed('c', '15:00')]),
      'dichtstbijzijnde startuur: 13:00, 2 kandidaten',
      'nearest start: 13:00, 2 candidates',
    ],
    [
      choose([a, timed('c', '13:00')]),
      'dichtstbijzijnde startuur: 13:00, 2 kandidaten; even dichtbij: Circus. Zet er een vast als dit het verkeerde is',
      'nearest start: 13:00, 2 candidates; as near as Circus: pin one of them if this is the wrong one',
    ],
    [
      choose([alwaysOn('a'), wholeDay('x')]),
      'geen startuur, 2 kandidaten; ook zonder startuur: x. Zet er een vast als dit het verkeerde is',
      'no start hour, 2 candidates; nor has x: pin one of them if this is the wrong one',
    ],
    [choose([]), 'er is niets bezig', 'nothing is on'],
    [choose([late]), 'er is niets bezig; opnieuw op 3 mei 15:00', 'nothing is on; next on 3 May 15:00'],
    [
      choose([late], { pins: [pin('counter', 'late')], strict: true }),
      'er is niets bezig: het evenement is vastgezet door de balie op 3 mei, maar inchecken kan nu niet; ' +
        'opnieuw op 3 mei 15:00',
      'nothing is on: the event is pinned by the counter on 3 May, and it is not open for check-in now; ' +
        'next on 3 May 15:00',
    ],
  ]
  const titleOf = (eventId: string): string | undefined => (eventId === 'c' ? 'Circus' : undefined)
  for (const [choice, dutch, english] of table) {
    t.equal(explainChoice(choice, { language: 'nl', zone: 'Europe/Brussels', titleOf }), dutch)
    t.equal(explainChoice(choice, { language: 'en', zone: 'Europe/Brussels', titleOf }), english)
  }
})

t.test('an event is named by its id where no title is known', async (t) => {
  const words = explainChoice(choose([a, timed('c', '13:00')]), { language: 'en', zone: 'Europe/Brussels' })
  t.match(words, 'as near as c:')
})

t.test('French and German counters read the reason in their own language', async (t) => {
  const facts = { zone: 'Europe/Brussels', titleOf: () => 'Circus' } as const
  const rivals = choose([a, timed('c', '13:00')])
  t.match(explainChoice(rivals, { ...facts, language: 'fr' }), 'tout aussi proche : Circus')
  t.match(explainChoice(rivals, { ...facts, language: 'de' }), 'ebenso nah: Circus')
  t.equal(explainChoice(choose([]), { ...facts, language: 'fr' }), 'aucune activité en cours')
  t.equal(explainChoice(choose([]), { ...facts, language: 'de' }), 'es läuft nichts')
})
