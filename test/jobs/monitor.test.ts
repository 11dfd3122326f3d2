import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSite } from '../../sandbox/demo/site.ts';
import { startFleet, type Fleet } from '../../sandbox/fleet/index.ts';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { loadInventory } from '../../src/inventory.ts';
import { HOSTS_SUBJECT } from '../../src/jobs/alert-state.ts';
import { openEngine, startWorker, type Engine } from '../../src/jobs/index.ts';
import { monitoredOf } from '../../src/jobs/monitor.ts';
import { assembleScript, MODULES } from '../../src/modules/index.ts';
import { until } from '../fleet/process.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';

const OLGA = { id: 'olga', name: 'Olga' };
const site = createSite();
const inventory = loadInventory(site.inventoryFile);
let redis: PrivateRedis;
let fleet: Fleet;
let engine: Engine;
let prefix: string;
const closers: (() => Promise<void>)[] = [];
const told: string[] = [];

beforeAll(async () => {
  redis = await startRedis();
  fleet = await startFleet({
    hosts: site.hosts.map((host) => ({ ...host, pace: 0 })),
    authorizedKey: site.publicKey,
  });
  site.pinHosts(fleet.knownHosts);
  writeFileSync(
    join(site.credentialsDirectory, 'redis.env'),
    'REDIS_PASSWORD=0123456789abcdef\nSENTINEL_PASSWORD=0123456789abcdef\n',
    { mode: 0o600 },
  );
});
afterAll(async () => {
  await fleet.close();
  await redis.stop();
  site.remove();
});
beforeEach(() => {
  prefix = freshPrefix();
  told.length = 0;
  const warn = (what: string, error: unknown) => void told.push(`${what}: ${String(error)}`);
  engine = openEngine({ endpoint: parseRedisUrl(redis.url), prefix, sweepMs: 200, warn });
  closers.push(() => engine.close());
  for (const host of fleet.world.values()) {
    host.deployed.clear();
    if (host.name.startsWith('redis-')) host.deployed.add('redis/deploy-server.sh');
    if (host.name.startsWith('haproxy-')) host.deployed.add('redis/deploy-proxy.sh');
    host.isKilled = false;
  }
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const EVERY_MS = 500;

async function openWorker(only: readonly string[] | undefined = ['redis']) {
  const worker = await startWorker({
    ...{ endpoint: parseRedisUrl(redis.url), prefix, inventory, modules: MODULES, assemble: assembleScript },
    ssh: { keyFile: site.keyFile, agentSocket: undefined, port: fleet.port },
    ...{ knownHostsFile: site.knownHostsFile, credentialsDirectory: site.credentialsDirectory },
    ...{ leaseMs: 1000, sweepMs: 200, unreachableMs: 5000, monitor: { everyMs: EVERY_MS, only } },
    warn: (what, error) => void told.push(`${what}: ${String(error)}`),
  });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await worker.close();
  };
  closers.push(close);
  return close;
}

/** What `ask` gives once it gives something; the reason that it did not says what the monitor told. */
function untilGiven<T>(ask: () => Promise<T | undefined>, what: string, timeoutMs = 20_000): Promise<T> {
  return until(what, timeoutMs, ask).catch((error: unknown) => {
    throw new Error(`${what} did not come true: ${told.join('; ')}`, { cause: error });
  });
}

const snapshot = async () => (await engine.alerts.snapshots()).find(({ module }) => module === 'redis');
const alertOf = async (name: string) => (await engine.alerts.subject(name)).alert;

/** The host takes no connections any more, until the end of the test. */
async function cut(host: string): Promise<void> {
  const heal = await fleet.lines.get(host)?.refuse();
  if (heal === undefined) throw new Error(`no ${host}`);
  closers.push(heal);
}

describe('The monitor', () => {
  it('asks each module in its own pace and keeps every answer with its time', async () => {
    await openWorker();
    const first = await untilGiven(snapshot, 'a snapshot');
    expect(first.results.map(({ check }) => check)).toEqual(
      MODULES.find(({ name }) => name === 'redis')?.checks.map(({ id }) => id),
    );
    expect(first.trouble).toBe('');
    await untilGiven(async () => ((await snapshot())?.at ?? '') > first.at || undefined, 'a newer one');
    expect(await engine.alerts.monitored()).toEqual([{ module: 'redis', everyMs: EVERY_MS }]);
    const all = monitoredOf({ modules: MODULES, inventory, everyMs: 1000, only: undefined });
    expect(all).toEqual(
      expect.arrayContaining([
        { module: 'base', everyMs: 4000 },
        { module: 'redis', everyMs: 1000 },
      ]),
    );
  });

  it('asks as often with three workers as with one', async () => {
    await Promise.all([openWorker(), openWorker(), openWorker()]);
    const ats = new Set<string>();
    const started = Date.now();
    await untilGiven(async () => {
      ats.add((await snapshot())?.at ?? '');
      return Date.now() - started > 4000 || undefined;
    }, 'four seconds');
    ats.delete('');
    expect(ats.size).toBeLessThanOrEqual(4000 / EVERY_MS + 2);
    expect(ats.size).toBeGreaterThanOrEqual(3);
  });

  it('goes on when the worker that asked is gone, and says what can not be asked', async () => {
    const close = await openWorker();
    await openWorker();
    const first = await untilGiven(snapshot, 'a snapshot');
    await close();
    await untilGiven(async () => ((await snapshot())?.at ?? '') > first.at || undefined, 'another one');
  });

  it('refuses modules that do not exist, and ends its schedule when it is to ask none', async () => {
    await expect(openWorker(['rediss'])).rejects.toThrow('KEYBUZZ_MONITOR names rediss');
    const close = await openWorker();
    await untilGiven(snapshot, 'a snapshot');
    await close();
    await openWorker([]);
    expect(await engine.alerts.monitored()).toEqual([]);
  });
});

describe('The alert of what nobody is to ask any more', () => {
  it('is over when a worker starts that is to ask nothing, and says why', async () => {
    const close = await openWorker();
    await untilGiven(snapshot, 'a snapshot');
    for (const host of fleet.world.values()) if (host.name === 'redis-01') host.isKilled = true;
    await untilGiven(() => alertOf('redis'), 'an alert');
    await close();
    await engine.alerts.tell('am-redis', {
      observations: [{ key: 'down', answer: 'fail', value: '', text: 'told by others', severity: 'critical' }],
      isWhole: false,
    });
    await openWorker([]);
    expect(await engine.alerts.subject('redis')).toMatchObject({ watches: {}, silent: {}, mute: '' });
    expect(await alertOf('redis')).toBeUndefined();
    const { resolvedAt, checks } = await engine.alerts.alert('redis-1');
    expect(resolvedAt).toEqual(expect.any(String));
    const whys = Object.values(checks).map(({ text }) => text);
    expect(whys).toContain('no worker is to ask this module any more');
    expect(await alertOf('am-redis')).toBeDefined();
  });

  it('leaves that of the hosts when no module that is asked has the host, and no other host does', async () => {
    const silent = { answer: 'fail' as const, value: 'silent', text: 'no route', severity: 'critical' as const };
    const observations = ['redis-02', 'gone-01'].map((key) => ({ key, ...silent }));
    await engine.alerts.tell(HOSTS_SUBJECT, { observations, isWhole: false });
    await openWorker();
    const { checks } = await engine.alerts.alert('hosts-1');
    expect(checks['gone-01']).toMatchObject({
      resolvedAt: expect.any(String),
      text: 'no worker is to ask this host any more',
    });
    expect(checks['redis-02']?.text).not.toContain('no worker');
    await untilGiven(async () => (await alertOf(HOSTS_SUBJECT)) === undefined || undefined, 'the end of the other');
  });
});

describe('A module that the monitor asks', () => {
  it('has one alert when a primary is killed, which is over when it is back', async () => {
    await openWorker();
    await untilGiven(snapshot, 'a snapshot');
    const [victim] = [...fleet.world.values()].filter(({ name }) => name === 'redis-01');
    if (victim === undefined) throw new Error('no redis-01');
    victim.isKilled = true;
    const alert = await untilGiven(() => alertOf('redis'), 'an alert');
    expect(alert.id).toBe('redis-1');
    victim.isKilled = false;
    await untilGiven(async () => (await alertOf('redis')) === undefined || undefined, 'its end');
    expect(await engine.alerts.alert('redis-1')).toMatchObject({ resolvedAt: expect.any(String) });
  });

  it('is muted while somebody holds its lock, and its host too', async () => {
    await engine.lock('redis', { person: OLGA, reason: 'new disks', interaction: 'lock-1' });
    await openWorker();
    for (const host of fleet.world.values()) if (host.name === 'redis-01') host.isKilled = true;
    const subject = await untilGiven(async () => {
      const found = await engine.alerts.subject('redis');
      return found.mute === '' ? undefined : found;
    }, 'the mute');
    expect(subject.mute).toBe('Olga holds the lock redis: new disks');
    const { at } = await untilGiven(snapshot, 'a snapshot');
    await untilGiven(
      async () => Date.parse((await snapshot())?.at ?? '') > Date.parse(at) + 5 * EVERY_MS || undefined,
      'more',
    );
    expect(await alertOf('redis')).toBeUndefined();
    await engine.unlock('redis', OLGA, 'unlock-1');
    await untilGiven(() => alertOf('redis'), 'the alert');
  });

  it('has its alert while the host that is silent may not alarm: somebody holds the lock of what is on every host', async () => {
    await engine.lock('base', { person: OLGA, reason: 'new sysctls', interaction: 'lock-base' });
    await openWorker();
    await untilGiven(snapshot, 'a snapshot');
    await cut('redis-02');
    const alert = await untilGiven(() => alertOf('redis'), 'an alert of the module', 60_000);
    expect(Object.values(alert.checks).map(({ answer }) => answer)).toContain('unknown');
    expect(await alertOf(HOSTS_SUBJECT)).toBeUndefined();
  }, 90_000);

  it('has none for a host that alarmed before somebody took the lock to mend it', async () => {
    await openWorker();
    await untilGiven(snapshot, 'a snapshot');
    await cut('redis-02');
    await untilGiven(() => alertOf(HOSTS_SUBJECT), 'the alert of the host', 60_000);
    await engine.lock('base', { person: OLGA, reason: 'a new disk', interaction: 'lock-base' });
    const { at } = await untilGiven(snapshot, 'a snapshot');
    const isLater = async () => Date.parse((await snapshot())?.at ?? '') > Date.parse(at) + 8 * EVERY_MS || undefined;
    await untilGiven(isLater, 'more', 60_000);
    expect(await alertOf('redis')).toBeUndefined();
    expect(await alertOf(HOSTS_SUBJECT)).toBeDefined();
  }, 150_000);

  it('has no alert of its own when a host is silent: the host has it', async () => {
    await openWorker();
    await untilGiven(snapshot, 'a snapshot');
    const reachable = await fleet.lines.get('redis-02')?.refuse();
    const alert = await untilGiven(() => alertOf(HOSTS_SUBJECT), 'the alert of the host', 60_000);
    expect(Object.keys(alert.checks)).toEqual(['redis-02']);
    expect(await alertOf('redis')).toBeUndefined();
    await reachable?.();
    await untilGiven(async () => (await alertOf(HOSTS_SUBJECT)) === undefined || undefined, 'its end', 60_000);
  }, 150_000);
});
