import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findRedisServer } from '../../../sandbox/redis.ts';
import { runShell } from '../shell.ts';

const MASTER = '127.0.0.2';
const secrets = { REDIS_PASSWORD: 'redis-password-of-the-test', SENTINEL_PASSWORD: 'sentinel-password-of-the-test' };
const KEY = 'keybuzz:marker:token:haproxy-01';

/** A marker's line: when it was answered (s before now), how, by which node, and whether every replica had it. */
type Line = [ago: number, answer: string, node: string, had: 0 | 1];

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('what the markers tell, asked of a real master', () => {
  let directory: string;
  let ports: { redis: number; sentinel: number };
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'keybuzz-marker-'));
    ports = { redis: await freePort(), sentinel: await freePort() };
    const common = [`bind ${MASTER}`, `dir ${directory}`, 'protected-mode no'];
    start('redis', [...common, `port ${ports.redis}`, 'save ""', `requirepass ${secrets.REDIS_PASSWORD}`]);
    const watched = `sentinel monitor the-master ${MASTER} ${ports.redis} 1`;
    start('sentinel', [...common, `port ${ports.sentinel}`, `requirepass ${secrets.SENTINEL_PASSWORD}`, watched]);
    const ready = await shell(`wait_for 10 asked redis && wait_for 10 asked sentinel`);
    expect(ready.exitCode).toBe(0);
  });

  afterAll(async () => {
    for (const child of running) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  });

  function start(kind: string, lines: string[]): void {
    const file = join(directory, `${kind}.conf`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    const args = kind === 'sentinel' ? [file, '--sentinel'] : [file];
    running.push(spawn(findRedisServer(), args, { stdio: 'ignore' }));
  }

  const shell = (body: string) =>
    runShell(
      `REDIS_PORT=${ports.redis} SENTINEL_PORT=${ports.sentinel}
       RESP_LIBRARY=\${RESP_LIBRARY//26379/$SENTINEL_PORT} MARKER_REPORT=\${MARKER_REPORT//6379/$REDIS_PORT}
       asked() { if [[ $1 == redis ]]; then ask_redis ${MASTER} PING; else ask_sentinel ${MASTER} PING; fi; }
       ${body}`,
      { needs: ['lib.sh', 'perl.sh', 'redis.sh', 'redis-perl.sh', 'marker.sh', 'redis-marker.sh'], secrets },
    );

  /** Reports on a ledger of one entry; `missing` are the markers that the master does not have. */
  async function report(lines: readonly Line[], missing: readonly number[] = [], members = MASTER) {
    const now = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    const text = lines.map(([ago, answer, node, had], marker) => {
      const at = (now - ago).toFixed(2);
      return `${marker} ${at} ${at} ${answer} ${node} ${had}\n`;
    });
    writeFileSync(join(directory, 'ledger-haproxy-01'), text.join(''));
    writeFileSync(join(directory, 'nodes'), 'node-a 10.0.0.123\nnode-b 10.0.0.124\n');
    const kept = lines.flatMap(([, answer], marker) => (answer === 'ok' && !missing.includes(marker) ? [marker] : []));
    const words = kept.map((marker) => `SETBIT ${KEY} ${marker} 1`).join(" ';' ");
    const ran = await shell(
      `${words === '' ? '' : `ask_redis ${MASTER} ${words} >/dev/null`}
       run_perl "\${MARKER_REPORT/1 .. 100/1 .. 2}" ${directory} token 2 haproxy-01 the-master ${members}
       fact key-left "$(ask_redis ${MASTER} EXISTS ${KEY})"; ask_redis ${MASTER} DEL ${KEY} >/dev/null`,
    );
    const checks = ran.lines.flatMap((line) => (line.kind === 'check' ? [[line.id, line.answer] as const] : []));
    const answers: Record<string, string | undefined> = Object.fromEntries(checks);
    return { answers, facts: ran.facts };
  }

  const steady = (seconds: number, step = 0.1): Line[] =>
    Array.from({ length: Math.round(seconds / step) }, (_, at) => [seconds - at * step, 'ok', 'node-a', 1]);

  it('finds no fault with writes that went on, and takes its key away', async () => {
    const told = await report(steady(3));
    expect(told.answers).toMatchObject({ outage: 'pass', 'lost-writes': 'pass', 'two-masters': 'pass' });
    expect(told.facts).toMatchObject({ verdict: 'pass', acknowledged: '30', lost: '0', 'key-left': '0' });
  });

  it('fails for one lost write that every attached replica had', async () => {
    const told = await report(steady(3), [17]);
    expect(told.answers['lost-writes']).toBe('fail');
    expect(told.facts).toMatchObject({ verdict: 'fail', lost: '1', 'lost-by-all': '1' });
  });

  it('counts a lost write that no replica was known to have, and only warns', async () => {
    const lines = steady(3).map((line, at): Line => (at === 17 ? [line[0], 'ok', 'node-a', 0] : line));
    const told = await report(lines, [17]);
    expect(told.answers['lost-writes']).toBe('warn');
    expect(told.facts).toMatchObject({ verdict: 'pass', lost: '1', 'lost-by-all': '0' });
  });

  it('does not count what was never acknowledged', async () => {
    const told = await report([...steady(1), [0.1, 'READONLY', 'node-a', 0], [0, 'unanswered', 'node-a', 0]]);
    expect(told.facts).toMatchObject({ acknowledged: '10', lost: '0' });
  });

  it.each([
    [1.8, 'pass', 'pass'],
    [2.5, 'warn', 'pass'],
    [61, 'fail', 'fail'],
  ])('calls an outage of %s s a %s', async (gap, answer, verdict) => {
    const before = steady(1).map(([ago, ...rest]): Line => [ago + gap, ...rest]);
    const told = await report([...before, [0, 'ok', 'node-b', 1]]);
    expect(told.answers.outage).toBe(answer);
    expect(told.facts.verdict).toBe(verdict);
  });

  it('counts an outage that has not ended, and one without any write', async () => {
    expect((await report(steady(1).map(([ago, ...rest]): Line => [ago + 5, ...rest]))).answers.outage).toBe('warn');
    expect((await report([[1, 'unreached', '-', 0]])).answers.outage).toBe('unknown');
  });

  it('tells two masters at a time from one that moved', async () => {
    const node = (name: (at: number) => string): Line[] => steady(3).map(([ago], at) => [ago, 'ok', name(at), 1]);
    expect((await report(node((at) => (at < 15 ? 'node-a' : 'node-b')))).answers['two-masters']).toBe('pass');
    expect((await report(node((at) => (at % 2 === 0 ? 'node-a' : 'node-b')))).answers['two-masters']).toBe('fail');
    const shortly = node((at) => (at < 10 || at === 12 ? 'node-a' : 'node-b'));
    expect((await report(shortly)).answers['two-masters']).toBe('pass');
  });

  it('knows nothing of lost writes when no master can be asked', async () => {
    const told = await report(steady(1), [], '127.0.0.9');
    expect(told.answers['lost-writes']).toBe('unknown');
    expect(told.facts.verdict).toBe('fail');
  });
});
