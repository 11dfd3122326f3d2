import { request as httpRequest } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { startSlackSandbox, type SlackSandbox } from '../../../sandbox/slack/index.ts';
import { createFaults } from '../../../sandbox/web/faults.ts';
import type { Act, Push, Seen } from '../../../sandbox/web/protocol.ts';
import { startWeb, type Web } from '../../../sandbox/web/server.ts';

/** A page without a browser: what it is sent, and what it asks. */
async function openPage(url: string) {
  const socket = new WebSocket(url.replace('http', 'ws'));
  const pushes: Push[] = [];
  let wake: () => void = () => undefined;
  socket.on('message', (data: Buffer) => {
    pushes.push(JSON.parse(data.toString('utf8')) as Push);
    wake();
  });
  await once(socket, 'open');
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  let next = 1;
  return {
    seen: (isWanted: (seen: Seen) => boolean) =>
      until(() => pushes.flatMap((push) => (push.type === 'seen' && isWanted(push.seen) ? [push.seen] : [])).at(-1)),
    async act(act: Act) {
      const id = next++;
      socket.send(JSON.stringify({ id, act }));
      return until(() => pushes.find((push) => push.type === 'answer' && push.id === id));
    },
    send: (text: string) => socket.send(text),
    answer: (id: number) => until(() => pushes.find((push) => push.type === 'answer' && push.id === id)),
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** The status of a request that names this host and origin. */
async function statusFor(url: string, headers: Record<string, string>, path = '/'): Promise<number | undefined> {
  const { port } = new URL(url);
  const asked = httpRequest({ host: '127.0.0.1', port, path, headers, agent: false }).end();
  const [response] = (await once(asked, 'response')) as [{ statusCode?: number; resume: () => void }];
  response.resume();
  return response.statusCode;
}

describe('the server of the page', () => {
  let slack: SlackSandbox;
  let web: Web;
  let directory: string;
  let isBroken = false;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kb-web-'));
    writeFileSync(join(directory, 'index.html'), '<!doctype html>');
    slack = await startSlackSandbox();
    const make = () => {
      isBroken = true;
      return () => void (isBroken = false);
    };
    const faults = createFaults([{ id: 'break', group: 'All', label: 'Break', hint: '', kind: 'switch', make }]);
    web = await startWeb({ slack, faults, directory, parts: { label: 'simulated', commands: [], shortcuts: [] } });
  });
  afterAll(async () => {
    await web.close();
    await slack.close();
    rmSync(directory, { recursive: true });
  });

  it('serves the page to its own address alone, and nothing outside of the page', async () => {
    const { host } = new URL(web.url);
    expect(await statusFor(web.url, { host })).toBe(200);
    expect(await statusFor(web.url, { host: 'evil.example' })).toBe(403);
    expect(await statusFor(web.url, { host, origin: 'http://evil.example' })).toBe(403);
    expect(await statusFor(web.url, { host }, '/../../etc/passwd')).toBe(404);
    expect(await statusFor(web.url, { host }, '/%2e%2e/%2e%2e/etc/passwd')).toBe(404);
  });

  it('lets no page of another origin act', async () => {
    const socket = new WebSocket(web.url.replace('http', 'ws'), { origin: 'http://evil.example' });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('hang up');
  });

  it('shows everybody what one says, and to each whom they act as', async () => {
    const [one, other] = [await openPage(web.url), await openPage(web.url)];
    await other.act({ do: 'become', person: 'viewer' });
    expect(await one.act({ do: 'write', channel: 'C0OPS', text: 'hello' })).toEqual({ type: 'answer', id: 1 });
    const isSaid = (seen: Seen) => seen.messages.C0OPS?.at(-1)?.text === 'hello';
    expect(await one.seen(isSaid)).toMatchObject({ me: 'U0OPERATOR' });
    expect(await other.seen((seen) => isSaid(seen) && seen.me === 'U0VIEWER')).toMatchObject({ label: 'simulated' });
    await one.close();
    await other.close();
  });

  it('lets a person choose the language of their Slack, which everybody sees, and no other than are offered', async () => {
    const page = await openPage(web.url);
    const localeOf = (name: string) => (seen: Seen) => seen.users.find((user) => user.name === name)?.locale;
    expect(await page.act({ do: 'set-locale', locale: 'fr-FR' })).toEqual({ type: 'answer', id: 1 });
    const seen = await page.seen((each) => localeOf('operator')(each) === 'fr-FR');
    expect(localeOf('viewer')(seen)).toBe('en-US');
    page.send(JSON.stringify({ id: 2, act: { do: 'set-locale', locale: 'tlh' } }));
    expect(await page.answer(-1)).toMatchObject({ error: expect.stringContaining('reload') });
    await page.close();
  });

  it('says in a sentence what could not be done', async () => {
    const page = await openPage(web.url);
    const command = { do: 'write', channel: 'C0OPS', text: '/keybuzz help' } as const;
    expect(await page.act(command)).toMatchObject({ error: expect.stringContaining('no app is connected') });
    expect(await page.act({ ...command, thread: '1.2' })).toMatchObject({ error: expect.stringContaining('threads') });
    const click = { do: 'click', channel: 'C0OPS', ts: '1.2', action: 'x', block: 'y' } as const;
    expect(await page.act(click)).toMatchObject({ error: expect.stringContaining('not there any more') });
    expect(await page.act({ do: 'become', person: 'nobody' })).toMatchObject({
      error: expect.stringContaining('nobody'),
    });
    page.send('{');
    expect(await page.answer(-1)).toMatchObject({ error: expect.stringContaining('reload') });
    await page.close();
  });

  it('finds a button that was drawn again while somebody clicked it', async () => {
    const page = await openPage(web.url);
    const elements = [{ type: 'button', action_id: 'deploy', text: { type: 'plain_text', text: 'Deploy' } }];
    const view = { type: 'home', blocks: [{ type: 'actions', elements }] };
    await fetch(new URL('views.publish', slack.apiUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: 'U0OPERATOR', view }),
    });
    const { home } = await page.seen((seen) => seen.home !== null);
    const click = { do: 'click-view', view: home?.id ?? '', block: 'of the one before', values: {} } as const;
    const error = (text: string) => ({ error: expect.stringContaining(text) });
    expect(await page.act({ ...click, action: 'deploy' })).toMatchObject(error('no app is connected'));
    expect(await page.act({ ...click, action: 'remove' })).toMatchObject(error('has no remove'));
    await page.close();
  });

  it('makes trouble, shows that it lasts, and takes it back', async () => {
    const page = await openPage(web.url);
    await page.act({ do: 'fault', fault: 'break', on: true });
    expect(isBroken).toBe(true);
    await page.seen(({ faults }) => faults[0]?.isOn === true);
    await page.act({ do: 'fault', fault: 'break', on: false });
    expect(isBroken).toBe(false);
    expect(await page.act({ do: 'fault', fault: 'other', on: true })).toMatchObject({ error: expect.any(String) });
    await page.close();
  });
});
