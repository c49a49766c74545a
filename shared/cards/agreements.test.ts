import * as fc from 'fast-check'
import t from 'tap'
import { openAgreements } from './agreements.js'

t.test('what was used last is remembered longest', async (t) => {
  const agreements = openAgreements<string>({ total: 3, perPillar: 2 })
  agreements.put('a', '1', 'a1')
  agreements.put('a', '2', 'a2')
  t.equal(agreements.get('a', '1'), 'a1')
  agreements.put('a', '3', 'a3')
  t.strictSame(
    ['1', '2', '3'].map((key) => agreements.get('a', key)),
    ['a1', undefined, 'a3'],
  )
  agreements.put('b', '1', 'b1')
  agreements.put('c', '1', 'c1')
  t.equal(agreements.size(), 3)
  t.equal(agreements.get('a', '1'), undefined, 'the oldest of the pillar that was silent longest goes')
  t.strictSame([agreements.get('b', '1'), agreements.get('c', '1')], ['b1', 'c1'])
  agreements.put('c', '1', 'again')
  t.equal(agreements.size(), 3)
})

t.test('limits hold whatever comes', async () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.boolean()), { maxLength: 200 }), (steps) => {
      const agreements = openAgreements<number>({ total: 7, perPillar: 3 })
      let last = 0
      for (const [pillar, key, put] of steps) {
        if (put) agreements.put(`${pillar}`, `${key}`, (last += 1))
        else agreements.get(`${pillar}`, `${key}`)
        if (put && agreements.get(`${pillar}`, `${key}`) !== last) return false
        if (agreements.size() > 7) return false
      }
      return true
    }),
  )
})
