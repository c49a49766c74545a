import { instant, type Instant } from '../time.js'
import { atLocalTime, dayOfDate, offsetMinutes, timeOnDial } from './zones.js'

/** An instant together with the offset in which its author wrote it, so that it can be shown unchanged. */
export interface WrittenTime {
  readonly at: Instant
  readonly offset: number
}

const MINUTE_MS = 60_000
const ISO =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?[0-5]\d)?$/

/**
 * Reads an ISO 8601 date with time. UiTdatabank always writes an offset; a time without one is taken for local time
 * in `zone`. Undefined for everything else.
 */
export function parseWrittenTime(text: string, zone: string): WrittenTime | undefined {
  const [, date, hour, minute, second = '0', fraction = '0', offsetText] = ISO.exec(text) ?? []
  if (date === undefined || hour === undefined || minute === undefined) return undefined
  const day = dayOfDate(date)
  const minutes = Number(hour) * 60 + Number(minute)
  if (day === undefined) return undefined
  const rest = Number(second) * 1_000 + Math.floor(Number(`0.${fraction}`) * 1_000)
  if (offsetText === undefined) {
    const at = instant(atLocalTime(day, minutes, zone) + rest)
    return { at, offset: offsetMinutes(at, zone) }
  }
  const offset = parseOffset(offsetText)
  if (offset === undefined) return undefined
  return { at: instant((day * 1_440 + minutes - offset) * MINUTE_MS + rest), offset }
}

/** Reads `H:MM` or `HH:MM` as minutes after midnight, 0:00 to 24:00. */
export function parseTimeOfDay(text: string): number | undefined {
  const [, hour, minute] = /^(\d{1,2}):([0-5]\d)$/.exec(text) ?? []
  if (hour === undefined || minute === undefined) return undefined
  const minutes = Number(hour) * 60 + Number(minute)
  return minutes <= 1_440 ? minutes : undefined
}

/** Which of two times is later on the dial of a local clock, whatever the day. */
export const isEarlierOnDial = (a: Instant, b: Instant, zone: string): boolean =>
  timeOnDial(a, zone) < timeOnDial(b, zone)

function parseOffset(text: string): number | undefined {
  if (text === 'Z') return 0
  const hours = Number(text.slice(1, 3))
  const minutes = Number(text.slice(-2))
  if (hours > 18) return undefined
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
