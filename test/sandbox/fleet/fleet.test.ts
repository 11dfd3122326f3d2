import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFleet } from '../../../sandbox/fleet/index.ts';
import type { Fleet } from '../../../sandbox/fleet/index.ts';
import { generateSshKey } from '../../../sandbox/ssh-key.ts';
import { assembleScript } from '../../../src/modules/scripts.ts';
import { Secret } from '../../../src/secret.ts';
import {
  createSshPool,
  followDetached,
  inspectDetached,
  parseKnownHosts,
  runRead,
  startDetached,
  stopDetached,
} from '../../../src/ssh/index.ts';
import type { SshPool } from '../../../src/ssh/index.ts';

const HOSTS = [
  { name: 'redis-01', address: '127.77.1.1', pace: 0.1 },
  { name: 'redis-02', address: '127.77.1.2', pace: 0.1 },
  { name: 'redis-03', address: '127.77.1.4', pace: 0.1 },
  { name: 'haproxy-01', address: '127.77.1.3', pace: 20 },
];
const redact = (text: string) => text;
const deploy = assembleScript('redis/deploy-server.sh');
const status = assembleScript('redis/status-server.sh');

describe('the simulated fleet', () => {
  let directory: string;
  let fleet: Fleet;
  let pool: SshPool;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'keybuzz-fleet-test-'));
    const keyFile = join(directory, 'key');
    const key = generateSshKey();
    writeFileSync(keyFile, key.private);
    chmodSync(keyFile, 0o600);
    fleet = await startFleet({ hosts: HOSTS, authorizedKey: key.public });
    const known = parseKnownHosts(fleet.knownHosts);
    pool = createSshPool({ keyFile, knownHosts: () => known });
  });

  afterAll(async () => {
    await pool.close();
    await fleet.close();
    rmSync(directory, { recursive: true });
  });

  const target = (host: string) => ({
    host,
    address: HOSTS.find((one) => one.name === host)?.address ?? '',
    port: fleet.port,
    user: 'root',
  });

  const read = (host: string, mode: 'read' | 'check', script = status) =>
    runRead(pool, target(host), { script, args: ["it's", 'two words'], mode, secrets: [], timeoutSeconds: 5, redact });

  const start = (host: string, run: string, number = 1) =>
    startDetached(pool, target(host), {
      key: { run, step: 'servers', attempt: 1 },
      script: deploy,
      args: ['127.77.1.1'],
      secrets: [new Secret('REDIS_PASSWORD', "s3cr'et")],
      timeoutSeconds: 60,
      fences: [{ lock: 'redis', number }],
      redact,
    });

  const follow = (host: string, run: string) =>
    followDetached(pool, target(host), { key: { run, step: 'servers', attempt: 1 }, redact, deadlineMs: 10_000 });

  const changes = (result: { lines: { kind: string }[] }) =>
    result.lines.filter((line) => line.kind === 'change').length;

  it('says that nothing runs before the deploy', async () => {
    const result = await read('redis-01', 'read');
    expect(result).toMatchObject({ outcome: 'ok', malformed: [] });
    expect(result.lines).toContainEqual({ kind: 'fact', key: 'redis', value: 'stopped' });
    expect(result.lines).toContainEqual({ kind: 'fact', key: 'simulated', value: 'yes' });
  });

  it('lists in check mode what a deploy then does once, and nothing afterwards', async () => {
    const before = await read('redis-01', 'check', deploy);
    expect(changes(before)).toBe(8);
    expect(await start('redis-01', 'first')).toEqual({ kind: 'started' });
    expect(await start('redis-01', 'first')).toEqual({ kind: 'attached' });
    const done = await follow('redis-01', 'first');
    expect(done).toMatchObject({ outcome: 'ok', exitCode: 0, malformed: [] });
    expect(changes(done)).toBe(8);
    expect(changes(await read('redis-01', 'check', deploy))).toBe(0);
    expect(
      await inspectDetached(pool, target('redis-01'), {
        key: { run: 'first', step: 'servers', attempt: 1 },
        how: 'look',
      }),
    ).toMatchObject({
      state: 'done',
    });
  });

  it('goes on when the connection is cut and gives the whole output to whoever comes next', async () => {
    await start('redis-02', 'cut');
    pool.drop(target('redis-02'));
    const done = await follow('redis-02', 'cut');
    expect(done.outcome).toBe('ok');
    expect(changes(done)).toBe(8);
  });

  it('is asked once more by a process that stood still for longer than a host may stay silent', async () => {
    const silentMs = 300;
    const key = { run: 'still', step: 'servers', attempt: 1 };
    await start('redis-03', key.run);
    let cut = 0;
    const standStill = () => {
      cut += 1;
      fleet.lines.get('redis-03')?.cut();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * silentMs);
    };
    const done = await followDetached(pool, target('redis-03'), {
      ...{ key, redact, deadlineMs: silentMs },
      // The question that follows the first line is under way by then.
      onLine: () => {
        if (cut === 0) setImmediate(() => setImmediate(standStill));
      },
    });
    expect(cut).toBeGreaterThan(0);
    expect(done).toMatchObject({ outcome: 'ok', exitCode: 0 });
  });

  it('stops work that somebody ends, and says so', async () => {
    await start('haproxy-01', 'ended');
    const key = { run: 'ended', step: 'servers', attempt: 1 };
    expect(await stopDetached(pool, target('haproxy-01'), key)).toMatchObject({ state: 'stopped' });
    expect((await follow('haproxy-01', 'ended')).outcome).not.toBe('ok');
  });

  it('refuses a fence older than the newest', async () => {
    await start('redis-02', 'newer', 7);
    expect(await start('redis-02', 'older', 6)).toEqual({ kind: 'fenced', lock: 'redis', newest: 7 });
    await follow('redis-02', 'newer');
  });

  it('refuses a script that it cannot play, with a reason', async () => {
    const text = 'main() { true; }\nmain "$@" </dev/null\n';
    const { createHash } = await import('node:crypto');
    const script = { text, hash: createHash('sha256').update(text).digest('hex') };
    expect(await read('redis-01', 'read', script)).toMatchObject({
      outcome: 'failed',
      exitCode: 69,
      reason: 'The simulated fleet does not know a script of no module.',
    });
  });

  it('lets nobody in with another key', async () => {
    const keyFile = join(directory, 'other');
    writeFileSync(keyFile, generateSshKey().private, { mode: 0o600 });
    const stranger = createSshPool({ keyFile, knownHosts: () => parseKnownHosts(fleet.knownHosts) });
    const result = await runRead(stranger, target('redis-01'), {
      ...{ script: status, args: [], mode: 'read', secrets: [], timeoutSeconds: 5, redact },
    });
    expect(result.outcome).toBe('unknown');
    await stranger.close();
  });
});
