/** The languages a person may be spoken to in; Dutch first. */
export const LANGUAGES = ['nl', 'fr', 'de', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** A text in one or more languages, as UiTdatabank gives them. */
export type Translated = { readonly [language in Language]?: string | undefined }

/** The text in the wanted language, else in the first language there is, Dutch first. */
export function inLanguage(text: Translated, wanted: Language): string {
  return (
    text[wanted] ?? LANGUAGES.map((language) => text[language]).find((found) => found !== undefined) ?? ''
  )
}

/** The card system's own word for what one saves ("1 punt", "2 punten"; "1 stempel", "2 stempels"), per language. */
export type Unit = { readonly [language in Language]: { readonly one: string; readonly many: string } }
