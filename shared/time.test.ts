import t from 'tap'
import { between, days, hours, instant, later, minutes, seconds } from './time.js'

t.test('lengths of time are milliseconds', async (t) => {
  t.strictSame(
    [seconds(2), minutes(2), hours(2), days(2)].map(Number),
    [2_000, 120_000, 7_200_000, 172_800_000],
  )
})

t.test('what comes later is after what was earlier', async (t) => {
  t.equal(between(instant(5), later(instant(5), seconds(1))), 1_000)
})
