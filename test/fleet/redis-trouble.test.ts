import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from '../../sandbox/slack/index.ts';
import { isOver, readable, type Started } from '../helpers/deployment.ts';
import { openRealDeployment, type RealDeployment } from './deployment.ts';

const HOSTS = ['redis-01', 'redis-02', 'redis-03', 'haproxy-01', 'haproxy-02'];

const DEPLOY_MS = 180_000;

/** One deploy that meets one trouble after the other; each is removed and the same run is resumed. */
describe('a deploy that meets trouble on real hosts', () => {
  let real: RealDeployment;
  let worker: Started;
  let run: Message;
  let attempt = 1;

  beforeAll(async () => {
    real = await openRealDeployment(HOSTS);
    await real.start('bot');
    worker = await real.start('worker');
  });

  afterAll(async () => {
    await real.close();
  });

  /** Waits until the run stops, and the channel says why: the root message and what hangs on it. */
  async function stopped(why: RegExp): Promise<void> {
    run = await real.when(run, (text) => isNow(text) && text.includes('keybuzz_resume') && why.test(text), DEPLOY_MS);
  }

  /** Several states of a run may become one edit, so what is waited for is the attempt, which stays to be seen. */
  const isNow = (text: string) => attempt === 1 || text.includes(`attempt ${attempt}`);

  async function resume(): Promise<void> {
    attempt += 1;
    await real.slack.person('operator').click(run, 'keybuzz_resume');
    run = await real.when(run, isNow, 30_000);
  }

  async function command(text: string): Promise<void> {
    attempt = 1;
    run = await real.run('operator', text);
  }

  async function approve(): Promise<void> {
    run = await real.when(run, (text) => text.includes('keybuzz_approve'), 60_000);
    await real.slack.person('approver').click(run, 'keybuzz_approve');
  }

  /** What is left may have become more than was approved; then the prompt comes again. */
  async function approveIfAsked(): Promise<void> {
    run = await real.when(run, (text) => /keybuzz_approve|\*Running\*/.test(text), 60_000);
    if (readable(run).includes('keybuzz_approve')) await approve();
  }

  it('stops at a host whose key is not pinned, and goes on once it is enrolled with approval', async () => {
    const pinned = await readFile(real.knownHostsFile, 'utf8');
    const others = pinned.split('\n').filter((line) => !line.includes('10.0.0.12 '));
    await writeFile(real.knownHostsFile, others.join('\n'));
    await command('plan redis');
    run = await real.when(run, isOver, 60_000);
    expect(readable(run)).toMatch(/haproxy-02.*enroll haproxy-02/s);
    await command('enroll haproxy-02');
    run = await real.when(run, (text) => text.includes('keybuzz_approve'), 30_000);
    const key = await real.fleet.exec('haproxy-02', 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
    const fingerprint = key.stdout.split(' ')[1] ?? 'none';
    await real.slack.waitFor(
      () => real.slack.thread('#ops', run.ts).some((message) => readable(message).includes(fingerprint)),
      10_000,
      `the fingerprint ${fingerprint}`,
    );
    await approve();
    run = await real.when(run, isOver, 30_000);
    expect(readable(run)).toContain('*Done*');
    expect(await readFile(real.knownHostsFile, 'utf8')).toContain('10.0.0.12');
  });

  it('stops before any change when a port is held by another program, and names host, program and fix', async () => {
    // It answers, again and again: what a deploy asks beforehand connects to the port, too.
    const squat = 'systemd-run --unit=squatter systemd-socket-activate --accept -l 6379 /bin/cat';
    await real.fleet.exec('redis-02', `${squat}; until ss -ltn | grep -q :6379; do :; done`);
    await command('deploy redis');
    await stopped(/redis-02: Port 6379 .*systemd-socket.*To do.*systemctl disable/s);
    for (const host of HOSTS) expect((await real.fleet.exec(host, 'command -v redis-server')).exitCode).not.toBe(0);
    await real.fleet.exec('redis-02', 'systemctl stop squatter');
  });

  it('stops again when a host is down', async () => {
    await real.fleet.kill('redis-03');
    await resume();
    await stopped(/redis-03: .*10\.0\.0\.125.*To do/s);
    await real.fleet.boot('redis-03');
  });

  it('stops again when a disk is full', async () => {
    await real.fleet.exec('redis-01', 'mkdir -p /opt/keybuzz');
    await real.fleet.fillDisk('redis-01', '/opt/keybuzz');
    await resume();
    await stopped(/redis-01: .*free for \/opt\/keybuzz.*To do/s);
    await real.fleet.exec('redis-01', 'umount /opt/keybuzz');
  });

  it('is interrupted when a host reboots in the middle of its step, and never guesses how it ended', async () => {
    await resume();
    await approve();
    await real.slack.waitFor(() => readable(latest()).includes('redis-02') && latest(), DEPLOY_MS);
    await real.fleet.exec('redis-02', 'until ls /var/lib/keybuzz/runs/*servers*/started >/dev/null 2>&1; do :; done');
    await real.fleet.reboot('redis-02');
    await stopped(/redis-02.*(?:rebooted|restarted).*To do/s);
  });

  it('completes with the hosts that were left, though the worker is told to end in the middle', async () => {
    const before = await real.starts(['redis-01']);
    await resume();
    await approveIfAsked();
    await real.fleet.exec('redis-03', 'until ls /var/lib/keybuzz/runs/*servers*/started >/dev/null 2>&1; do :; done');
    expect(await worker.end('SIGTERM')).toBe(0);
    await real.start('worker');
    run = await real.when(run, (text) => isOver(text) || text.includes('keybuzz_resume'), DEPLOY_MS);
    expect(readable(run)).toMatch(/\*Done\* in .*checks: 13 pass/);
    expect(await real.starts(['redis-01'])).toEqual(before);
    const starts = (await real.events(run)).flatMap((event) => (event.type === 'host.started' ? [event] : []));
    expect(starts.map(({ host }) => host).sort()).toEqual([...HOSTS, 'redis-02'].sort());
    expect(await real.askRedis('redis-01', '10.0.0.11', 'ping')).toBe('PONG');
  });

  it('refuses credentials that are not those of the running cluster, and goes on with the right ones', async () => {
    const file = join(real.credentialsDirectory, 'redis.env');
    await copyFile(file, `${file}.right`);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('canary', 'wrong'), { mode: 0o600 });
    await command('deploy redis');
    await stopped(/redis-0\d: .*password.*To do.*redis\.env/s);
    await copyFile(`${file}.right`, file);
    await resume();
    run = await real.when(run, (text) => isOver(text) || text.includes('keybuzz_resume'), 60_000);
    expect(readable(run)).not.toContain('keybuzz_resume');
  });

  /** The run's root message as it is now. */
  function latest(): Message {
    return real.slack.messages('#ops').find((message) => message.ts === run.ts) ?? run;
  }
});
