import { App, LogLevel, SocketModeReceiver, type Logger } from '@slack/bolt';
import type { ActionsBlock } from '@slack/types';
import type { SlackSandbox } from '../../../sandbox/slack/index.ts';

/** A logger for tests that expect failures. */
export const quietLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** A real Bolt app over Socket Mode. */
export interface BoltApp {
  app: App;
  receivers: SocketModeReceiver[];
  /** Connects; listeners are registered before. */
  start: () => Promise<void>;
  /** Resolves when every socket is really closed, not only asked to close. */
  stop: () => Promise<void>;
}

async function stopped(receiver: SocketModeReceiver): Promise<void> {
  const closed = new Promise<void>((resolve) => receiver.client.once('disconnected', () => resolve()));
  await receiver.stop();
  await closed;
}

/** Bolt as a production bot sets it up: own receivers (one per connection), deferred start, no conversation store. */
export function createBoltApp(slack: SlackSandbox, connections = 1, clientPingTimeout = 5000): BoltApp {
  const slackApiUrl = slack.apiUrl;
  const receivers = Array.from(
    { length: connections },
    () =>
      new SocketModeReceiver({
        appToken: slack.appToken,
        logger: quietLogger,
        clientPingTimeout,
        customPropertiesExtractor: (args: unknown) => ({
          envelopeId: (args as { envelope_id: string }).envelope_id,
        }),
        installerOptions: { clientOptions: { slackApiUrl } },
      }),
  );
  const [first, ...others] = receivers;
  if (!first) throw new Error('at least one connection');
  const app = new App({
    token: slack.botToken,
    receiver: first,
    logger: quietLogger,
    convoStore: false,
    deferInitialization: true,
    clientOptions: { slackApiUrl, retryConfig: { retries: 0 }, timeout: 30_000 },
  });
  return {
    app,
    receivers,
    start: async () => {
      await app.init();
      await app.start();
      for (const receiver of others) {
        receiver.init(app);
        await receiver.start();
      }
    },
    stop: async () => {
      await Promise.all(receivers.map(stopped));
    },
  };
}

/** An actions block with one button. */
export function button(actionId: string, value: string): ActionsBlock {
  const text = { type: 'plain_text' as const, text: actionId };
  return { type: 'actions', elements: [{ type: 'button', action_id: actionId, value, text }] };
}
