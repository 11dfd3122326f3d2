import { en } from './en/index.ts';
import { fr } from './fr/index.ts';

export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** All sentences of the house in one language, by key; those with something to fill in are functions. */
export type Wording = typeof en;

const WORDINGS: Readonly<Record<Language, Wording>> = { en, fr };

/** The source: the language of the log, and of whatever is not asked for in another. */
export const english: Wording = en;

/** The catalogue in this language. */
export function wordingOf(language: Language): Wording {
  return WORDINGS[language];
}

/** A sentence in whichever language it is asked for. */
export type Phrase = (say: Wording) => string;

/** A phrase, or text that is the same for every reader: a command, what a host said. */
export type Told = string | Phrase;

/** The text for one reader. */
export function inWords(told: Told, say: Wording): string {
  return typeof told === 'string' ? told : told(say);
}

/** Our language for a locale such as `fr-FR`; undefined: we do not speak it. */
export function languageOf(locale: string): Language | undefined {
  const [primary] = locale.toLowerCase().split(/[-_]/);
  return LANGUAGES.find((language) => language === primary);
}

export type { Noun } from './en/counting.ts';
export type { Named } from './en/grammar.ts';
