import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from '@slack/bolt';
import type { Secret } from '../secret.ts';

/** Slack is never waited for without a limit: no call lasts longer than this. */
export const TIMEOUT_MS = 15_000;
const INTERACTIVE_TIMEOUT_MS = 5000;
/** A person waits for the answer. */
export const ASKING_TIMEOUT_MS = 3000;

/** One client per temper: a 429 freezes everything else on the client that met it. */
export interface SlackClients {
  /** Modals and ephemeral answers: a person is waiting. */
  interactive: WebClient;
  /** What may be repeated without harm: edits and reads. */
  background: WebClient;
  /** chat.postMessage: never repeated by the SDK, since a lost answer may hide a message that stands. */
  posting: WebClient;
}

export interface ClientParts {
  token: Secret;
  apiUrl: string;
  logger: Logger;
}

/**
 * All of them hand a 429 to the caller at once, whose budget pauses: the SDK would freeze the whole client instead. Each
 * has its own options object, since the SDK changes what it is given.
 */
export function createClients({ token, apiUrl, logger }: ClientParts): SlackClients {
  const client = (options: WebClientOptions) =>
    new WebClient(token.reveal(), { slackApiUrl: apiUrl, logger, rejectRateLimitedCalls: true, ...options });
  return {
    interactive: client({ retryConfig: { retries: 1, minTimeout: 200 }, timeout: INTERACTIVE_TIMEOUT_MS }),
    background: client({ retryConfig: { retries: 2, minTimeout: 500 }, timeout: TIMEOUT_MS }),
    posting: client({ retryConfig: { retries: 0 }, timeout: TIMEOUT_MS }),
  };
}

/** A client for one question that somebody waits for: asked once, and an outage or a limit that it meets delays nothing else. */
export function createAsker({ token, apiUrl, logger }: ClientParts): WebClient {
  return new WebClient(token.reveal(), {
    ...{ slackApiUrl: apiUrl, logger, rejectRateLimitedCalls: true },
    ...{ retryConfig: { retries: 0 }, timeout: ASKING_TIMEOUT_MS },
  });
}
