import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from '../../sandbox/slack/index.ts';
import { postgresql } from '../../src/modules/postgresql/index.ts';
import { isOver, readable, runIdOf } from '../helpers/deployment.ts';
import { filesWithCanary, watchedWhile } from './canary.ts';
import { describeFaults } from './injected.ts';
import { answersOf, approved, command, moveModule, resume, type Movable, type Moved } from './operator.ts';
import { FAULTS, FIXTURES } from './postgresql-faults.ts';
import { describeRefusals } from './postgresql-refusals.ts';
import {
  ask,
  askServer,
  hostOf,
  leaderOf,
  openPostgresql,
  PROXIES,
  SERVERS,
  streamingFrom,
  UNITS,
  WITNESS,
} from './postgresql-cluster.ts';
import { until } from './process.ts';

const servers = Object.keys(SERVERS) as (keyof typeof SERVERS)[];
const proxies = Object.entries(PROXIES);
const deployed = [...servers, ...Object.keys(PROXIES)];

/** Longest time a deploy of five empty hosts may take on a busy machine, ms. */
const DEPLOY_MS = 300_000;

/** Whether its run was approved and is not over. */
const isRunning = (message: Message): boolean => readable(message).includes('*Running*');

/** What a probe or a marker leaves behind would be among these. */
const OWN_TABLES = 'select count(*) from pg_tables where tableowner = current_user';

/** RAFT is deprecated, and nothing is backed up yet: the two checks that only ever warn here. */
const DONE = /\*Done with warnings\* in/;
const HEALTHY = /\*Done with warnings\* in .*checks: 12 pass, 2 warn/;

