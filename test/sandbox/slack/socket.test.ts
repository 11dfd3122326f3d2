import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { startSlackSandbox, type SandboxOptions, type SlackSandbox } from '../../../sandbox/slack/index.ts';
import { button, createBoltApp, type BoltApp } from './bolt.ts';

let slack: SlackSandbox;
let bolt: BoltApp | undefined;

async function workspace(options: SandboxOptions = {}, connections = 1): Promise<BoltApp> {
  slack = await startSlackSandbox(options);
  bolt = createBoltApp(slack, connections);
  return bolt;
}

afterEach(async () => {
  await bolt?.stop();
  await slack.close();
  bolt = undefined;
});

/** A bare client: what the app's side of the protocol looks like without Bolt. */
async function openUrl(): Promise<string> {
  const headers = { authorization: `Bearer ${slack.appToken}` };
  const answer = await fetch(`${slack.apiUrl}apps.connections.open`, { method: 'POST', headers });
  return ((await answer.json()) as { url: string }).url;
}

async function firstFrame(socket: WebSocket): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString('utf8')) as Record<string, unknown>));
    socket.once('error', reject);
  });
}

describe('a real Bolt app over Socket Mode', () => {
  it('acks a slash command, posts, is clicked, and edits its message', async () => {
    const { app, start } = await workspace();
    app.command('/keybuzz', async ({ ack, command, client }) => {
      await ack(`on it: ${command.text}`);
      await client.chat.postMessage({
        channel: command.channel_id,
        text: 'Deploy redis?',
        blocks: [button('go', 'r1')],
      });
    });
    app.action('go', async ({ ack, body, client }) => {
      await ack();
      if (body.type !== 'block_actions') throw new Error('not a click');
      const { channel, message } = body;
      const text = `gone by <@${body.user.id}>`;
      await client.chat.update({ channel: channel?.id ?? '', ts: message?.ts ?? '', text });
    });
    await start();
    const ack = await slack.person('operator').command('#ops', '/keybuzz', 'deploy redis');
    expect(ack.payload).toEqual({ text: 'on it: deploy redis' });
    expect(ack.latencyMs).toBeLessThan(1000);
    expect(slack.ephemerals('operator').map((each) => each.text)).toEqual(['on it: deploy redis']);
    const posted = await slack.waitFor(() => slack.messages('#ops')[0]);
    await slack.person('approver').click(posted, 'go');
    const edited = await slack.waitFor(() => slack.messages('#ops').find((each) => each.edited));
    expect(edited.text).toBe('gone by <@U0APPROVER>');
    expect(edited.blocks).toBeUndefined();
  });

  it('rejects a command that nobody acks, within the time Slack gives', async () => {
    const { start } = await workspace({ ackTimeoutMs: 100 });
    await start();
    const typed = slack.person('operator').command('#ops', '/keybuzz', 'help');
    await expect(typed).rejects.toMatchObject({ code: 'no_ack' });
  });

  it('rejects a command while no app is connected', async () => {
    slack = await startSlackSandbox();
    const typed = slack.person('operator').command('#ops', '/keybuzz', 'help');
    await expect(typed).rejects.toMatchObject({ code: 'no_connection' });
  });

  it('redelivers an event that was not acked, with the same envelope and a retry number', async () => {
    const { app, start } = await workspace({ ackTimeoutMs: 50 });
    const seen: [string | undefined, number | undefined][] = [];
    // Bolt acks an event when processEvent calls its ack: hold the first one back.
    const process = app.processEvent.bind(app);
    app.processEvent = async (event) => {
      const id = (event.customProperties as { envelopeId?: string }).envelopeId;
      seen.push([id, event.retryNum]);
      if (seen.length > 1) await process(event);
    };
    app.event('app_mention', async () => Promise.resolve());
    await start();
    const delivery = await slack.person('operator').mention('#ops', 'status');
    expect(seen.map(([, retry]) => retry)).toEqual([0, 1]);
    expect(new Set(seen.map(([id]) => id))).toEqual(new Set([delivery.envelopeId]));
  });

  it('delivers one envelope twice when asked, which Bolt handles twice', async () => {
    const { app, start } = await workspace();
    const triggers: string[] = [];
    app.command('/keybuzz', async ({ ack, command }) => {
      triggers.push(command.trigger_id);
      await ack();
    });
    await start();
    const delivery = await slack.person('operator').command('#ops', '/keybuzz', 'deploy', { duplicate: true });
    expect(delivery.acks).toHaveLength(2);
    expect(triggers).toEqual([delivery.triggerId, delivery.triggerId]);
  });

  it('sends two clicks of one tick before either is acked', async () => {
    const { app, start } = await workspace({}, 2);
    const clickers = new Set<string>();
    app.action('approve', async ({ ack, body }) => {
      clickers.add(body.user.id);
      await ack();
    });
    await start();
    const sent = await app.client.chat.postMessage({ channel: 'C0OPS', text: '?', blocks: [button('approve', 'a1')] });
    const message = await slack.waitFor(() => slack.messages('#ops').find((each) => each.ts === sent.ts));
    await Promise.all(['approver', 'approver2'].map((name) => slack.person(name).click(message, 'approve')));
    expect(clickers).toEqual(new Set(['U0APPROVER', 'U0APPROVER2']));
    const kinds = slack.calls('interactive').map((call) => call.kind);
    expect(kinds).toEqual(['envelope', 'envelope', 'ack', 'ack']);
  });

  it('refuses a click that nobody could make, and allows one on an old screen', async () => {
    const { app, start } = await workspace();
    const clicked: string[] = [];
    app.action('go', async ({ ack, body }) => {
      clicked.push(body.user.id);
      await ack();
    });
    await start();
    const { ts = '' } = await app.client.chat.postMessage({
      channel: 'C0OPS',
      text: '?',
      blocks: [button('go', 'r1')],
    });
    const [old] = slack.messages('#ops');
    if (!old) throw new Error('not posted');
    await app.client.chat.update({ channel: 'C0OPS', ts, text: 'decided' });
    const person = slack.person('approver');
    await expect(person.click(old, 'go')).rejects.toThrow('nothing to click');
    await person.click(old, 'go', { stale: true });
    expect(clicked).toEqual(['U0APPROVER']);
  });

  it('hears of shortcuts and of changed groups', async () => {
    const { app, start } = await workspace({ app: { shortcuts: ['act'] } });
    const heard: unknown[] = [];
    app.shortcut('act', async ({ ack, shortcut }) => {
      heard.push(shortcut.type);
      await ack();
    });
    app.event('subteam_members_changed', async ({ event }) => Promise.resolve(void heard.push(event.added_users)));
    await start();
    const person = slack.person('operator');
    await person.messageShortcut(person.say('#ops', 'look at this'), 'act');
    await person.shortcut('act');
    slack.admin.setGroup('operators', ['U0OPERATOR', 'U0VIEWER']);
    await slack.waitFor(() => slack.calls('events_api').find((call) => call.kind === 'ack'));
    expect(heard).toEqual(['message_action', 'shortcut', ['U0VIEWER']]);
  });

  it('takes turns between connections, and answers through the second while the first is refreshed', async () => {
    const { app, start } = await workspace({}, 2);
    app.command('/keybuzz', async ({ ack }) => ack());
    await start();
    expect(slack.connections()).toBe(2);
    slack.refresh({ which: 0 });
    const delivery = await slack.person('operator').command('#ops', '/keybuzz', 'status');
    expect(delivery.latencyMs).toBeLessThan(1000);
  });

  it('is connected again after its connection was cut', async () => {
    slack = await startSlackSandbox();
    bolt = createBoltApp(slack, 1, 300);
    bolt.app.command('/keybuzz', async ({ ack }) => ack());
    await bolt.start();
    slack.refresh();
    await slack.waitFor(() => slack.connections() === 0);
    await slack.waitFor(() => slack.connections() === 1);
    await slack.person('operator').command('#ops', '/keybuzz', 'status');
    expect(slack.calls('apps.connections.open')).toHaveLength(2);
  });
});

describe('the socket end', () => {
  it('takes a ticket once', async () => {
    slack = await startSlackSandbox();
    const url = await openUrl();
    const socket = new WebSocket(url);
    expect(await firstFrame(socket)).toMatchObject({ type: 'hello', num_connections: 1 });
    await expect(firstFrame(new WebSocket(url))).rejects.toThrow('401');
    socket.terminate();
  });

  it('sends the eleventh connection away', async () => {
    slack = await startSlackSandbox();
    const frames: Record<string, unknown>[] = [];
    for (let n = 0; n < 11; n++) frames.push(await firstFrame(new WebSocket(await openUrl())));
    expect(frames.map((frame) => frame.reason).filter(Boolean)).toEqual(['too_many_websockets']);
    expect(slack.connections()).toBe(10);
  });

  it('pings its clients', async () => {
    slack = await startSlackSandbox({ pingIntervalMs: 20 });
    const socket = new WebSocket(await openUrl());
    await new Promise((resolve) => socket.once('ping', resolve));
    socket.terminate();
  });
});
