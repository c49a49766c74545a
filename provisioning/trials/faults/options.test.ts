import t from 'tap'
import { openDice } from './dice.js'
import { KINDS } from './kinds/kinds.js'
import { parseOptions } from './options.js'
import { openPast } from './world/past.js'

t.test('what is asked of a run', async (t) => {
  t.match(parseOptions([], 7), { runs: 50, seed: 7, kinds: KINDS, json: false })
  t.match(parseOptions(['--runs', '3', '--seed', '9', '--kinds', 'clock-1970,pillar-kill', '--json'], 7), {
    runs: 3,
    seed: 9,
    kinds: [{ name: 'pillar-kill' }, { name: 'clock-1970' }],
    json: true,
  })
  for (const words of [
    ['--runs', 'many'],
    ['--runs', '99999'],
    ['--kinds', 'earthquake'],
    ['--run'],
    ['50'],
    ['--help'],
  ])
    t.equal(parseOptions(words, 7), undefined, words.join(' '))
})

t.test('every kind has a name of its own', async (t) => {
  t.equal(new Set(KINDS.map(({ name }) => name)).size, KINDS.length)
})

t.test('the same seed throws the same', async (t) => {
  const thrown = (seed: number) => {
    const dice = openDice(seed)
    return [
      dice.between(3, 9),
      dice.chance(0.5),
      dice.one('abcdef'.split('')),
      dice.shuffled([1, 2, 3, 4, 5]),
    ]
  }
  t.strictSame(thrown(5), thrown(5))
  t.notSame(thrown(5), thrown(6))
  t.strictSame(
    openDice(1)
      .shuffled([1, 2, 3, 4, 5])
      .toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5],
  )
  const range = Array.from({ length: 200 }, (_, seed) => openDice(seed).between(2, 4))
  t.ok(range.every((number) => number >= 2 && number <= 4))
})

t.test('the past reaches back over many messages, and knows only check-ins', async (t) => {
  const past = openPast()
  const remember = (name: string, topic = 'x/up/check-ins'): void => {
    past.remember('hall', { topic, payload: Buffer.from(name) })
  }
  remember('hello', 'x/up/hello')
  for (let n = 0; n < 9_000; n += 1) remember(String(n))
  const told = past.shuffled('hall', 9_000, openDice(1)).map(({ payload }) => payload.toString())
  t.ok(told.length > 1_000 && told.length <= 2_000)
  t.notOk(told.includes('hello'))
  t.ok(
    told.includes('8999') && told.some((name) => Number(name) < 1_000),
    'the newest, and some of the oldest',
  )
  t.strictSame(past.shuffled('stairs', 5, openDice(1)), [])
})
