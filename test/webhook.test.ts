import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CommandError } from '../src/errors.ts';
import { serveHealth, type Health } from '../src/health.ts';
import { alertmanagerWebhook, readAlertmanager } from '../src/jobs/alertmanager.ts';
import type { Told } from '../src/jobs/index.ts';
import { Secret } from '../src/secret.ts';

const TOKEN = 'a-token-of-twenty-four-c';
const told: { subject: string; told: Told }[] = [];
let isRedisAway = false;
let health: Health;

beforeEach(async () => {
  told.length = 0;
  isRedisAway = false;
  const tell = (subject: string, what: Told) => {
    if (isRedisAway) return Promise.reject(new Error('away'));
    told.push({ subject, told: what });
    return Promise.resolve();
  };
  const webhooks = [alertmanagerWebhook(new Secret('KEYBUZZ_WEBHOOK_TOKEN', TOKEN), () => ({ tell }))];
  health = await serveHealth({ host: '127.0.0.1', port: 0, role: 'bot', ready: () => Promise.resolve(), webhooks });
});
afterEach(() => health.close());

const firing = (labels: Record<string, string>, status = 'firing') => ({
  ...{ status, labels, annotations: { summary: 'the queue grows' }, fingerprint: 'c0ffee01' },
});
const payload = (...alerts: object[]) => JSON.stringify({ version: '4', groupKey: '{}', alerts });

async function post(body: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) {
  const url = `http://127.0.0.1:${health.port}/webhooks/alertmanager`;
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.text();
  return response.status;
}

describe('The webhook of Alertmanager', () => {
  it('takes alerts, grouped by what they are about, and answers when they are durable', async () => {
    const billing = { alertname: 'QueueGrows', service: 'Billing API', severity: 'critical', instance: 'b1:9100' };
    expect(await post(payload(firing(billing), firing({ alertname: 'Slow', job: 'node' }, 'resolved')))).toBe(200);
    expect(told.map(({ subject }) => subject)).toEqual(['am-billing-api', 'am-node']);
    expect(told[0]?.told.observations).toEqual([
      {
        ...{ key: 'QueueGrows b1:9100 c0ffee01', answer: 'fail', value: 'critical', text: 'the queue grows' },
        severity: 'critical',
      },
    ]);
    expect(told[1]?.told.observations).toMatchObject([{ answer: 'pass', severity: 'warning' }]);
  });

  it('never lets what comes from outside look like what we saw ourselves', () => {
    const subjects = ['redis', 'hosts', 'monitor', '../x', '', 'É'].map(
      (module) => readAlertmanager(JSON.parse(payload(firing({ module }))))[0]?.subject,
    );
    expect(subjects).toEqual(['am-redis', 'alertmanager', 'alertmanager', 'am-x', 'alertmanager', 'alertmanager']);
  });

  it('refuses who does not show the token, or something else than a POST', async () => {
    const body = payload(firing({}));
    for (const authorization of ['', 'Bearer', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN]) {
      expect(await post(body, { authorization })).toBe(401);
    }
    expect((await fetch(`http://127.0.0.1:${health.port}/webhooks/alertmanager`)).status).toBe(405);
    expect(told).toEqual([]);
  });

  it('says 400 for what is no alert, 413 for what is too long, and 503 when it should be sent again', async () => {
    expect(await post('{')).toBe(400);
    expect(await post('{"version":"3","alerts":[]}')).toBe(400);
    expect(await post(payload({ status: 'firing' }))).toBe(400);
    expect(await post(' '.repeat(5 * 1024 * 1024))).toBe(413);
    isRedisAway = true;
    expect(await post(payload(firing({})))).toBe(503);
    expect(told).toEqual([]);
  });

  it('reads no more than the bound of a body whose length was not told', async () => {
    const { port } = health;
    const status = await new Promise<number | undefined>((resolve) => {
      const headers = { authorization: `Bearer ${TOKEN}` };
      const call = request({ port, host: '127.0.0.1', path: '/webhooks/alertmanager', method: 'POST', headers });
      call.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on('error', () => resolve(undefined));
      for (let round = 0; round < 80; round += 1) call.write(Buffer.alloc(65_536, 0x20));
      call.end();
    });
    // The connection may be reset before the answer is read.
    expect([413, undefined]).toContain(status);
    expect(told).toEqual([]);
  });

  it('throws nothing but our own error, whatever is posted', () => {
    const alert = fc.record(
      { status: fc.constantFrom('firing', 'resolved', 'x'), labels: fc.object(), annotations: fc.object() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ version: fc.constant('4'), alerts: fc.array(alert) })),
        (body) => {
          try {
            readAlertmanager(body);
          } catch (error) {
            expect(error).toBeInstanceOf(CommandError);
          }
        },
      ),
    );
  });
});
