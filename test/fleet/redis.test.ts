import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from '../../sandbox/slack/index.ts';
import { isOver, readable } from '../helpers/deployment.ts';
import { redis } from '../../src/modules/redis/index.ts';
import { dumpRedis, filesWithCanary, hasCanary, localFilesWithCanary, watchArgv, type ArgvWatch } from './canary.ts';
import { CANARIES, openRealDeployment, type RealDeployment } from './deployment.ts';
import { describeFaults } from './injected.ts';
import { answersOf } from './operator.ts';
import { FAULTS, FIXTURES } from './redis-faults.ts';
import { masterOf } from './redis-moves.ts';

const SERVERS = ['redis-01', 'redis-02', 'redis-03'];
const PROXIES = ['haproxy-01', 'haproxy-02'];

/** Longest time a deploy of five empty hosts may take on a busy machine, ms. */
const DEPLOY_MS = 300_000;

describe('deploy redis, driven by Slack messages alone, on five real hosts', () => {
  let real: RealDeployment;
  let first: Message;
  let watches: ArgvWatch[];

  beforeAll(async () => {
    real = await openRealDeployment([...SERVERS, ...PROXIES]);
    watches = [...SERVERS, ...PROXIES].map((host) => watchArgv(real.fleet, host));
    await real.start('bot');
    await real.start('worker');
  });

  afterAll(async () => {
    await real.close();
  });

  it('shows what would change on every host before anything is done', async () => {
    first = await real.run('operator', 'deploy redis');
    first = await real.when(first, (text) => text.includes('keybuzz_approve'), 60_000);
    const thread = await real.slack.waitFor(() => {
      const said = real.slack.thread('#ops', first.ts).map(readable).join('\n');
      return said.includes('/etc/redis/keybuzz.conf') && said;
    }, 10_000);
    for (const host of [...SERVERS, ...PROXIES]) expect(thread).toContain(host);
    for (const host of SERVERS) expect((await real.fleet.exec(host, 'command -v redis-server')).exitCode).not.toBe(0);
  });

  it("does not count the requester's own approval", async () => {
    await real.slack.person('operator').click(first, 'keybuzz_approve');
    const answer = await real.slack.waitFor(
      () => real.slack.ephemerals('operator').find((message) => readable(message).includes('does not count')),
      10_000,
    );
    expect(readable(answer)).toContain('Ask somebody else');
  });

  it('deploys after another person approved, and every check passes', async () => {
    await real.slack.person('approver').click(first, 'keybuzz_approve');
    first = await real.when(first, isOver, DEPLOY_MS);
    expect(readable(first)).toMatch(/\*Done\* in .*checks: 13 pass/);
    expect(readable(first)).toContain('U0APPROVER');
  });

  it('never showed a credential in an argv or a unit while it worked', async () => {
    expect((await Promise.all(watches.map((watch) => watch.stop()))).flat()).toEqual([]);
  });

  it('leaves one master with two replicas, whom all Sentinels and both HAProxy know', async () => {
    const roles = await Promise.all(SERVERS.map((host) => real.askRedis(host, '127.0.0.1', 'role')));
    expect(roles.map((role) => role.split('\n')[0]).sort()).toEqual(['master', 'slave', 'slave']);
    const masters = await Promise.all(
      SERVERS.map((host) => real.askSentinel(host, 'sentinel get-master-addr-by-name kb-redis-master')),
    );
    expect(new Set(masters).size).toBe(1);
    const [address] = (masters[0] ?? '').split('\n');
    const links = await real.askRedis('redis-01', address ?? '', 'info replication');
    expect(links.match(/state=online/g)).toHaveLength(2);
    for (const proxy of ['10.0.0.11', '10.0.0.12']) {
      expect(await real.askRedis('redis-01', proxy, `set canary-${proxy} 1`)).toBe('OK');
      expect(await real.askRedis('redis-01', address ?? '', `get canary-${proxy}`)).toBe('1');
      expect(await real.askRedis('redis-01', address ?? '', `del canary-${proxy}`)).toBe('1');
    }
  });

  it('changes nothing and restarts nothing when it is deployed again, and asks nobody', async () => {
    const before = await real.starts([...SERVERS, ...PROXIES]);
    const again = await real.run('operator', 'deploy redis');
    const done = await real.when(again, isOver, 60_000);
    expect(readable(done)).toContain('Nothing to change.');
    expect(
      (await real.events(done)).filter(({ type }) => type === 'approval.requested' || type === 'host.started'),
    ).toEqual([]);
    expect(await real.starts([...SERVERS, ...PROXIES])).toEqual(before);
  });

  it('answers status and test', async () => {
    const status = await real.run('viewer', 'status redis');
    const matrix = await real.when(status, isOver, 30_000);
    expect(readable(matrix)).toMatch(/\*Done\* in .*checks: 13 pass/);
    const test = await real.run('operator', 'test redis');
    const verdict = await real.when(test, isOver, 60_000);
    expect(readable(verdict)).toMatch(/\*Done\* in .*checks: 13 pass/);
  });

  describeFaults({
    ...{ module: redis, faults: FAULTS, fixtures: FIXTURES },
    open: () => ({ fleet: real.fleet, ask: () => answersOf(real, 'redis'), hostOf }),
  });

  it('says which checks fail, and where, when a replica is gone', async () => {
    const roles = await Promise.all(SERVERS.map((host) => real.askRedis(host, '127.0.0.1', 'role')));
    const replica = SERVERS[roles.findIndex((role) => role.startsWith('slave'))] ?? '';
    await real.fleet.exec(replica, 'systemctl stop redis-server');
    const status = await real.run('viewer', 'status redis');
    const matrix = await real.when(status, isOver, 30_000);
    expect(readable(matrix)).toContain(replica);
    await real.fleet.exec(replica, 'systemctl start redis-server');
  });

  /** A replica, whichever it is just now. */
  async function hostOf(on: string): Promise<string> {
    const master = await masterOf(real);
    return on === 'replica' ? (SERVERS.find((host) => host !== master) ?? on) : on;
  }

  it('left its credentials nowhere but in the files that the module lists, closed to others', async () => {
    const values = Object.values(CANARIES);
    const listed = redis.credentials.flatMap((credential) => credential.files);
    for (const host of [...SERVERS, ...PROXIES]) {
      const found = (await filesWithCanary(real.fleet, host)).map((line) => line.split(' '));
      expect(found.filter(([, path]) => !listed.includes(path ?? ''))).toEqual([]);
      expect(found.filter(([mode]) => (parseInt(mode ?? '7777', 8) & 0o137) !== 0)).toEqual([]);
      expect(found).not.toEqual([]);
    }
    expect(localFilesWithCanary(real.directory, [real.credentialsDirectory])).toEqual([]);
    expect(hasCanary(real.slack.wire(), values)).toBe(false);
    const { botToken, appToken } = real.slack;
    for (const text of [real.logs(), dumpRedis(real.redis.port)]) {
      expect(hasCanary(text, values)).toBe(false);
      expect([botToken, appToken].filter((token) => text.includes(token))).toEqual([]);
    }
  });
});
