import type { App } from '@slack/bolt';
import type { Homes } from './home.ts';
import type { SlackReaders } from './readers.ts';

/**
 * Lets go of what is remembered of a person when Slack says that something about them changed, which the language of their
 * Slack is a part of, and draws the home tab that they look at again. Only one of several bots is told: the others learn
 * it when what they remember is too old.
 */
export function listenToReaders(app: App, readers: SlackReaders, homes: Pick<Homes, 'redraw'>): void {
  app.event('user_change', async ({ event }) => {
    readers.forget(event.user.id);
    await homes.redraw(event.user.id);
  });
}
