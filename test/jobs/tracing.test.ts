import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { openBase } from '../../src/jobs/open-engine.ts';
import { openTracing, type Tracing } from '../../src/jobs/index.ts';
import { spansOfRun } from '../../src/jobs/run-spans.ts';
import { createBase } from '../../src/modules/base/index.ts';
import { inventory as inventoryModule } from '../../src/modules/inventory/index.ts';
import { redis } from '../../src/modules/redis/index.ts';
import { startCollector, type Span } from '../helpers/otlp-collector.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { openWorkerBench, type WorkerBench } from '../helpers/worker-bench.ts';
import { hostState, runState, stepState } from '../terminal/fixtures.ts';

const HOSTS = ['install-01', 'redis-01', 'redis-02', 'redis-03', 'haproxy-01', 'haproxy-02'];
const OF = [redis, createBase(redis.locks), inventoryModule];
const PASSWORD = '0123456789abcdefcanary';

const attribute = (span: Span, key: string) => {
  const value = span.attributes.find((one) => one.key === `keybuzz.${key}`)?.value ?? {};
  return Object.values(value)[0];
};

describe('Traces', () => {
  let server: PrivateRedis;
  let bench: WorkerBench;
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let tracing: Tracing | undefined;
  const told: string[] = [];
  const open = (isWanted = true) =>
    openTracing(isWanted, 'worker', (what, error) => void told.push(`${what}: ${String(error)}`));

  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(async () => {
    told.length = 0;
    collector = await startCollector();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
    tracing = await open();
    bench = await openWorkerBench(server, HOSTS, OF);
    const secrets = `REDIS_PASSWORD=${PASSWORD}\nSENTINEL_PASSWORD=${PASSWORD}\n`;
    writeFileSync(join(bench.credentialsDirectory, 'redis.env'), secrets, { mode: 0o600 });
  });
  afterEach(async () => {
    await bench.close();
    await tracing?.close();
    await collector.close();
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  });
  afterAll(() => server.stop());

  /** Resolves when workers have looked at the run twice more. */
  async function wakeAgain(runId: string): Promise<void> {
    const endpoint = parseRedisUrl(server.url);
    const base = openBase({ endpoint, prefix: bench.prefix, sweepMs: 60_000, warn: () => undefined });
    const connection = new Redis({ host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null });
    const queue = new Queue('advance', { connection, prefix: `{${bench.prefix}}` });
    await base.queues.wake(runId);
    await base.queues.wake(runId);
    await bench.until(async () => {
      const { waiting, active } = await queue.getJobCounts('waiting', 'active');
      return waiting === 0 && active === 0;
    });
    await queue.close();
    connection.disconnect();
    await base.close();
  }

  it('are of a run, in it of its steps, in them of each host, with what they were and how they went', async () => {
    for (const worker of [{ tracing }, { tracing }]) await bench.startWorker(worker);
    const runId = await bench.start({ verb: 'deploy', module: 'redis', override: 'the test' });
    const { seq } = await bench.reached(runId, 0, 'waiting-approval');
    await bench.approve(runId);
    const ended = await bench.reached(runId, seq, 'ended', 'interrupted');
    await wakeAgain(runId);
    await bench.close();
    await tracing?.close();

    const runs = collector.spans.filter(({ name }) => name === 'run deploy');
    expect(runs).toHaveLength(1);
    const [run] = runs as [Span];
    expect(run.parentSpanId ?? '').toBe('');
    expect(attribute(run, 'run')).toBe(runId);
    expect(attribute(run, 'module')).toBe('redis');
    expect(attribute(run, 'outcome')).toBe(ended.ending?.ending);
    const steps = collector.spans.filter(({ name }) => name.startsWith('step '));
    expect(steps.map((span) => attribute(span, 'step')).sort()).toEqual(
      ended.steps
        .filter(({ startedAt }) => startedAt !== undefined)
        .map(({ id }) => id)
        .sort(),
    );
    expect(steps.every(({ parentSpanId, traceId }) => parentSpanId === run.spanId && traceId === run.traceId)).toBe(
      true,
    );
    const hosts = collector.spans.filter(({ name }) => name.startsWith('host '));
    const worked = ended.steps.flatMap((step) =>
      step.hosts.filter(({ startedAt }) => startedAt !== undefined).map(({ host }) => `${step.id} ${host}`),
    );
    expect(worked.length).toBeGreaterThan(3);
    expect(hosts.map((span) => `${String(attribute(span, 'step'))} ${String(attribute(span, 'host'))}`).sort()).toEqual(
      worked.sort(),
    );
    for (const host of hosts) {
      const step = steps.find(({ spanId }) => spanId === host.parentSpanId);
      expect(attribute(step ?? host, 'step')).toBe(attribute(host, 'step'));
      expect(attribute(host, 'outcome')).toBe('ok');
      expect(BigInt(host.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(step?.startTimeUnixNano ?? 0));
      expect(BigInt(host.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(run.endTimeUnixNano));
    }
    expect([...collector.services]).toEqual(['keybuzz-worker']);
    expect(told).toEqual([]);
  });

  it('are of the queues too, and hold no secret, nothing that was typed and nothing that a host printed', async () => {
    await bench.startWorker({ tracing });
    await bench.engine.recordInteraction({
      ...{ key: 'trigger-1', userId: 'U0OLGA', teamId: 'T0', channel: 'C0OPS' },
      text: 'approve lusab-babad --code 123456',
    });
    const runId = await bench.start({ verb: 'deploy', module: 'redis', override: 'the very reason' });
    await bench.reached(runId, 0, 'waiting-approval');
    await bench.approve(runId);
    const ended = await bench.reached(runId, 0, 'ended', 'interrupted');
    await bench.close();
    await tracing?.close();
    expect(collector.spans.some(({ name }) => name.includes('advance'))).toBe(true);
    expect(collector.spans.some(({ name }) => name.includes('interaction'))).toBe(true);
    const printed = ended.steps
      .flatMap(({ hosts }) => hosts.flatMap(({ tail }) => tail))
      .filter((line) => line.length > 20);
    expect(printed.length).toBeGreaterThan(0);
    for (const words of [PASSWORD, '123456', 'the very reason', 'trigger-1', ...printed]) {
      expect(collector.bodies()).not.toContain(words);
    }
  });

  it('that the collector does not take in time hold up no end of a process', async () => {
    const release = collector.hold();
    tracing?.run(runState({ status: 'ended', ending: { ending: 'ok', reason: '', fix: '' } }));
    const before = Date.now();
    await tracing?.close();
    // The exporter itself would wait for ten seconds.
    expect(Date.now() - before).toBeLessThan(8_000);
    expect(collector.spans.map(({ name }) => name)).toEqual(['run deploy']);
    release();
  });

  it('load nothing when nobody wants them', async () => {
    expect(await open(false)).toBeUndefined();
  });
});

describe('The spans of a run', () => {
  it('are those of what began; what never ended by itself ends with what it belongs to', () => {
    const at = (second: number) => `2026-03-01T13:00:0${second}.000Z`;
    const { plan } = runState();
    const step = { kind: 'checks' as const, title: 'Ask', impact: 'none' as const, must: [], deadlineSeconds: 0 };
    const hosts = [
      hostState('redis-01', { status: 'unknown', attempt: 1, startedAt: at(2), exitCode: null }),
      hostState('redis-02'),
    ];
    const state = runState({
      ...{
        plan: {
          ...plan,
          steps: [
            { ...step, id: 'one' },
            { ...step, id: 'two' },
          ],
        },
        endedAt: at(5),
        status: 'ended',
      },
      ending: { ending: 'failed', reason: 'a reason', fix: 'a fix' },
      steps: [stepState('one', { status: 'unknown', startedAt: at(1), endedAt: at(4), hosts }), stepState('two')],
    });
    const run = spansOfRun(state);
    expect(run).toMatchObject({ name: 'run deploy', isError: true, attributes: { 'keybuzz.outcome': 'failed' } });
    expect(run.endMs - run.startMs).toBe(5000);
    expect(run.children.map(({ name, isError }) => [name, isError])).toEqual([['step one', true]]);
    const [host, ...others] = run.children[0]?.children ?? [];
    expect(others).toEqual([]);
    expect(host).toMatchObject({ name: 'host redis-01', endMs: Date.parse(at(4)), isError: true });
    expect(JSON.stringify(run)).not.toContain('a reason');
  });
});
