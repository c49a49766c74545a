import type { Language } from '@spaarzuil/shared/languages.js'
import { de } from './de.js'
import { en } from './en.js'
import { fr } from './fr.js'
import { nl } from './nl.js'
import type { Words } from './wording.js'

const WORDS: Readonly<Record<Language, Words>> = { nl, fr, de, en }

export const wordsIn = (language: Language): Words => WORDS[language]
