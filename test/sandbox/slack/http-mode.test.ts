import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { App, HTTPReceiver } from '@slack/bolt';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSlackSandbox, type SlackSandbox } from '../../../sandbox/slack/index.ts';
import { button, quietLogger } from './bolt.ts';

let slack: SlackSandbox;
let app: App;

async function start(signingSecret: string): Promise<void> {
  const receiver = new HTTPReceiver({ signingSecret, endpoints: '/slack/events', logger: quietLogger });
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
  app = new App({ token: slack.botToken, receiver, logger: quietLogger, clientOptions, deferInitialization: true });
  await app.init();
  const server = (await app.start(0)) as Server;
  slack.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
}

beforeEach(async () => {
  slack = await startSlackSandbox({ ackTimeoutMs: 500 });
});

afterEach(async () => {
  await app.stop();
  await slack.close();
});

it('reaches an app over signed HTTP: command, click and event', async () => {
  await start(slack.signingSecret);
  const mentions: string[] = [];
  app.command('/keybuzz', async ({ ack, say }) => {
    await ack('on it');
    await say({ text: '?', blocks: [button('go', 'r1')] });
  });
  app.action('go', async ({ ack }) => ack());
  app.event('app_mention', async ({ event }) => Promise.resolve(void mentions.push(event.text)));
  const ack = await slack.person('operator').command('#ops', '/keybuzz', 'deploy redis');
  expect(ack.payload).toEqual({ text: 'on it' });
  const message = await slack.waitFor(() => slack.messages('#ops')[0]);
  await slack.person('approver').click(message, 'go');
  await slack.person('viewer').mention('#ops', 'status');
  expect(mentions).toEqual(['<@U0KEYBUZZ> status']);
});

it('counts a refused signature as no ack', async () => {
  await start('another secret');
  const typed = slack.person('operator').command('#ops', '/keybuzz', 'help');
  await expect(typed).rejects.toMatchObject({ code: 'no_ack' });
});
