import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findRedisServer } from '../../../sandbox/redis.ts';
import { runShell, type Ran } from '../shell.ts';

/** Three members on loopback addresses of their own, so that they share ports as real ones do. */
const MEMBERS = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
const [FIRST, SECOND, THIRD] = MEMBERS as [string, string, string];
const secrets = { REDIS_PASSWORD: 'redis-password-of-the-test', SENTINEL_PASSWORD: 'sentinel-password-of-the-test' };

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('finding the master, asked of real Redis and Sentinel', () => {
  let directory: string;
  let ports: { redis: number; sentinel: number };
  let running: ChildProcess[] = [];
  const program = findRedisServer();

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'keybuzz-redis-shell-'));
    ports = { redis: await freePort(), sentinel: await freePort() };
  });
  afterEach(async () => {
    for (const child of running) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    running = [];
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(address: string, kind: 'redis' | 'sentinel', lines: string[]): Promise<ChildProcess> {
    const file = join(directory, `${kind}-${address}.conf`);
    const common = [`bind ${address}`, `port ${ports[kind]}`, `dir ${directory}`, 'save ""', 'protected-mode no'];
    const own = kind === 'sentinel' ? common.filter((line) => !line.startsWith('save')) : common;
    writeFileSync(file, [...own, ...lines].join('\n') + '\n');
    const child = spawn(program, [file, ...(kind === 'sentinel' ? ['--sentinel'] : [])], { stdio: 'ignore' });
    running.push(child);
    const ready = await runShell(
      `listening() { local status=0; redis_ask ${address} ${ports[kind]} NONE PING >/dev/null || status=$?; ((status != 3)); }
       wait_for 10 listening`,
      { needs: ['lib.sh', 'perl.sh', 'redis.sh'], mode: 'read' },
    );
    expect(ready.exitCode).toBe(0);
    return child;
  }

  const startRedis = (address: string, replicaOf = ''): Promise<ChildProcess> =>
    start(address, 'redis', [
      ...[`requirepass ${secrets.REDIS_PASSWORD}`, `masterauth ${secrets.REDIS_PASSWORD}`],
      ...(replicaOf === '' ? [] : [`replicaof ${replicaOf} ${ports.redis}`]),
    ]);
  const startSentinel = (address: string, master: string): Promise<ChildProcess> =>
    start(address, 'sentinel', [
      `requirepass ${secrets.SENTINEL_PASSWORD}`,
      `sentinel monitor the-master ${master} ${ports.redis} 2`,
    ]);

  /** find_master as a deploy runs it: the seed is the first member. */
  async function findMaster(given = secrets): Promise<Ran> {
    return runShell(
      `REDIS_PORT=${ports.redis} SENTINEL_PORT=${ports.sentinel}
       use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
       find_master ${FIRST} the-master ${MEMBERS.join(' ')}
       fact master "$MASTER"; fact from "$MASTER_FROM"`,
      { needs: ['lib.sh', 'perl.sh', 'redis.sh'], mode: 'check', secrets: given },
    );
  }

  it('takes the seed only when nobody in the cluster knows a master', async () => {
    expect((await findMaster()).facts).toEqual({ master: FIRST, from: 'nobody' });
  });

  it("takes the Sentinels' majority, whatever the inventory says", async () => {
    await startRedis(SECOND);
    await startSentinel(FIRST, SECOND);
    await startSentinel(SECOND, SECOND);
    expect((await findMaster()).facts).toEqual({ master: SECOND, from: 'sentinels' });
  });

  it('takes a single Sentinel when no node contradicts it, as in the middle of a first deploy', async () => {
    await startRedis(FIRST);
    await startSentinel(FIRST, FIRST);
    expect((await findMaster()).facts).toEqual({ master: FIRST, from: 'sentinels' });
  });

  it('refuses a single Sentinel that a node contradicts', async () => {
    await startRedis(THIRD);
    await startSentinel(FIRST, FIRST);
    const ran = await findMaster();
    expect(ran.exitCode).toBe(69);
    expect(ran.facts.reason).toContain(THIRD);
  });

  it('refuses Sentinels that disagree', async () => {
    await startSentinel(FIRST, FIRST);
    await startSentinel(SECOND, SECOND);
    expect((await findMaster()).exitCode).toBe(69);
  });

  it('takes the only node that is master where there is no Sentinel', async () => {
    await startRedis(SECOND);
    await startRedis(THIRD, SECOND);
    expect((await findMaster()).facts).toEqual({ master: SECOND, from: 'nodes' });
  });

  it('refuses two masters, and replicas without a master', async () => {
    const second = await startRedis(SECOND);
    await startRedis(THIRD);
    expect((await findMaster()).facts.reason).toMatch(/Several nodes/);
    second.kill('SIGKILL');
    await once(second, 'exit');
    running.pop()?.kill('SIGKILL');
    await startRedis(FIRST, SECOND);
    expect((await findMaster()).exitCode).toBe(69);
  });

  it('assumes nothing when a member does not answer', async () => {
    const hung = await startRedis(SECOND);
    hung.kill('SIGSTOP');
    const ran = await findMaster();
    expect(ran.exitCode).toBe(69);
    expect(ran.facts.reason).toContain(`${SECOND}:${ports.redis}`);
  });

  it('says that the credentials file is wrong, and shows no password', async () => {
    await startRedis(SECOND);
    const wrong = { ...secrets, REDIS_PASSWORD: 'some-other-password' };
    const ran = await findMaster(wrong);
    expect(ran.exitCode).toBe(69);
    expect(ran.facts.reason).toContain('wrong credentials file');
    expect(ran.facts.fix).toContain('redis.env');
    for (const secret of [...Object.values(secrets), wrong.REDIS_PASSWORD]) expect(ran.output).not.toContain(secret);
  });

  it('gives the client neither password nor command in its arguments or environment', async () => {
    const hung = await startRedis(SECOND);
    hung.kill('SIGSTOP');
    const ran = await runShell(
      `redis_ask ${SECOND} ${ports.redis} REDIS_PASSWORD SET a-key "$SENTINEL_PASSWORD" >/dev/null &
       client() { CLIENT=$(pgrep -n -f "sub reach.* ${SECOND} ${ports.redis}"); }
       wait_for 3 client
       tr '\\0' ' ' <"/proc/$CLIENT/cmdline"; tr '\\0' ' ' <"/proc/$CLIENT/environ"
       wait`,
      { needs: ['lib.sh', 'perl.sh', 'redis.sh'], mode: 'read', secrets },
    );
    expect(ran.output).toContain(`${SECOND} ${ports.redis}`);
    for (const shown of [...Object.values(secrets), 'a-key']) expect(ran.output).not.toContain(shown);
  });
});
