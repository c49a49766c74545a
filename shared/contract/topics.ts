/** The words on the wire: `spaarzuil/v1/pillars/<pillar id>/up/<channel>` and `…/down/<channel>`. */
export const UP = ['hello', 'check-ins', 'clock', 'health', 'answers', 'presence'] as const
export const DOWN = ['receipts', 'settings', 'program', 'commands'] as const
export type Up = (typeof UP)[number]
export type Down = (typeof DOWN)[number]

export const PROTOCOL_MAJOR = 1
const ROOT = `spaarzuil/v${PROTOCOL_MAJOR}/pillars`
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const UP_TOPIC = new RegExp(`^${ROOT}/(${UUID})/up/(${UP.join('|')})$`)
const DOWN_FILTER = new RegExp(`^${ROOT}/(${UUID})/down/(?:${DOWN.join('|')}|\\+|#)$`)

export const upTopic = (pillarId: string, channel: Up): string => `${ROOT}/${pillarId}/up/${channel}`
export const downTopic = (pillarId: string, channel: Down): string => `${ROOT}/${pillarId}/down/${channel}`
/** What a pillar subscribes to: all that is meant for it, nothing else. */
export const downFilter = (pillarId: string): string => `${ROOT}/${pillarId}/down/+`
/** What a server subscribes to. */
export const UP_FILTER = `${ROOT}/+/up/+`

/** The pillar and channel of an `up` topic; undefined for any other topic. */
export function parseUpTopic(topic: string): { readonly pillarId: string; readonly channel: Up } | undefined {
  const found = UP_TOPIC.exec(topic)
  const channel = UP.find((name) => name === found?.[2])
  return found?.[1] === undefined || channel === undefined ? undefined : { pillarId: found[1], channel }
}

/** The channel of a `down` topic of this pillar; undefined for any other topic. */
export const parseDownTopic = (pillarId: string, topic: string): Down | undefined =>
  DOWN.find((channel) => topic === downTopic(pillarId, channel))

/** The pillar of a `down` filter (one channel, `+` or `#`); undefined for any other filter. */
export const parseDownFilter = (filter: string): string | undefined => DOWN_FILTER.exec(filter)?.[1]
