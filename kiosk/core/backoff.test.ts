import { assert, double, integer, property } from 'fast-check'
import t from 'tap'
import { minutes, seconds } from '@spaarzuil/shared/time.js'
import { backoffDelay } from './backoff.js'

const BACKOFF = { first: seconds(1), longest: minutes(5) }

t.test('the pause doubles until it is long enough', async (t) => {
  const pauses = [1, 2, 3, 9, 10, 5_000].map((failures) => Number(backoffDelay(BACKOFF, failures, 0)))
  t.strictSame(pauses, [500, 1_000, 2_000, 128_000, 150_000, 150_000])
})

t.test('the dice choose within the upper half, and the longest pause is never exceeded', async (t) => {
  assert(
    property(integer({ min: 1, max: 2_000 }), double({ min: 0, max: 0.999, noNaN: true }), (n, dice) => {
      const pause = backoffDelay(BACKOFF, n, dice)
      const least = backoffDelay(BACKOFF, n, 0)
      return pause >= least && pause <= least * 2 && pause <= BACKOFF.longest
    }),
  )
  t.not(backoffDelay(BACKOFF, 3, 0.1), backoffDelay(BACKOFF, 3, 0.9))
})
