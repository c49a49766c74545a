/** The parts of a UiTdatabank event beside its calendar, each read leniently. */
import { LANGUAGES, type Translated } from '../languages.js'
import { fieldOf, isObject, listOf, textOf } from './loose-json.js'
import type { ProblemList } from './problems.js'
import { zoneOfCountry } from './zones.js'

/** Titles and names: four times the longest that fits a list on a screen. */
export const TEXT_MAX = 500
/** Labels kept per event; UiTdatabank events have a handful. */
export const LABELS_MAX = 200
/** UiTdatabank's own limit for a label. */
export const LABEL_LENGTH_MAX = 255
/** An `@id` is a URL; browsers and proxies agree on this length. */
const URL_MAX = 2_048

const NIL_UUID = '00000000-0000-0000-0000-000000000000'

/** The id of a UiTdatabank document (of an event: its CDBID): the last path segment of `@id`, whatever the host. */
export function idOf(entry: unknown): string | undefined {
  const url = textOf(entry, '@id')
  if (url === undefined || url.length > URL_MAX) return undefined
  const path = url.replace(/[?#].*$/s, '').replace(/\/$/, '')
  const id = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  // Dummy places and organisers carry the nil UUID.
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(id) && id !== NIL_UUID ? id : undefined
}

/** A text per language; old documents have a plain text, which is in the main language of its holder. */
export function translatedOf(holder: unknown, key: string, problems: ProblemList): Translated {
  const value = fieldOf(holder, key)
  const read = (text: unknown): string | undefined => shownText(text, key, problems)
  const main = LANGUAGES.find((language) => language === fieldOf(holder, 'mainLanguage')) ?? 'nl'
  const texts = isObject(value)
    ? LANGUAGES.map((language) => [language, read(fieldOf(value, language))] as const)
    : [[main, read(value)] as const]
  return Object.fromEntries(texts.filter(([, text]) => text !== undefined))
}

export const isEmptyText = (text: Translated): boolean =>
  LANGUAGES.every((language) => text[language] === undefined)

/** Without control characters and double spaces, and not longer than a screen can use. */
function shownText(value: unknown, where: string, problems: ProblemList): string | undefined {
  if (typeof value !== 'string') return undefined
  // Cut before cleaning, so that a text of megabytes costs nothing; what is cleaned away is little.
  const text = value
    .slice(0, TEXT_MAX * 2)
    .replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ')
    .trim()
  if (value.length > TEXT_MAX * 2 || text.length > TEXT_MAX) problems.add('text-cut', where)
  if (text === '') return undefined
  return text.slice(0, TEXT_MAX).replace(/[\uD800-\uDBFF]$/, '')
}

export interface Organiser {
  readonly id: string
  readonly name: Translated
}

/** Undefined for a dummy organiser, which has a name and no id. */
export function organiserOf(document: unknown, problems: ProblemList): Organiser | undefined {
  const organiser = fieldOf(document, 'organizer')
  const id = idOf(organiser)
  return id === undefined ? undefined : { id, name: translatedOf(organiser, 'name', problems) }
}

export interface Location {
  readonly id: string
  readonly name: Translated
  readonly zone: string
}

/** Undefined for a dummy location, which has no id or the nil UUID. */
export function locationOf(document: unknown, problems: ProblemList): Location | undefined {
  const location = fieldOf(document, 'location')
  const id = idOf(location)
  if (id === undefined) return undefined
  return { id, name: translatedOf(location, 'name', problems), zone: zoneOf(document) }
}

/** The time zone by the country of the location's address, which dummy locations have too. */
export function zoneOf(document: unknown): string {
  const address = fieldOf(fieldOf(document, 'location'), 'address')
  // One address per language today, a bare one in old documents.
  const addresses = [...LANGUAGES.map((language) => fieldOf(address, language)), address]
  const countries = addresses.map((one) => textOf(one, 'addressCountry'))
  return zoneOfCountry(countries.find((country) => country !== undefined))
}

export interface EventType {
  readonly id: string
  readonly label: string
}

export function eventTypeOf(document: unknown, problems: ProblemList): EventType | undefined {
  const term = listOf(document, 'terms').find((one) => fieldOf(one, 'domain') === 'eventtype')
  const id = textOf(term, 'id')
  if (id === undefined || id.length > LABEL_LENGTH_MAX) return undefined
  return { id, label: shownText(fieldOf(term, 'label'), 'terms', problems) ?? id }
}

/** Whether there is a base price. A free event has one too: 0 (UiTPAS integration manual). */
export const isPriced = (document: unknown): boolean => listOf(document, 'priceInfo').some(isBasePrice)

function isBasePrice(entry: unknown): boolean {
  const price = fieldOf(entry, 'price')
  return fieldOf(entry, 'category') === 'base' && typeof price === 'number' && price >= 0
}

/** Visible and hidden ones together: UiTPAS puts its labels in either list. */
export function labelsOf(document: unknown, problems: ProblemList): readonly string[] {
  const written = [...listOf(document, 'labels').slice(0, LABELS_MAX), ...listOf(document, 'hiddenLabels')]
  if (written.length > LABELS_MAX) problems.add('too-many', 'labels')
  const labels = written
    .slice(0, LABELS_MAX)
    .filter((label): label is string => typeof label === 'string' && label.length <= LABEL_LENGTH_MAX)
  return [...new Set(labels)]
}

export const AUDIENCES = ['everyone', 'members', 'education'] as const
export type Audience = (typeof AUDIENCES)[number]

/** Everyone unless said otherwise. Events for members are hidden from agendas and save points all the same. */
export function audienceOf(document: unknown, problems: ProblemList): Audience {
  const written = fieldOf(fieldOf(document, 'audience'), 'audienceType')
  if (written === undefined || written === null) return 'everyone'
  const known = AUDIENCES.find((audience) => audience === written)
  if (known === undefined) problems.add('audience-unknown', 'audience.audienceType')
  return known ?? 'everyone'
}
