import type { App, Receiver } from '@slack/bolt';
import type { Logger } from 'pino';
import { ConfigError, ExternalError, KeybuzzError } from '../errors.ts';
import { boltLogger } from './bolt-logger.ts';
import type { Door, DoorHealth } from './door.ts';
import { faultOf } from './slack-faults.ts';
import { openLink, TOO_MANY_LINKS, type Link, type LinkParts } from './socket-link.ts';

export interface SocketParts extends Omit<LinkParts, 'logger'> {
  logger: Logger;
  onHealth: (health: DoorHealth) => void;
}

/** One may be refreshed while the other serves. */
const LINKS = 2;
/** Slack's cap per app. */
const LINKS_MAX = 10;
/** Pauses between failed attempts, the last one for ever; after a link that lived its life there is none. */
const PAUSES_MS = [1000, 2000, 5000, 10_000, 30_000];
const DEAF_PAUSE_MS = 1000;
/** A place becomes free only when somebody stops a bot. */
const NO_ROOM_PAUSE_MS = 30_000;
/** At the start somebody waits for the answer. */
const FIRST_ATTEMPTS = 5;
/** Two links in a row that did not live longer are a failure, too: Slack's own refresh comes after hours. */
const SHORT_LIFE_MS = 10_000;
const CLOSE_DEADLINE_MS = 9000;

interface Links {
  parts: SocketParts;
  app: App;
  open: Set<Link>;
  /** Links that send their last acks and close. */
  leaving: Set<Promise<void>>;
  stopping: AbortSignal;
  /** Resolves when `stopping` aborts. */
  stopped: Promise<string>;
  trouble: string;
}

function pauseAfter(failures: number): number {
  return PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] ?? 0;
}

/** The same error as a KeybuzzError: what Slack refuses for good is a ConfigError. */
function asKeybuzz(error: unknown): KeybuzzError {
  if (error instanceof KeybuzzError) return error;
  const fault = faultOf(error);
  if (fault.kind === 'refused') {
    return new ConfigError(`Slack refuses SLACK_APP_TOKEN (${fault.code}).`, {
      code: 'KEYBUZZ_SLACK_SETUP',
      fix: 'Put an app-level token (xapp-...) with connections:write into SLACK_APP_TOKEN.',
      cause: error,
    });
  }
  const why = fault.kind === 'limited' ? 'asked too often' : error instanceof Error ? error.message : 'unknown';
  return new ExternalError(`Slack opened no connection: ${why}.`, {
    code: 'KEYBUZZ_SLACK_UNAVAILABLE',
    fix: 'It is tried again; if it stays so, see status.slack.com.',
    cause: error,
  });
}

function tell({ parts, open, trouble }: Links): void {
  parts.onHealth({
    isOpen: open.size > 0,
    connections: open.size,
    wanted: LINKS,
    trouble: open.size < LINKS ? trouble : '',
  });
}

/** Opens one more link, or says why not. Throws KeybuzzError. */
async function join(links: Links): Promise<Link> {
  const { parts, app, open } = links;
  const { logger } = parts;
  try {
    const link = await openLink({ ...parts, logger: boltLogger(logger) }, app);
    open.add(link);
    logger.info({ open: open.size, ofApp: link.connections }, 'connected to Slack');
    if (link.connections >= LINKS_MAX - 1) {
      logger.warn({ ofApp: link.connections }, `nearly all of the ${LINKS_MAX} connections Slack allows are taken`);
    }
    tell(links);
    return link;
  } catch (cause) {
    const error = asKeybuzz(cause);
    links.trouble = `${error.message} ${error.fix}`;
    const isPassing = error instanceof ExternalError && error.code !== TOO_MANY_LINKS;
    logger[isPassing ? 'warn' : 'error']({ err: error, open: open.size }, 'no connection to Slack');
    tell(links);
    throw error;
  }
}

/** At least one link, or the error of a bot that can't start. */
async function firstLink(links: Links): Promise<Link> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await join(links);
    } catch (error) {
      if (error instanceof ConfigError || attempt === FIRST_ATTEMPTS) throw error;
      await links.parts.clock.sleep(pauseAfter(attempt), links.stopping);
    }
  }
}

/** Resolves when the link has to be replaced; true when it lived long enough. It closes by itself. */
async function serve(links: Links, link: Link): Promise<boolean> {
  const { parts, open, leaving, stopped } = links;
  const openedMs = parts.clock.nowMs();
  const reason = await Promise.race([link.left, stopped]);
  open.delete(link);
  links.trouble = `Slack closed a connection (${reason}).`;
  parts.logger.info({ reason, open: open.size }, 'a connection to Slack ends');
  tell(links);
  const gone = link.retire().finally(() => leaving.delete(gone));
  leaving.add(gone);
  return parts.clock.nowMs() - openedMs >= SHORT_LIFE_MS;
}

/**
 * Keeps one link open: the next is opened before the one that must go has closed. Throws when Slack refuses our token for
 * good and nothing else is open.
 */
async function keep(links: Links, first: Link | undefined): Promise<void> {
  const { parts, open, stopping } = links;
  const retryAfter = (error: unknown): number => {
    if (!(error instanceof KeybuzzError)) return 0;
    if (error.code === TOO_MANY_LINKS) return NO_ROOM_PAUSE_MS;
    const fault = faultOf(error.cause);
    return fault.kind === 'limited' ? fault.retryAfterMs : 0;
  };
  let link = first;
  let failures = first === undefined ? 1 : 0;
  let shortLives = 0;
  if (first === undefined) await parts.clock.sleep(pauseAfter(failures), stopping);
  while (!stopping.aborted) {
    try {
      link ??= await join(links);
      failures = 0;
    } catch (error) {
      if (error instanceof ConfigError && open.size === 0) throw error;
      failures += 1;
      await parts.clock.sleep(Math.max(pauseAfter(failures), retryAfter(error)), stopping);
      continue;
    }
    shortLives = (await serve(links, link)) ? 0 : shortLives + 1;
    link = undefined;
    const pauseMs = pauseAfter(shortLives - 1);
    // With nothing else open, being deaf costs more than asking Slack often.
    await parts.clock.sleep(open.size > 0 ? pauseMs : Math.min(pauseMs, DEAF_PAUSE_MS), stopping);
  }
}

/** Socket Mode over two connections: each is replaced by itself, so that Slack always finds one of them. */
export function openSockets(parts: SocketParts): Door {
  const stop = new AbortController();
  const stopped = new Promise<string>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve('we stop'), { once: true });
  });
  const leaving = new Set<Promise<void>>();
  let keepers: Promise<void>[] = [];
  const receiver: Receiver = {
    init: () => undefined,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  return {
    receiver,
    async open(app) {
      const links: Links = { parts, app, open: new Set(), leaving, stopping: stop.signal, stopped, trouble: '' };
      const first = await firstLink(links);
      // Without the second one the bot serves, too; it is tried again.
      const second = await join(links).catch(() => undefined);
      keepers = [first, second].map((link) => keep(links, link));
    },
    async close() {
      stop.abort();
      const deadline = new AbortController();
      const closed = Promise.allSettled(keepers).then(() => Promise.allSettled(leaving));
      await Promise.race([closed, parts.clock.sleep(CLOSE_DEADLINE_MS, deadline.signal)]);
      deadline.abort();
    },
  };
}
