import { request as ask } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { openBrowser } from '../../sandbox/web/browser.ts';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { serveBoard } from '../../src/jobs/board.ts';
import { openEngine, type Engine } from '../../src/jobs/index.ts';
import { Secret } from '../../src/secret.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';

const TOKEN = 'a-token-of-twenty-six-bytes';
const BEARER = { authorization: `Bearer ${TOKEN}` };
const basic = (words: string) => ({ authorization: `Basic ${Buffer.from(words).toString('base64')}` });

let server: PrivateRedis;
let redis: Redis;
let engine: Engine;
let advance: Queue;
let board: Awaited<ReturnType<typeof serveBoard>>;

beforeAll(async () => {
  server = await startRedis();
  const prefix = freshPrefix();
  const endpoint = parseRedisUrl(server.url);
  engine = openEngine({ endpoint, prefix, sweepMs: 60_000, warn: () => undefined });
  redis = new Redis({ host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null });
  advance = new Queue('advance', { connection: redis, prefix: `{${prefix}}` });
  await advance.add('advance', { runId: 'lusab-babad' });
  const interaction = { key: 'trigger-1', userId: 'U0OLGA', teamId: 'T0', channel: 'C0OPS' };
  await engine.recordInteraction({ ...interaction, text: 'approve lusab-babad --code 123456' });
  board = await serveBoard({ endpoint, prefix, port: 0, token: new Secret('KEYBUZZ_BOARD_TOKEN', TOKEN) });
});
afterAll(async () => {
  await board.close();
  await advance.close();
  redis.disconnect();
  await engine.close();
  await server.stop();
});

async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const request = ask({ host: '127.0.0.1', port: board.port, path, method, headers });
  request.end(method === 'GET' || method === 'HEAD' ? undefined : '{}');
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

describe('The board of the queues', () => {
  it.each([
    ['nothing', {}],
    ['another token', { authorization: 'Bearer another-token-of-some-bytes' }],
    ['the token cut short', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['the token alone', { authorization: TOKEN }],
    ['a wrong password', basic('olga:wrong')],
    ['the token as a name', basic(`${TOKEN}:`)],
    ['no password', basic('olga:')],
    ['what is no base64', { authorization: 'Basic %%%' }],
  ])('shows nothing to whoever shows %s', async (_, headers: Record<string, string>) => {
    for (const path of ['/', '/api/queues', '/static/js/main.js', '/queue/advance', '/api/redis/stats']) {
      const answer = await get(path, headers);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toContain('Basic');
      expect(answer.body).not.toContain('advance');
    }
  });

  it('shows the page and the queues to whoever shows the token, as a bearer or as a password', async () => {
    for (const headers of [BEARER, basic(`olga:${TOKEN}`), basic(`:${TOKEN}`)]) {
      const page = await get('/', headers);
      expect(page.status).toBe(200);
      expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
      const { queues } = JSON.parse((await get('/api/queues?activeQueue=advance', headers)).body) as {
        queues: { name: string; readOnlyMode: boolean; jobs: { data: unknown }[] }[];
      };
      expect(queues.map(({ name }) => name).sort()).toEqual(
        ['advance', 'alert', 'digest', 'interaction', 'monitor', 'report'].sort(),
      );
      expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
      expect(queues.find(({ name }) => name === 'advance')?.jobs[0]?.data).toEqual({ runId: 'lusab-babad' });
    }
  });

  it('tells who did what kind of thing, and nothing else of what they typed', async () => {
    const { body } = await get('/api/queues?activeQueue=interaction', BEARER);
    expect(body).toContain('{"userId":"U0OLGA","channel":"C0OPS","verb":"approve"}');
    expect(body).not.toMatch(/123456|trigger-1/);
    const [, id = ''] = /"id":"([0-9a-f]{64})"/.exec(body) ?? [];
    expect((await get(`/api/queues/interaction/${id}`, BEARER)).body).not.toMatch(/123456|trigger-1/);
  });

  it('lets nobody change anything', async () => {
    const [job] = await advance.getWaiting();
    const at = `/api/queues/advance`;
    for (const [method, path] of [
      ...[
        ['PUT', `${at}/pause`],
        ['PUT', `${at}/obliterate`],
        ['PUT', `${at}/empty`],
        ['POST', `${at}/add`],
      ],
      ...[
        ['PUT', `${at}/${job?.id}/clean`],
        ['PATCH', `${at}/${job?.id}/update-data`],
        ['DELETE', at],
        ['POST', '/'],
      ],
    ]) {
      expect((await get(path ?? '', BEARER, method)).status).toBe(405);
    }
    expect((await get(`${at}/pause`, BEARER)).status).not.toBe(200);
    expect(await advance.isPaused()).toBe(false);
    expect((await advance.getWaiting()).map(({ id }) => id)).toEqual([job?.id]);
  });

  it('works in a browser, under an address of a queue too, with nothing from elsewhere', async () => {
    const headless = await openBrowser();
    try {
      const context = await headless.browser.newContext({ httpCredentials: { username: 'olga', password: TOKEN } });
      const page = await context.newPage();
      const broken: string[] = [];
      const elsewhere: string[] = [];
      page.on('pageerror', (error) => broken.push(String(error)));
      page.on('response', (response) => {
        if (response.status() >= 400) broken.push(`${response.status()} ${response.url()}`);
        if (!response.url().startsWith(`http://127.0.0.1:${board.port}/`)) elsewhere.push(response.url());
      });
      await page.goto(`http://127.0.0.1:${board.port}/queue/advance?status=waiting`);
      await page.getByText('lusab-babad').first().waitFor({ timeout: 20_000 });
      expect({ broken, elsewhere }).toEqual({ broken: [], elsewhere: [] });
    } finally {
      await headless.close();
    }
  });
});
