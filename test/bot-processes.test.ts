import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createSite } from '../sandbox/demo/site.ts';
import type { Site } from '../sandbox/demo/site.ts';
import { startSlackSandbox } from '../sandbox/slack/index.ts';
import type { SlackSandbox } from '../sandbox/slack/index.ts';
import { commandBody, send, signed } from './bot/http-requests.ts';
import { until } from './fleet/process.ts';
import { startCli } from './helpers/cli.ts';
import type { CliProcess } from './helpers/cli.ts';
import { freshPrefix, startRedis } from './helpers/redis.ts';
import type { PrivateRedis } from './helpers/redis.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const PATIENCE_MS = 60_000;

describe('keybuzz bot', () => {
  let redis: PrivateRedis;
  let slack: SlackSandbox;
  let site: Site;
  const running: CliProcess[] = [];

  beforeAll(async () => {
    site = createSite();
    redis = await startRedis();
    slack = await startSlackSandbox();
  });

  afterEach(async () => {
    for (const bot of running.splice(0)) {
      bot.child.kill('SIGKILL');
      await bot.ended;
    }
  });

  afterAll(async () => {
    await slack.close();
    await redis.stop();
    site.remove();
  });

  function start(environment: Record<string, string>): CliProcess {
    const bot = startCli(['bot'], {
      REDIS_URL: redis.url,
      KEYBUZZ_INVENTORY: site.inventoryFile,
      KEYBUZZ_POLICY: site.policyFile,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      ...environment,
    });
    running.push(bot);
    return bot;
  }

  it('in HTTP mode answers what Slack signed, and refuses what another bot has served', async () => {
    const environment = {
      KEYBUZZ_REDIS_PREFIX: freshPrefix(),
      SLACK_SIGNING_SECRET: slack.signingSecret,
      PORT: '0',
    };
    const bots = [start(environment), start(environment)];
    const urls: string[] = [];
    for (const bot of bots) {
      const { port } = await bot.logged('listening for Slack');
      urls.push(`http://127.0.0.1:${String(port)}/slack/events`);
      await bot.logged('ready');
    }
    const [first = '', second = ''] = urls;
    slack.deliverTo(first);
    const { payload } = await slack.person('operator').command('#ops', '/keybuzz', 'whoami');
    expect(payload.text).toContain('Working on `whoami`');
    await slack.waitFor(() => slack.ephemerals('operator').find(({ text }) => text.includes('You are')), PATIENCE_MS);

    const bench = { slack, door: { httpUrl: first } } as Parameters<typeof signed>[0];
    const request = signed(bench, commandBody('whoami'));
    expect((await send(request)).status).toBe(200);
    expect((await send({ ...request, url: second })).status).toBe(401);

    for (const bot of bots) {
      bot.child.kill('SIGTERM');
      expect(await bot.ended).toBe(0);
      expect(bot.stdout()).not.toContain(slack.signingSecret);
    }
    slack.deliverTo(undefined);
  });

  it('in Socket Mode shows both connections, and why it is not ready without any', async () => {
    const healthPort = await freePort();
    const bot = start({
      KEYBUZZ_REDIS_PREFIX: freshPrefix(),
      SLACK_APP_TOKEN: slack.appToken,
      KEYBUZZ_HTTP: `127.0.0.1:${healthPort}`,
    });
    await bot.logged('ready');
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${healthPort}/${path}`);
      return { status: answer.status, text: await answer.text() };
    };
    expect((await ask('metrics')).text).toContain('keybuzz_slack_connections{role="bot"} 2');
    expect((await ask('readyz')).status).toBe(200);
    const heal = slack.fault({ method: 'websocket', kind: 'too_many_websockets', times: Infinity });
    slack.cutConnections();
    const sick = await until('not ready', PATIENCE_MS, async () => {
      const answer = await ask('readyz');
      return answer.text.includes('no room') ? answer : undefined;
    });
    expect(sick.status).toBe(503);
    expect((await ask('metrics')).text).toContain('keybuzz_slack_connections{role="bot"} 0');
    heal();
    bot.child.kill('SIGTERM');
    expect(await bot.ended).toBe(0);
  });

  it('shows its queues to whoever has the token of its board', async () => {
    const port = await freePort();
    const token = 'a-token-of-twenty-six-bytes';
    const board = { KEYBUZZ_BOARD_TOKEN: token, KEYBUZZ_BOARD_PORT: String(port) };
    const bot = start({ KEYBUZZ_REDIS_PREFIX: freshPrefix(), SLACK_APP_TOKEN: slack.appToken, ...board });
    await bot.logged('ready');
    const status = async (headers: Record<string, string>) =>
      (await fetch(`http://127.0.0.1:${port}/api/queues`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: `Bearer ${token}` })).toBe(200);
    bot.child.kill('SIGTERM');
    expect(await bot.ended).toBe(0);
    expect(bot.stdout()).not.toContain(token);
  });

  it('exits 78 when Slack refuses the app token, and names it', async () => {
    const bot = start({ KEYBUZZ_REDIS_PREFIX: freshPrefix(), SLACK_APP_TOKEN: 'xapp-1-A0-wrongwrong' });
    expect(await bot.ended).toBe(78);
    expect(bot.stderr()).toContain('SLACK_APP_TOKEN (invalid_auth)');
  });
});
