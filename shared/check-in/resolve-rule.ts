/** Which rule is in force for an event, and where each value comes from. */
import type { EventSettings, Rule, RuleDefaults } from './rules.js'

/** How UiTdatabank says when an event takes place. */
export type CalendarType = keyof RuleDefaults['limits']

/** Each value comes from the event's own settings where they have it, else from the card system. */
export function resolveRule(
  defaults: RuleDefaults,
  settings: EventSettings | undefined,
  calendarType: CalendarType,
): Rule {
  return {
    points: settings?.points ?? defaults.points,
    limit: settings?.limit ?? defaults.limits[calendarType],
    windows: { ...defaults.windows, ...settings?.windows },
  }
}

export type Origin = 'event' | 'card-system'

/** For explanations to staff. */
export type RuleOrigins = {
  readonly points: Origin
  readonly limit: Origin
  readonly windows: { readonly [channel in keyof Rule['windows']]: Origin }
}

export function whereFrom(settings: EventSettings | undefined): RuleOrigins {
  const origin = (value: unknown): Origin => (value === undefined ? 'card-system' : 'event')
  return {
    points: origin(settings?.points),
    limit: origin(settings?.limit),
    windows: {
      pillar: origin(settings?.windows?.pillar),
      counter: origin(settings?.windows?.counter),
      qr: origin(settings?.windows?.qr),
    },
  }
}