describe('postgresql, driven by Slack messages alone, on real hosts', () => {
  let real: Movable;

  beforeAll(async () => {
    real = await openPostgresql();
  });

  afterAll(async () => {
    await real.close();
  });

  const on = async (host: string, shell: string) => (await real.fleet.exec(host, shell)).stdout;

  /** Types a command that ends before anybody is asked to approve it, and gives what people read then. */
  async function stopped(text: string): Promise<Message> {
    const root = await real.run('operator', text);
    return real.when(root, (said) => isOver(said) || said.includes('keybuzz_resume'), 60_000);
  }

  /** Every check that can pass does. */
  async function whole(): Promise<void> {
    await until('a whole cluster', 120_000, async () => {
      return HEALTHY.test(readable(await command(real, 'status postgresql', 60_000))) || undefined;
    });
  }

  async function breakAndResume(): Promise<void> {
    await on('db-slave-01', 'mv /etc/apt/sources.list /etc/apt/sources.list.aside');
    const run = await command(real, 'deploy postgresql', DEPLOY_MS);
    expect(readable(run)).toMatch(/db-slave-01: apt-get could not install postgresql-17\..*To do/s);
    expect(await on('db-slave-02', 'command -v patroni')).toBe('');
    await on('db-slave-01', 'mv /etc/apt/sources.list.aside /etc/apt/sources.list');
    expect(readable(await resume(real, run, DEPLOY_MS))).toMatch(HEALTHY);
  }

  it('stops at the host that is broken, says which and why, and completes when it is resumed', async () => {
    expect(await watchedWhile(real.fleet, deployed, breakAndResume)).toEqual([]);
  });

  it('leaves one leader with two replicas, which every entry leads to, and vectors that can be compared', async () => {
    const leader = await leaderOf(real);
    expect(await streamingFrom(real, leader)).toBe(servers.filter((host) => host !== leader).join(','));
    for (const [, address] of proxies) {
      for (const port of [5432, 6432]) {
        expect(await ask(real, address, port, 'select host(inet_server_addr())')).toBe(SERVERS[leader]);
      }
      expect(await ask(real, address, 5433, 'select pg_is_in_recovery()')).toBe('t');
    }
    expect(await ask(real, PROXIES['haproxy-01'], 6432, "select '[3,4]'::vector <-> '[0,0]'::vector")).toBe('5');
  });

  it('changes nothing and restarts nothing when it is deployed again, and asks nobody', async () => {
    const before = await real.starts(deployed, UNITS);
    const again = await command(real, 'deploy postgresql', 60_000);
    expect(readable(again)).toContain('Nothing to change.');
    expect((await real.events(again)).filter(({ type }) => type === 'host.started')).toEqual([]);
    expect(await real.starts(deployed, UNITS)).toEqual(before);
  });

  it('left its credentials nowhere but in the files that the module lists, closed to others', async () => {
    const listed = postgresql.credentials.flatMap((credential) => credential.files);
    for (const host of deployed) {
      const found = (await filesWithCanary(real.fleet, host)).map((line) => line.split(' '));
      expect(found.filter(([, path]) => !listed.includes(path ?? ''))).toEqual([]);
      expect(found.filter(([mode]) => (parseInt(mode ?? '7777', 8) & 0o137) !== 0)).toEqual([]);
      expect(found).not.toEqual([]);
    }
  });

  it('answers status and test', async () => {
    expect(readable(await command(real, 'status postgresql', 30_000))).toMatch(HEALTHY);
    expect(readable(await command(real, 'test postgresql', 60_000))).toMatch(HEALTHY);
    expect(await ask(real, PROXIES['haproxy-01'], 5432, OWN_TABLES)).toBe('0');
  });

  it('puts right what drifted, without a restart', async () => {
    const before = await real.starts(servers, UNITS);
    const leader = await leaderOf(real);
    await on(leader, "runuser -u postgres -- psql -c 'alter role keybuzz nologin'");
    await on(leader, 'patronictl -c /etc/patroni/config.yml edit-config --force -s ttl=40 </dev/null');
    const done = await command(real, 'deploy postgresql', 120_000);
    expect(readable(done)).toMatch(HEALTHY);
    const changes = (await real.events(done)).flatMap((event) => (event.type === 'host.finished' ? event.changes : []));
    expect(changes.map(({ kind, target }) => `${kind} ${target}`)).toEqual(['setting patroni:ttl', 'role keybuzz']);
    expect(await real.starts(servers, UNITS)).toEqual(before);
  });

  describe('while Patroni looks every second', () => {
    /** How often Patroni looks, s: every wait for it to notice something is as long. */
    const look = async (seconds: number) =>
      on(
        servers[0] ?? '',
        `patronictl -c /etc/patroni/config.yml edit-config --force -s loop_wait=${seconds} </dev/null`,
      );

    beforeAll(() => look(1));
    afterAll(() => look(10));

    describeFaults({
      ...{ module: postgresql, faults: FAULTS, fixtures: FIXTURES },
      open: () => ({
        fleet: real.fleet,
        ask: () => answersOf(real, 'postgresql'),
        hostOf: (host) => hostOf(real, host),
      }),
    });

    describeRefusals(() => real, whole);
  });

  it("keeps another module's broken fragment from taking HAProxy down, and names it", async () => {
    await on('haproxy-01', 'printf "frontend x\\n  no-such-word\\n" >/etc/haproxy/conf.d/50-x.cfg');
    await on('haproxy-01', 'echo >>/etc/haproxy/conf.d/30-postgresql.cfg');
    expect(readable(await stopped('deploy postgresql'))).toMatch(/haproxy-01: .*50-x\.cfg/s);
    expect(await ask(real, PROXIES['haproxy-01'], 5432, 'select 1')).toBe('1');
    await on('haproxy-01', 'rm /etc/haproxy/conf.d/50-x.cfg');
    expect(readable(await command(real, 'deploy postgresql', 60_000))).toMatch(HEALTHY);
  });

  /** What must hold after every move: nothing lost, one new leader, the old one a replica, nothing left over. */
  async function expectMoved(moved: Moved, before: keyof typeof SERVERS): Promise<void> {
    expect(moved.text).toMatch(DONE);
    expect(moved.told).toMatchObject({ outage: 'pass', 'lost-writes': 'pass', 'two-leaders': 'pass' });
    expect(moved.facts).toMatchObject({ lost: '0', 'lost-by-all': '0' });
    expect(Number(moved.facts.acknowledged)).toBeGreaterThan(100);
    const leader = await leaderOf(real);
    expect(leader).not.toBe(before);
    expect(await streamingFrom(real, leader)).toBe(servers.filter((host) => host !== leader).join(','));
    const restart = await on(before, 'ls -A /run/systemd/system; systemctl show -p Restart --value patroni');
    expect(restart).toBe('on-failure\n');
    const marker = 'keybuzz-marker-postgresql';
    expect(await on(WITNESS, `ls -d /run/${marker}; systemctl is-active ${marker}`)).toBe('inactive\n');
    expect(await ask(real, PROXIES['haproxy-01'], 6432, OWN_TABLES)).toBe('0');
  }

  it('hands the leader over without losing a write, while another run waits for the lock, and asks anew after it', async () => {
    const before = await leaderOf(real);
    const moving = moveModule(real, 'failover', 'postgresql');
    await until('a run under way', 60_000, () => real.slack.messages('#ops').some(isRunning) || undefined);
    let second = await approved(real, 'drill postgresql');
    second = await real.when(second, (text) => text.includes('is held by'), 60_000);
    expect(readable(second)).toMatch(/Lock `[a-z]+` is held by run [a-z]{5}-[a-z]{5} of Olga Operator since/);
    const moved = await moving;
    expect(moved.text).toMatch(DONE);
    expect(moved.told).toMatchObject({ switch: 'pass' });
    second = await real.when(second, (text) => text.includes('keybuzz_approve'), 60_000);
    await real.slack.person('operator').command('#ops', '/keybuzz', `cancel ${runIdOf(second)}`);
    expect(readable(await real.when(second, isOver, 60_000))).toContain('Cancelled');
    expect((await real.events(second)).filter(({ type }) => type === 'host.started')).toEqual([]);
    await expectMoved(moved, before);
    process.stdout.write(`failover: ${moved.facts['outage-seconds']} s without a write, ${moved.facts.lost} lost\n`);
  });

  it('brings a killed leader back without losing a write, though the worker dies while it is down', async () => {
    const before = await leaderOf(real);
    const moving = moveModule(real, 'drill', 'postgresql');
    await until('a killed leader', 60_000, async () => {
      return (await on(before, 'systemctl is-failed patroni')).trim() === 'failed' || undefined;
    });
    await real.worker.end('SIGKILL');
    await real.start('worker');
    const moved = await moving;
    await expectMoved(moved, before);
    expect(moved.told).toMatchObject({ takeover: 'pass' });
    process.stdout.write(`drill: ${moved.facts['outage-seconds']} s without a write, ${moved.facts.lost} lost\n`);
  });

  it('refuses a switchover while a transaction has run for long, before anybody is asked', async () => {
    await whole();
    const leader = await leaderOf(real);
    const hold = "psql -c 'begin' -c 'select pg_sleep(120)'";
    await on(leader, `systemd-run -q --unit=long runuser -u postgres -- ${hold}`);
    const old =
      "select count(*) from pg_stat_activity where xact_start < now() - interval '16 s' and query like '%sleep(120)%' and pid <> pg_backend_pid()";
    await until('an old transaction', 40_000, async () => (await askServer(real, leader, old)) === '1' || undefined);
    const refused = await stopped('failover postgresql');
    expect(readable(refused)).toMatch(/for more than 15 s/);
    expect((await real.events(refused)).map(({ type }) => type)).not.toContain('approval.requested');
    await on(leader, 'systemctl stop long');
    expect(await leaderOf(real)).toBe(leader);
  });

  it('removes the module after two approvals, keeps the data, and has nothing to do a second time', async () => {
    await on(
      'haproxy-01',
      'printf "frontend other from keybuzz-tcp\\n  bind 127.0.0.1:6380\\n" >/etc/haproxy/conf.d/50-other.cfg',
    );
    expect(readable(await command(real, 'remove postgresql', 120_000))).toContain('*Done*');
    for (const host of servers) {
      const left = await on(host, 'ls /opt/keybuzz/postgresql /etc/patroni; systemctl is-enabled patroni; ss -Hltn');
      expect(left).toMatch(/data\.removed-\d{8}T\d{6}Z\nraft\.removed/);
      expect(left).toMatch(/^disabled$/m);
      expect(left).not.toMatch(/config\.yml$|:5432|:8008|:7000/m);
    }
    for (const [host] of proxies) {
      const left = await on(host, 'ls /etc/haproxy/conf.d /etc/pgbouncer; systemctl is-active haproxy; ss -Hltn');
      expect(left).not.toMatch(/postgresql|\.ini|:5432|:5433|:6432/);
      expect(left).toMatch(/^active$/m);
    }
    expect(await on('haproxy-01', 'ss -Hltn sport = :6380')).toContain('6380');
    expect(readable(await command(real, 'remove postgresql', 60_000))).toContain('Nothing to change.');
  });
});
