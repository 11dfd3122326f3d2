import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHetznerSandbox, type HetznerSandbox, type Power } from '../../sandbox/hetzner/index.ts';
import { loadInventory } from '../../src/inventory.ts';
import { isOver, readable } from '../helpers/deployment.ts';
import { command, deployModule, type Movable } from './operator.ts';
import { ask, askServer, leaderOf, openPostgresql, PROXIES, SERVERS, streamingFrom } from './postgresql-cluster.ts';
import { until } from './process.ts';

const INVENTORY = join(import.meta.dirname, '../../inventory/servers.tsv');
const HEALTHY = /\*Done with warnings\* in .*checks: 12 pass, 2 warn/;

/** Longest time from a typed emergency to its proof, ms: the lost leader's lock lasts 30 s. */
const EMERGENCY_MS = 240_000;

type Server = keyof typeof SERVERS;
const servers = Object.keys(SERVERS) as Server[];
const ENTRY = PROXIES['haproxy-01'];

describe('a primary whose host is lost, on real hosts whose power is the stand-in for Hetzner', () => {
  let real: Movable;
  let hetzner: HetznerSandbox;
  let lost: Server;
  /** What the stand-in's power buttons did to real hosts, in order. */
  let power: Promise<unknown> = Promise.resolve();
  const pressed: string[] = [];

  function press(host: string, what: Power): void {
    pressed.push(`${what} ${host}`);
    if (what === 'off') power = power.then(() => real.fleet.kill(host));
    if (what === 'on') {
      power = power.then(async () => {
        await real.fleet.linkUp(host);
        await real.fleet.boot(host);
      });
    }
  }

  beforeAll(async () => {
    const project = loadInventory(INVENTORY).hosts.map(({ name, privateIp }) => ({ name, privateIp }));
    hetzner = await startHetznerSandbox({ servers: project, onPower: press });
    real = await openPostgresql({ HCLOUD_TOKEN: hetzner.token, HCLOUD_ENDPOINT: hetzner.endpoint });
    expect(readable(await deployModule(real, 'postgresql'))).toMatch(HEALTHY);
    lost = await leaderOf(real);
  });

  afterAll(async () => {
    await real.close();
    await hetzner.close();
    await power;
  });

  const emergency = () => command(real, `failover postgresql --emergency ${lost}`, EMERGENCY_MS);
  const asked = () => hetzner.exchanges.filter(({ method }) => method === 'POST').map(({ path }) => path);
  const patroni = (host: Server, words: string) =>
    real.fleet.exec(host, `patronictl -c /etc/patroni/config.yml ${words} </dev/null`);

  it('is not turned off while it answers', async () => {
    const root = await real.run('operator', `failover postgresql --emergency ${lost}`);
    const stopped = await real.when(root, (said) => said.includes('keybuzz_abandon'), 60_000);
    expect(readable(stopped)).toMatch(
      /it answers over SSH: it is not lost.*Patroni of \S+ answers \S+: it is not lost/s,
    );
    await real.slack.person('operator').click(stopped, 'keybuzz_abandon');
    await real.when(stopped, isOver, 60_000);
    expect(asked()).toEqual([]);
  });

  it('is turned off before another member is promoted, when Patroni may not act and the host is cut off', async () => {
    await ask(real, ENTRY, 6432, "create table kept as select 'before' as value");
    await patroni(lost, 'pause --wait');
    await real.fleet.linkDown(lost);
    const run = await emergency();
    const told = (await real.events(run)).flatMap((event) => (event.type === 'preview.taken' ? event.changes : []));
    const [shown] = told.filter(({ step }) => step === 'promote');
    expect(shown?.detail).toMatch(
      /^promoted at [0-9A-F]+\/[0-9A-F]+, \d+ bytes behind: no acknowledged write is lost$/,
    );
    expect(readable(run)).toMatch(/\*Done with warnings\* in/);
    expect([hetzner.server(lost).status, pressed]).toEqual(['off', [`off ${lost}`]]);
    expect(asked()).toEqual([`/servers/${hetzner.server(lost).id}/actions/poweroff`]);
    await power;
    await expect(real.fleet.exec(lost, 'true')).rejects.toThrow('is off');
    const ends = (await real.events(run)).flatMap((event) => (event.type === 'host.finished' ? [event] : []));
    expect(ends.map(({ step }) => step).indexOf('fence')).toBe(0);
    expect(ends.flatMap(({ checks }) => checks ?? []).map(({ text }) => text)).toEqual(
      expect.arrayContaining([expect.stringContaining(`poweron ${lost}`)]),
    );
  });

  it('is replaced: the entries take writes, and what was acknowledged before is there', async () => {
    for (const port of [5432, 6432]) await ask(real, ENTRY, port, `insert into kept values ('${port}')`);
    expect(await ask(real, ENTRY, 6432, "select string_agg(value, ',' order by value) from kept")).toBe(
      '5432,6432,before',
    );
  });

  it('comes back by poweron, and follows the leader that it has lost its place to', async () => {
    const [other = 'db-slave-01'] = servers.filter((host) => host !== lost);
    await patroni(other, 'resume --wait');
    expect(readable(await command(real, `poweron ${lost}`, EMERGENCY_MS))).toMatch(/\*Done/);
    await power;
    await until('a whole cluster', 120_000, async () => {
      return HEALTHY.test(readable(await command(real, 'status postgresql', 60_000))) || undefined;
    });
    const leader = await leaderOf(real);
    expect(leader).not.toBe(lost);
    expect(await streamingFrom(real, leader)).toBe(servers.filter((host) => host !== leader).join(','));
    expect(await askServer(real, leader, 'select count(*) from pg_stat_replication')).toBe('2');
    expect(pressed).toEqual([`off ${lost}`, `on ${lost}`]);
  });
});
