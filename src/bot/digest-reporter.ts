import { ExternalError } from '../errors.ts';
import type { Reply } from '../commands/reply.ts';
import type { Wording } from '../language/index.ts';
import type { Engine } from '../jobs/index.ts';
import { postedTs, postOnce, type PostingParts, type Posts } from './posting.ts';
import { slackRefusal } from './slack-faults.ts';
import { digestMessage } from './views/digest.ts';

export interface DigestReporterParts extends Omit<PostingParts, 'engine'> {
  engine: Pick<Engine, 'digests'>;
  /** Where it is posted; undefined: nowhere, and the day's answers are kept all the same. */
  opsChannel: string | undefined;
  /** Reads the digest as it is now. */
  gather: () => Promise<Extract<Reply, { kind: 'digest' }>['digest']>;
  /** Everybody in a channel reads it in the house's language. */
  say: Wording;
  signal: AbortSignal;
}

/**
 * What `engine.digests.consume` calls: posts the digest of a day, `2026-11-28`, once. Throws ExternalError while it is not
 * known whether it stands there, and RefusedError when Slack does not take it; upon both it is called again.
 */
export function createDigestReporter(parts: DigestReporterParts): (day: string) => Promise<void> {
  const { engine, clock, signal, opsChannel: channel, gather, clients, budget } = parts;
  const { digests } = engine;
  const posting: PostingParts = { clients, budget, clock, engine: { posts: digests.posts } };
  return async (day) => {
    const posts: Posts = await digests.posts.load(day);
    if (postedTs(posts.root) !== undefined) return;
    const message = digestMessage(await gather(), parts.say);
    await digests.keep(day);
    if (channel === undefined) return;
    const request = { runId: day, slot: 'root', key: 'digest', channel, threadTs: undefined, isUrgent: false, message };
    for (;;) {
      if (signal.aborted) {
        throw new ExternalError(`The digest of ${day} was put off: the bot stops.`, {
          code: 'KEYBUZZ_BOT_STOPPING',
          fix: 'The next bot goes on with it.',
        });
      }
      const result = await postOnce(posting, posts, request);
      if (result.kind === 'refused') throw slackRefusal(`take the digest in ${channel}`, result.code);
      if (result.kind === 'posted') return digests.posts.save(day, { root: result.ts });
      await clock.sleep(result.waitMs, signal);
    }
  };
}
