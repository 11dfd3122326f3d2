import type { App } from '@slack/bolt';
import type { Logger } from 'pino';
import type { SlackDirectory } from './directory.ts';
import { english, inWords } from '../language/index.ts';

/**
 * Lets go of what is remembered of a user group when Slack says that it changed. Only one of several bots is told, and none
 * while it is not connected: so nothing is ever believed longer than the directory's own bounds because of this.
 */
export function listenToGroups(app: App, directory: SlackDirectory): void {
  app.event('subteam_members_changed', ({ event }) => {
    directory.forget(event.subteam_id);
    return Promise.resolve();
  });
  app.event('subteam_updated', ({ event }) => {
    directory.forget(event.subteam.id);
    return Promise.resolve();
  });
}

/** Says at the start which user groups of the policy give nobody anything; the bot works without them. */
export async function warnOfGroups(
  directory: SlackDirectory,
  groups: readonly string[],
  logger: Logger,
): Promise<void> {
  await Promise.all(
    groups.map(async (group) => {
      const answer = await directory.members(group);
      if (answer.kind === 'unknown')
        logger.warn({ group, fix: inWords(answer.fix, english) }, inWords(answer.reason, english));
      else if (answer.userIds.size === 0) logger.warn({ group }, 'nobody is in this Slack user group of the policy');
    }),
  );
}
