import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { startSlackSandbox, type SlackSandbox } from '../../../sandbox/slack/index.ts';
import { createBoltApp, quietLogger, type BoltApp } from './bolt.ts';

let slack: SlackSandbox;
let client: WebClient;
/** Gives up on an answer soon. */
let hasty: WebClient;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.now();
  slack = await startSlackSandbox({ nowMs: () => nowMs });
  const options = {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 1, minTimeout: 1, maxTimeout: 1 },
    rejectRateLimitedCalls: true,
    logger: quietLogger,
  };
  client = new WebClient(slack.botToken, { ...options, timeout: 30_000 });
  hasty = new WebClient(slack.botToken, { ...options, timeout: 1_000 });
});

afterEach(async () => {
  await slack.close();
});

const post = (text: string, channel = 'C0OPS', by = client) => by.chat.postMessage({ channel, text });

describe('rate limits', () => {
  it('are off until they are asked for', async () => {
    for (let n = 0; n < 10; n++) await post(String(n));
    expect(slack.messages('#ops')).toHaveLength(10);
  });

  it('allow a burst and then one message a second, per channel', async () => {
    slack.setLimits('slack');
    for (let n = 0; n < 3; n++) await post(String(n));
    await expect(post('too many')).rejects.toMatchObject({ retryAfter: 3 });
    await post('elsewhere', 'C0OPSALERTS');
    nowMs += 3_000;
    await post('later');
    expect(slack.messages('#ops').map((each) => each.text)).toEqual(['0', '1', '2', 'later']);
  });

  it('allow 50 edits a minute over all messages together', async () => {
    slack.setLimits('slack');
    const [a, b] = [(await post('a')).ts ?? '', (await post('b')).ts ?? ''];
    const edit = (n: number) => client.chat.update({ channel: 'C0OPS', ts: n % 2 ? a : b, text: String(n) });
    for (let n = 0; n < 50; n++) await edit(n);
    await expect(edit(50)).rejects.toMatchObject({ retryAfter: 60 });
    nowMs += 60_000;
    await edit(51);
  });
});

describe('faults on demand', () => {
  it('answer 429 with Retry-After, and only as often as asked', async () => {
    slack.fault({ method: 'chat.postMessage', kind: '429', retryAfterS: 7 });
    await expect(post('a')).rejects.toMatchObject({ retryAfter: 7 });
    await post('b');
    expect(slack.messages('#ops').map((each) => each.text)).toEqual(['b']);
  });

  it('answer 500, which the client tries again', async () => {
    slack.fault({ method: 'chat.postMessage', kind: '500' });
    await post('a');
    expect(slack.calls('chat.postMessage').map((call) => call.status)).toEqual([500, 200]);
    expect(slack.messages('#ops')).toHaveLength(1);
  });

  it('cut the line after the message was stored, so that a retry posts it twice', async () => {
    slack.fault({ method: 'chat.postMessage', kind: 'reset-after-store' });
    await post('a');
    expect(slack.messages('#ops').map((each) => each.text)).toEqual(['a', 'a']);
  });

  it('never answer, with or without having done the work', async () => {
    slack.fault({ method: 'chat.postMessage', kind: 'timeout', times: 2 });
    await expect(post('lost', 'C0OPS', hasty)).rejects.toThrow();
    slack.fault({ method: 'chat.postMessage', kind: 'timeout-after-store', times: 2 });
    await expect(post('kept', 'C0OPS', hasty)).rejects.toThrow();
    expect(slack.messages('#ops').map((each) => each.text)).toEqual(['kept', 'kept']);
  });

  it('answer any error of Slack, for one channel if asked, until taken back', async () => {
    const heal = slack.fault({ method: '*', kind: 'error', error: 'is_archived', channel: 'C0OPS', times: Infinity });
    await expect(post('a')).rejects.toMatchObject({ data: { error: 'is_archived' } });
    await post('a', 'C0OPSALERTS');
    heal();
    await post('b');
  });
});

describe('an outage', () => {
  it('fails every request and every socket until it is over', async () => {
    const bolt = createBoltApp(slack, 1, 300);
    bolt.app.command('/keybuzz', async ({ ack }) => ack());
    await bolt.start();
    const heal = slack.outage();
    await expect(post('lost', 'C0OPS', hasty)).rejects.toThrow();
    await slack.waitFor(() => slack.connections() === 0);
    heal();
    await slack.waitFor(() => slack.connections() === 1);
    await slack.person('operator').command('#ops', '/keybuzz', 'status');
    await bolt.stop();
  });
});

describe('response_url', () => {
  let bolt: BoltApp;
  let url = '';

  beforeEach(async () => {
    bolt = createBoltApp(slack);
    bolt.app.command('/keybuzz', async ({ ack, command }) => {
      url = command.response_url;
      await ack();
    });
    await bolt.start();
    await slack.person('operator').command('#ops', '/keybuzz', 'help');
  });

  afterEach(async () => {
    await bolt.stop();
  });

  const respond = async (body: Record<string, unknown>): Promise<number> => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };

  it('works five times, ephemeral unless told, and then is gone', async () => {
    expect(await respond({ text: 'for you' })).toBe(200);
    expect(await respond({ text: 'for all', response_type: 'in_channel' })).toBe(200);
    for (let n = 0; n < 3; n++) expect(await respond({ text: String(n) })).toBe(200);
    expect(await respond({ text: 'six' })).toBe(404);
    expect(slack.ephemerals('operator').map((each) => each.text)).toEqual(['for you', '0', '1', '2']);
    expect(slack.messages('#ops').map((each) => each.text)).toEqual(['for all']);
  });

  it('is gone after half an hour', async () => {
    nowMs += 30 * 60_000 + 1;
    expect(await respond({ text: 'late' })).toBe(404);
  });

  it('replaces and deletes the message that was clicked, an ephemeral one too', async () => {
    const blocks = [
      { type: 'actions', elements: [{ type: 'button', action_id: 'ok', text: { type: 'plain_text', text: 'OK' } }] },
    ];
    bolt.app.action('ok', async ({ ack, body }) => {
      if (body.type === 'block_actions') url = body.response_url;
      await ack();
    });
    await respond({ text: 'sure?', blocks });
    const [asked] = slack.ephemerals('operator');
    if (!asked) throw new Error('nothing shown');
    await expect(slack.person('approver').click(asked, 'ok')).rejects.toMatchObject({ code: 'not_visible' });
    await slack.person('operator').click(asked, 'ok');
    await respond({ text: 'done', replace_original: true });
    expect(slack.ephemerals('operator')).toMatchObject([{ text: 'done', ts: asked.ts }]);
    await respond({ delete_original: true });
    expect(slack.ephemerals('operator')).toHaveLength(0);
  });
});
