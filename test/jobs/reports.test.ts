import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashOf } from '../../src/canonical.ts';
import { RefusedError } from '../../src/errors.ts';
import type { Engine } from '../../src/jobs/engine.ts';
import { openEngine } from '../../src/jobs/open-engine.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { changeStep, OLGA, planOf } from '../helpers/runs.ts';

describe('reports that are refused', () => {
  let server: PrivateRedis;
  let engine: Engine;

  beforeAll(async () => {
    server = await startRedis();
    const shared = { db: 0, tls: false, username: undefined, password: undefined };
    const endpoint = { kind: 'single' as const, host: '127.0.0.1', port: server.port, ...shared };
    engine = openEngine({ endpoint, prefix: freshPrefix(), sweepMs: 5, warn: () => undefined });
  });
  afterAll(async () => {
    await engine.close();
    await server.stop();
  });

  it('are told of once when they are given up, and tried again with the next event alone', async () => {
    const plan = planOf([changeStep('servers', ['redis-01'])]);
    const { state } = await engine.startRun({
      ...{ command: 'deploy redis', plan, planHash: hashOf(plan), person: OLGA, interaction: 'i', previewOnly: false },
      gate: { approvals: 1, impact: 'disruptive', expiresAfterSeconds: 3600 },
      origin: { via: 'slack', channel: 'C1' },
    });
    const { runId } = state;
    const givenUp: string[] = [];
    let calls = 0;
    let callsAtEnd = 0;
    const refused = new RefusedError('Slack refuses.', { code: 'KEYBUZZ_REPORT_REFUSED', fix: '' });
    await new Promise<void>((resolve) => {
      const stop = engine.consumeReports(
        () => {
          calls += 1;
          return Promise.reject(refused);
        },
        {
          concurrency: 1,
          gaveUp: (run) => {
            givenUp.push(run);
            if (givenUp.length === 1) {
              callsAtEnd = calls;
              void engine.cancel({ runId, person: OLGA, via: 'slack', interaction: 'j' });
            } else void stop().then(resolve);
          },
        },
      );
    });
    expect(givenUp).toEqual([runId, runId]);
    expect([callsAtEnd, calls]).toEqual([8, 9]);
  });
});
