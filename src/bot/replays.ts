import type { App } from '@slack/bolt';
import type { Logger } from 'pino';
import { RefusedError } from '../errors.ts';
import type { Engine } from '../jobs/index.ts';
import type { Clock } from './clock.ts';

/** This very request was served before. */
export const REPLAYED = 'KEYBUZZ_REQUEST_REPLAYED';

/** Twice the window in which a signature is valid: one from 300 s ahead of our clock lives so long. */
const REMEMBERED_SECONDS = 600;
const CLAIM_DEADLINE_MS = 1000;

export interface ReplayParts {
  engine: Pick<Engine, 'claim'>;
  clock: Clock;
  logger: Logger;
}

/** False only when Redis says that another request had this signature. */
async function isFirst({ engine, clock, logger }: ReplayParts, signature: string): Promise<boolean> {
  const deadline = new AbortController();
  const late = clock.sleep(CLAIM_DEADLINE_MS, deadline.signal).then(() => undefined);
  const claimed = engine.claim(`request-${signature.slice(3)}`, REMEMBERED_SECONDS).catch((error: unknown) => {
    logger.error({ err: error }, 'replays can not be told: Redis does not answer');
    return undefined;
  });
  const answer = await Promise.race([claimed, late]);
  deadline.abort();
  // What Redis can't tell is let through: without Redis nothing is recorded, and so nothing is done.
  return answer ?? true;
}

/**
 * Refuses a signed request that any bot has served before. Slack never sends one twice: a retry is signed anew, and is
 * known by its event id. Throws RefusedError, before any listener hears of it.
 */
export function refuseReplays(app: App, parts: ReplayParts): void {
  const processEvent = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    const { signature } = (event.customProperties ?? {}) as { signature?: unknown };
    if (typeof signature === 'string' && !(await isFirst(parts, signature))) {
      throw new RefusedError('This signed request was served before.', {
        code: REPLAYED,
        fix: 'If Slack itself sent it twice, look for a proxy that repeats requests.',
      });
    }
    await processEvent(event);
  };
}
