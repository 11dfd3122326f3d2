import type { Language } from '../../src/language/index.ts';

/** What people choose from in their Slack's preferences; the page offers the languages that the bot speaks. */
export const LOCALES = ['en-US', 'fr-FR'] as const;
export type Locale = (typeof LOCALES)[number];

/** How Slack's preferences name them. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = { 'en-US': 'English (US)', 'fr-FR': 'Français (France)' };

/** What a workspace in this language gives everybody who chose nothing. */
export const LOCALE_IN: Readonly<Record<Language, Locale>> = { en: 'en-US', fr: 'fr-FR' };
