import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunState } from '../../src/jobs/index.ts';
import { describeFaults } from './injected.ts';
import type { InProcess } from './in-process.ts';
import { ask, hostOf, leaderOf, PROXIES, SERVERS, streamingFrom } from './postgresql-cluster.ts';
import { ETCD_FAULTS, ETCD_FIXTURES } from './postgresql-faults.ts';
import {
  endingOf,
  factsOf,
  notPassing,
  ON_ETCD,
  ON_RAFT,
  openStores,
  SERVER_NAMES,
  startsOf,
  toldBy,
} from './postgresql-stores.ts';

const UNITS = 'systemctl show -p Id,MainPID,ActiveEnterTimestampMonotonic,ReloadResult etcd patroni';
const STORE = `sed -nE 's/^(raft|etcd3):$/\\1/p' /etc/patroni/config.yml`;
const PAUSE = 'patronictl -c /etc/patroni/config.yml pause --wait';
const RESUME = 'patronictl -c /etc/patroni/config.yml resume --wait';

// In long runs alone: it takes five minutes.
const describeLong = process.env.KEYBUZZ_LONG === undefined ? describe.skip : describe;

describeLong('postgresql leaves RAFT for etcd3, and lives there, on real hosts', () => {
  let real: InProcess;

  beforeAll(async () => {
    real = await openStores();
    expect(endingOf(await real.run('deploy', ON_RAFT))).toBe('ok: ');
  });

  afterAll(async () => {
    await real.close();
  });

  const on = async (host: string, shell: string) => (await real.fleet.exec(host, shell)).stdout;
  const onServers = (shell: string) => Promise.all(SERVER_NAMES.map((host) => on(host, shell)));

  /** What must hold of a migration, whole or not: nothing lost, nobody restarted, the same leader, Patroni may act. */
  async function expectUnharmed(run: RunState, before: { leader: string; starts: string[] }): Promise<void> {
    expect(toldBy(run)).toMatchObject({ 'lost-writes': 'pass', 'two-leaders': 'pass' });
    const facts = factsOf(run);
    expect(facts).toMatchObject({ lost: '0', 'lost-by-all': '0' });
    expect(Number(facts.acknowledged)).toBeGreaterThan(100);
    expect(await leaderOf(real)).toBe(before.leader);
    expect(await startsOf(real)).toEqual(before.starts);
    const others = SERVER_NAMES.filter((host) => host !== before.leader);
    expect(await streamingFrom(real, await leaderOf(real))).toBe(others.join(','));
    process.stdout.write(
      `migrate, ${run.ending?.ending ?? 'interrupted'}: ${facts['outage-seconds']} s without a write, ${facts.lost} of ${facts.acknowledged} lost\n`,
    );
  }

  it('refuses while somebody has paused Patroni, before anybody is asked', async () => {
    const leader = await leaderOf(real);
    await on(leader, PAUSE);
    const refused = await real.run('migrate', ON_RAFT);
    expect(endingOf(refused)).toMatch(/Somebody paused Patroni/);
    expect(refused.approval).toBeUndefined();
    await real.abandon(refused.runId);
    await on(leader, RESUME);
    expect(await onServers('command -v etcd')).toEqual(['', '', '']);
  });

  it('is not done by a deploy', async () => {
    const refused = await real.run('deploy', ON_ETCD);
    expect(endingOf(refused)).toMatch(/Patroni on this host keeps its state in RAFT/);
    expect(refused.interruption?.fix).toContain('migrate postgresql');
    await real.abandon(refused.runId);
  });

  it('lets Patroni act again when it fails in the middle, and loses nothing', async () => {
    const before = { leader: await leaderOf(real), starts: await startsOf(real) };
    const stranded = SERVER_NAMES.findLast((host) => host !== before.leader) ?? 'none';
    await on(
      stranded,
      'mkdir -p /etc/apt/preferences.d; printf "Package: python3-etcd\\nPin: version *\\nPin-Priority: -1\\n" >/etc/apt/preferences.d/no-etcd',
    );
    const failed = await real.run('migrate', ON_RAFT);
    await on(stranded, 'rm /etc/apt/preferences.d/no-etcd');
    expect(endingOf(failed)).toMatch(/^failed: Take each replica to etcd.*python3-etcd/);
    await expectUnharmed(failed, before);
    expect(await onServers(STORE)).toEqual(SERVER_NAMES.map((host) => (host === stranded ? 'raft\n' : 'etcd3\n')));
    // The leader may act; the one that was left behind must not, or it would elect itself.
    expect(await on(before.leader, 'patronictl -c /etc/patroni/config.yml show-config')).not.toContain('pause');
    const told = (await real.status(ON_RAFT)).find(({ check }) => check === 'dcs-quorum');
    expect(told).toMatchObject({ answer: 'fail', text: expect.stringContaining('has stopped half way') as unknown });
  });

  it('completes when it is typed again, with the same leader, timeline and processes', async () => {
    const before = { leader: await leaderOf(real), starts: await startsOf(real) };
    const done = await real.run('migrate', ON_RAFT);
    expect(endingOf(done)).toBe('ok: ');
    await expectUnharmed(done, before);
    expect(await onServers(STORE)).toEqual(['etcd3\n', 'etcd3\n', 'etcd3\n']);
    expect(await onServers('ls -d /opt/keybuzz/postgresql/raft; ss -Hltn sport = :7000')).toEqual(['', '', '']);
    expect(await notPassing(real)).toEqual([]);
  });

  it('has nothing to do a third time, nor has a deploy that knows of etcd3', async () => {
    const again = await real.run('migrate', ON_RAFT);
    expect(endingOf(again)).toBe('ok: ');
    expect([...new Set(again.preview?.changes.map(({ step }) => step))]).toEqual(['marker-start']);
    expect(endingOf(await real.run('deploy', ON_ETCD))).toBe('ok: Nothing to change.');
  });

  it('is not taken back to RAFT by a deploy', async () => {
    const refused = await real.run('deploy', ON_RAFT);
    expect(endingOf(refused)).toMatch(/keeps its state in etcd, and settings\.ts of the module says raft/);
    await real.abandon(refused.runId);
  });

  it.each(['failover', 'drill'] as const)('bears a %s without losing a write', async (verb) => {
    const before = await leaderOf(real);
    const moved = await real.run(verb, ON_ETCD);
    expect(endingOf(moved)).toBe('ok: ');
    expect(toldBy(moved)).toMatchObject({ outage: 'pass', 'lost-writes': 'pass', 'two-leaders': 'pass' });
    const facts = factsOf(moved);
    expect(facts).toMatchObject({ lost: '0', 'lost-by-all': '0' });
    expect(Number(facts.acknowledged)).toBeGreaterThan(100);
    const leader = await leaderOf(real);
    expect(leader).not.toBe(before);
    expect(await streamingFrom(real, leader)).toBe(SERVER_NAMES.filter((host) => host !== leader).join(','));
    process.stdout.write(
      `${verb} with etcd3: ${facts['outage-seconds']} s without a write, ${facts.lost} of ${facts.acknowledged} lost\n`,
    );
  });

  describeFaults({
    ...{ module: ON_ETCD, variant: 'etcd3', faults: ETCD_FAULTS, fixtures: ETCD_FIXTURES },
    open: () => ({ fleet: real.fleet, ask: () => real.status(ON_ETCD), hostOf: (host) => hostOf(real, host) }),
  });

  it('is removed with its etcd, whose data is kept, and has nothing to do a second time', async () => {
    expect(endingOf(await real.run('remove', ON_ETCD))).toBe('ok: ');
    for (const left of await onServers(
      'ls /opt/keybuzz/postgresql /etc/default; systemctl is-enabled etcd patroni; ss -Hltn',
    )) {
      expect(left).toMatch(/data\.removed-\d{8}T\d{6}Z\netcd\.removed-/);
      expect(left).toMatch(/^disabled\ndisabled$/m);
      expect(left).not.toMatch(/^etcd$|:2379|:2380|:5432/m);
    }
    expect(endingOf(await real.run('remove', ON_ETCD))).toBe('ok: Nothing to change.');
  });

  it('is deployed anew with an etcd beside each server, and every check passes, that of a deprecated store too', async () => {
    expect(endingOf(await real.run('deploy', ON_ETCD))).toBe('ok: ');
    expect(await notPassing(real)).toEqual([]);
    expect(await onServers('ss -Hltn sport = :7000')).toEqual(['', '', '']);
    const leader = await leaderOf(real);
    expect(await ask(real, PROXIES['haproxy-01'], 6432, 'select host(inet_server_addr())')).toBe(SERVERS[leader]);
  });

  it('lets nobody without a password read or write what Patroni keeps there', async () => {
    const host = 'db-master-01';
    const read = `printf '{"key": "AA==", "range_end": "AA=="}'`;
    const post = `perl -MIO::Socket::INET -e 'local $/; my $b = <STDIN>; my $s = IO::Socket::INET->new("${SERVERS[host]}:2379");
      print $s "POST /v3/kv/range HTTP/1.0\\r\\nContent-Length: " . length($b) . "\\r\\n\\r\\n$b"; print <$s>'`;
    expect(await on(host, `${read} | ${post}`)).toMatch(/^HTTP\/1\.\d 4\d\d/);
  });

  it('changes nothing and restarts nothing when it is deployed again', async () => {
    const before = await onServers(UNITS);
    expect(endingOf(await real.run('deploy', ON_ETCD))).toBe('ok: Nothing to change.');
    expect(await onServers(UNITS)).toEqual(before);
  });
});
