import { createHash } from 'node:crypto'
import type { Calendar, FixedRange } from '@spaarzuil/shared/events/calendar.js'
import type { CalendarType } from '@spaarzuil/shared/events/parse-calendar.js'
import { dateOfDay, dayOf, offsetMinutes } from '@spaarzuil/shared/events/zones.js'
import { newId } from '@spaarzuil/shared/runtime/ids.js'
import { days, earlier, hours, instant, later, type Duration, type Instant } from '@spaarzuil/shared/time.js'
import type { Credentials } from '../../swarm/swarm-pillar.js'

/** The region of the bench: houses with a counter, a pillar and five events each. */
export type Region = {
  readonly houses: readonly House[]
  readonly events: readonly MadeUpEvent[]
}

export type House = Credentials & {
  readonly name: string
  readonly organiserId: string
  readonly locationId: string
  readonly counterUuid: string
}

export type MadeUpEvent = {
  readonly cdbid: string
  readonly title: string
  readonly house: House
  readonly calendarType: CalendarType
  readonly calendar: Calendar
}

export const ZONE = 'Europe/Brussels'

/** Reproducible but for ids and secrets: what the rules see is the same in every run of a day. */
export function makeUpRegion(
  size: { readonly pillars: number; readonly events: number },
  now: Instant,
): Region {
  const houses = Array.from({ length: size.pillars }, (_, index) => ({
    id: newId(),
    secret: createHash('sha256').update(newId()).digest('base64url'),
    name: `Huis ${index + 1}`,
    organiserId: newId(),
    locationId: newId(),
    counterUuid: newId(),
  }))
  const events = Array.from({ length: size.events }, (_, index) => {
    const house = houses[index % houses.length]
    if (house === undefined) throw new Error('a region has at least one house')
    const number = Math.floor(index / houses.length)
    return { cdbid: newId(), title: `Activiteit ${index + 1}`, house, ...calendarOf(number, now) }
  })
  return { houses, events }
}

/** Per house: something on now, a course, opening hours for ever, a season, a festival of next month. */
function calendarOf(number: number, now: Instant): { calendarType: CalendarType; calendar: Calendar } {
  const today = dayOf(now, ZONE)
  switch (number % 5) {
    case 0:
      return { calendarType: 'single', calendar: fixed([range(earlier(now, hours(1)), hours(3))]) }
    case 1: {
      const weekly = Array.from({ length: 20 }, (_, week) => later(now, days(7 * week + 1)))
      return { calendarType: 'multiple', calendar: fixed(weekly.map((start) => range(start, hours(2)))) }
    }
    case 2:
      return { calendarType: 'permanent', calendar: weeklyHours(undefined, undefined) }
    case 3: {
      const season = [dateOfDay(today - 30), dateOfDay(today + 60)] as const
      return { calendarType: 'periodic', calendar: weeklyHours(...season) }
    }
    default:
      return { calendarType: 'single', calendar: fixed([range(later(now, days(30)), hours(8))]) }
  }
}

const fixed = (ranges: FixedRange[]): Calendar => ({ kind: 'fixed', zone: ZONE, ranges })

function range(start: Instant, length: Duration): FixedRange {
  const minute = instant(Math.floor(start / 60_000) * 60_000)
  const end = later(minute, length)
  const [startOffset, endOffset] = [offsetMinutes(minute, ZONE), offsetMinutes(end, ZONE)]
  return { start: minute, end, startOffset, endOffset, status: 'Available' }
}

const weeklyHours = (from: string | undefined, until: string | undefined): Calendar => ({
  kind: 'weekly',
  zone: ZONE,
  ...(from === undefined ? {} : { from }),
  ...(until === undefined ? {} : { until }),
  hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: 9 * 60, closes: 18 * 60 })),
  closed: [],
  adjusted: [],
  status: 'Available',
})
