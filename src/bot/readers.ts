import type { Logger } from 'pino';
import { languageOf, wordingOf, type Language, type Wording } from '../language/index.ts';
import { boltLogger } from './bolt-logger.ts';
import { createAsker } from './clients.ts';
import { systemClock } from './clock.ts';
import type { DirectoryParts } from './directory.ts';

/** In which language somebody reads what only they see. */
export interface Readers {
  /** The wording for a Slack user; never throws, and never keeps an answer or a form waiting for long. */
  wordingFor(userId: string): Promise<Wording>;
}

/** The same, with a memory that Slack's events empty. */
export interface SlackReaders extends Readers {
  /** Something about the person has changed: Slack is asked again before they read more, and an answer on its way is not kept. */
  forget(userId: string): void;
}

/** For whom Slack's event is missed: people change it once in years. */
const REMEMBERED_MS = 15 * 60_000;
/** After no answer it is not asked again for so long. */
const DOUBTED_MS = 60_000;
/** A trigger lives for 3 s and an ack has as long: an answer that comes later serves the next time. */
const WAIT_MS = 700;
const REMEMBERED_MAX = 2000;

export interface ReadersParts extends DirectoryParts {
  logger: Logger;
  /** For whom Slack gives no locale that we speak. */
  language: Language;
}

/**
 * Asks Slack for people's locales, with a client and a memory of its own: an outage or a limit here delays nothing else.
 * Whom Slack tells nothing of reads the house's language.
 */
export function openReaders(
  { botToken, apiUrl, logger, language }: ReadersParts,
  nowMs: () => number = () => performance.now(),
): SlackReaders {
  const client = createAsker({ token: botToken, apiUrl, logger: boltLogger(logger) });
  const remembered = new Map<string, { wording: Wording; untilMs: number }>();
  const asked = new Map<string, Promise<Wording>>();
  const house = wordingOf(language);

  function remember(userId: string, wording: Wording, forMs: number): Wording {
    remembered.delete(userId);
    remembered.set(userId, { wording, untilMs: nowMs() + forMs });
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
    return wording;
  }

  async function ask(userId: string): Promise<{ wording: Wording; forMs: number }> {
    try {
      const { user } = await client.users.info({ user: userId, include_locale: true });
      return { wording: wordingOf(languageOf(user?.locale ?? '') ?? language), forMs: REMEMBERED_MS };
    } catch (error) {
      logger.warn({ err: error, user: userId }, 'locale not known');
      return { wording: remembered.get(userId)?.wording ?? house, forMs: DOUBTED_MS };
    }
  }

  /** Many readers ask once; what is not the newest question any more is not remembered. */
  function asking(userId: string): Promise<Wording> {
    const going = asked.get(userId);
    if (going !== undefined) return going;
    const made = ask(userId).then(({ wording, forMs }) => {
      if (asked.get(userId) !== made) return wording;
      asked.delete(userId);
      return remember(userId, wording, forMs);
    });
    asked.set(userId, made);
    return made;
  }

  return {
    async wordingFor(userId) {
      const found = remembered.get(userId);
      if (found !== undefined && found.untilMs > nowMs()) return found.wording;
      const going = asking(userId);
      const patience = new AbortController();
      const late = systemClock.sleep(WAIT_MS, patience.signal).then(() => found?.wording ?? house);
      try {
        return await Promise.race([going, late]);
      } finally {
        patience.abort();
      }
    },
    forget(userId) {
      asked.delete(userId);
      const found = remembered.get(userId);
      // It still serves whom Slack keeps waiting.
      if (found !== undefined) found.untilMs = -Infinity;
    },
  };
}
