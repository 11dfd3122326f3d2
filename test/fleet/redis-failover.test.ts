import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readable } from '../helpers/deployment.ts';
import { watchArgv } from './canary.ts';
import { command, openMovable, type Movable } from './operator.ts';
import { drillEngine } from './drill-engines.ts';
import { killByHand } from './drills.ts';
import { deploy, facts, HOSTS, masterOf, move, PROXIES, SERVERS, WITNESS } from './redis-moves.ts';

const isLong = process.env.KEYBUZZ_LONG === '1';
const ROUNDS = isLong ? 10 : 1;
/** Thirty moves of half a minute, on a busy machine. */
const LONG_MS = 1_800_000;
const servers = Object.keys(SERVERS);

describe('moving the master of redis, driven by Slack alone, on real hosts', () => {
  let real: Movable;

  beforeAll(async () => {
    real = await openMovable(HOSTS);
    expect(readable(await deploy(real))).toMatch(/\*Done\* in .*checks: 13 pass/);
  });

  afterAll(async () => {
    await real.close();
  });

  /** What must hold after every move: one new master behind both HAProxy, the old one back, nothing left over. */
  async function expectWhole(before: string): Promise<void> {
    const master = await masterOf(real);
    expect(master).not.toBe(before);
    const { roles, behind } = await facts(real);
    expect(roles).toEqual(Object.fromEntries(servers.map((host) => [host, host === master ? 'master' : 'slave'])));
    expect(behind).toEqual([master, master]);
    for (const host of servers) {
      const left = await real.fleet.exec(
        host,
        'ls -A /run/systemd/system; systemctl show -p Restart --value redis-server',
      );
      expect(left.stdout).not.toMatch(/drill/);
      expect(left.stdout).toMatch(/always/);
    }
    expect((await real.fleet.exec(WITNESS, 'ls /run/keybuzz-marker-redis')).stdout).toBe('');
    expect((await real.fleet.exec(WITNESS, 'systemctl is-active keybuzz-marker-redis')).stdout.trim()).toBe('inactive');
    expect(await real.askRedis('redis-01', PROXIES['haproxy-01'], 'keys keybuzz:marker:*')).toBe('');
  }

  const expectNoLoss = (told: Record<string, string>) => {
    expect(told['two-masters']).toBe('pass');
    expect(told['lost-writes']).toMatch(/^(?:pass|warn)$/);
  };

  it(
    `hands over ${ROUNDS} in a row within 2 s, and shows no credential meanwhile`,
    async () => {
      const outages: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const before = await masterOf(real);
        // Our own questions below carry a password in their argv, so nobody watches then.
        const watches = HOSTS.map((host) => watchArgv(real.fleet, host));
        const moved = await move(real, 'failover');
        expect((await Promise.all(watches.map((watch) => watch.stop()))).flat()).toEqual([]);
        expect(moved.text).toMatch(/\*Done\* in .*checks: .*13 pass/);
        expect(moved.told).toMatchObject({ switch: 'pass', outage: 'pass' });
        outages.push(moved.facts['outage-seconds'] ?? '');
        expectNoLoss(moved.told);
        expect(moved.facts['lost-by-all']).toBe('0');
        await expectWhole(before);
      }
      process.stdout.write(`outages, s: failovers ${outages.join(' ')}\n`);
    },
    LONG_MS,
  );

  it(
    `survives ${ROUNDS} kills of the master in a row, no slower than Sentinel alone`,
    async () => {
      const outages: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const before = await masterOf(real);
        const started = await real.fleet.exec(before, 'systemctl show -p NRestarts --value redis-server');
        const moved = await move(real, 'drill');
        expect(moved.text).toMatch(/\*Done\* in .*checks: .*13 pass/);
        expect(moved.told).toMatchObject({ takeover: 'pass', outage: 'pass' });
        expectNoLoss(moved.told);
        outages.push(Number(moved.facts['outage-seconds']));
        expect(moved.facts['lost-by-all']).toBe('0');
        expect((await real.fleet.exec(before, 'systemctl show -p NRestarts --value redis-server')).stdout).toBe(
          started.stdout,
        );
        await expectWhole(before);
      }
      if (!isLong) return;
      const bare: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        bare.push((await killByHand(real, drillEngine('redis'))).outageSeconds);
      }
      process.stdout.write(`outages, s: drills ${outages.join(' ')}; Sentinel alone ${bare.join(' ')}\n`);
      const median = outages.toSorted((one, other) => one - other)[Math.floor(outages.length / 2)];
      expect(median).toBeLessThanOrEqual(Math.max(...bare) + 1);
    },
    LONG_MS,
  );

  it('refuses when a replica is down, and moves nothing', async () => {
    const before = await masterOf(real);
    const replica = servers.find((host) => host !== before) ?? '';
    await real.fleet.exec(replica, 'systemctl stop redis-server');
    const refused = readable((await move(real, 'failover')).message);
    await real.fleet.exec(replica, 'systemctl start redis-server');
    expect(refused).toContain(replica);
    expect(refused).toMatch(/[Rr]efused/);
    expect(await masterOf(real)).toBe(before);
  });

  it('removes the module after two approvals, keeps the data, and has nothing to do a second time', async () => {
    await real.fleet.exec(
      'haproxy-01',
      'printf "frontend other from keybuzz-tcp\\n  bind 127.0.0.1:6380\\n" >/etc/haproxy/conf.d/50-other.cfg',
    );
    const removed = readable(await command(real, 'remove redis', 120_000));
    expect(removed).toContain('*Done*');
    for (const host of servers) {
      const left = await real.fleet.exec(
        host,
        'ls /opt/keybuzz/redis /etc/redis; systemctl is-enabled redis-server redis-sentinel',
      );
      expect(left.stdout).toMatch(/data\.removed-\d{8}T\d{6}Z/);
      expect(left.stdout).not.toMatch(/\.conf/);
      expect(left.stdout.trim()).toMatch(/disabled\ndisabled$/);
    }
    for (const host of Object.keys(PROXIES)) {
      const left = await real.fleet.exec(
        host,
        'ls /etc/haproxy/conf.d /etc/keybuzz; systemctl is-active haproxy; ss -Hltn',
      );
      expect(left.stdout).not.toMatch(/redis|:6379/);
      expect(left.stdout).toMatch(/^active$/m);
    }
    expect((await real.fleet.exec('haproxy-01', 'ss -Hltn sport = :6380')).stdout).toContain('6380');
    expect(readable(await command(real, 'remove redis', 60_000))).toContain('Nothing to change.');
  });
});
