import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProjectWork } from '../../src/modules/cloud.ts';
import { DEPLOY, desire, desired, reconcileOf, startProject, until, type TestProject } from './project.ts';

let project: TestProject;

beforeEach(async () => {
  project = await startProject();
});

afterEach(async () => {
  await project.sandbox.close();
});

const balancer = (name: string) => {
  const found = project.sandbox.balancer(name);
  if (found === undefined) throw new Error(`${name} does not exist`);
  return found;
};

const allHealthy = () => until(async () => (await project.check('healthy')).startsWith('pass'), 'all are healthy');

describe('deploy lb', () => {
  it('makes the four load balancers and the names as specified, and then finds nothing to do', async () => {
    await project.deploy();
    await allHealthy();
    const checks = await project.hetzner.ask(desire, new AbortController().signal);
    expect(checks.map(({ id, answer }) => `${id} ${answer}`)).toEqual(
      [
        ...['api', 'exists', 'settings', 'services', 'targets', 'address', 'public', 'healthy', 'servers', 'dns'],
        ...desire.balancers.map(({ name }) => name),
      ].map((id) => `${id} pass`),
    );
    expect(balancer('lb-haproxy')).toMatchObject({
      type: 'lb11',
      algorithm: 'least_connections',
      isPublic: false,
      network: { ip: '10.0.0.10' },
    });
    expect(balancer('lb-keybuzz-1')).toMatchObject({ isPublic: true, network: { ip: '10.0.0.5' } });
    expect(project.sandbox.world.balancers.size).toBe(4);
    const before = project.changes();
    expect(await project.deploy()).toEqual([]);
    for (const work of DEPLOY) expect(await project.plan(work)).toEqual([]);
    expect(project.changes()).toBe(before);
  });

  it('goes the order that works: made private, attached with the address, targets one by one', async () => {
    await project.run(reconcileOf('lb-mariadb'));
    const asked = project.sandbox.exchanges.filter(({ method }) => method === 'POST').map(({ path }) => path);
    expect(asked.map((path) => path.replace(/\d+/, 'N'))).toEqual([
      '/load_balancers',
      '/load_balancers/N/actions/attach_to_network',
      '/load_balancers/N/actions/add_target',
      '/load_balancers/N/actions/add_target',
    ]);
  });

  it('says exactly what somebody changed, and puts it right', async () => {
    await project.deploy();
    await allHealthy();
    const haproxy = balancer('lb-haproxy');
    const service = haproxy.services.find(({ listen_port }) => listen_port === 6379);
    Object.assign(service?.health_check ?? {}, { interval: 15 });
    haproxy.targets = haproxy.targets.filter(({ serverId }) => serverId !== project.sandbox.server('haproxy-02').id);
    haproxy.algorithm = 'round_robin';
    haproxy.isPublic = true;
    expect(await project.plan(reconcileOf('lb-haproxy'))).toEqual([
      'algorithm least_connections',
      'service 6379',
      'target haproxy-02',
      'public-interface off',
    ]);
    expect(await project.check('services')).toBe('fail: lb-haproxy needs service 6379 (health interval 15 -> 3)');
    expect(await project.check('targets')).toMatch(/^fail: lb-haproxy needs target haproxy-02 \(added/);
    expect(await project.check('public')).toBe('fail: lb-haproxy needs public-interface off (from on)');
    expect(await project.run(reconcileOf('lb-haproxy'))).toHaveLength(4);
    await allHealthy();
    expect(await project.deploy()).toEqual([]);
  });

  it('shows what is not ours and leaves it alone, unless it is told to take it away', async () => {
    await project.deploy();
    const mariadb = balancer('lb-mariadb');
    const [first] = mariadb.services;
    if (first !== undefined) mariadb.services.push({ ...first, listen_port: 9999 });
    const strange = { type: 'server' as const, isPrivate: true, sinceMs: 0 };
    mariadb.targets.push({ ...strange, serverId: project.sandbox.server('app-01').id });
    expect(await project.plan(reconcileOf('lb-mariadb'))).toEqual([]);
    expect(await project.check('targets')).toMatch(/^warn: lb-mariadb also has target app-01 \(left alone/);
    expect(await project.check('services')).toMatch(/^warn: lb-mariadb also has service tcp 9999/);
    const { notes } = await project.hetzner.preview(reconcileOf('lb-mariadb'), new AbortController().signal);
    expect(notes.join('\n')).toMatch(/service tcp 9999 .* left alone[^]*target app-01 .* left alone/);
    await allHealthy();
    expect(await project.run(reconcileOf('lb-mariadb', true))).toEqual(['service 9999', 'target app-01']);
    expect(balancer('lb-mariadb')).toMatchObject({ services: [{ listen_port: 3306 }], targets: [{}, {}] });
  });

  it('names whoever holds the address, and touches nothing', async () => {
    const { sandbox } = project;
    sandbox.server('install-01').privateNet.push({ network: sandbox.networkId, ip: '10.0.0.20', aliasIps: [] });
    const { obstacles } = await project.hetzner.preview(reconcileOf('lb-mariadb'), new AbortController().signal);
    expect(obstacles).toMatchObject([{ reason: '10.0.0.20 is held by the server install-01' }]);
    await expect(project.run(reconcileOf('lb-mariadb'))).rejects.toThrow('10.0.0.20 is held by the server install-01');
    expect(await project.check('address')).toContain('10.0.0.20 is held by the server install-01');
    expect(project.changes()).toBe(0);
  });

  it('moves to the fixed address from another one, though that takes the targets along', async () => {
    await project.deploy();
    balancer('lb-mariadb').network = { id: project.sandbox.networkId, ip: '10.0.0.99' };
    expect(await project.check('address')).toContain('lb-mariadb has 10.0.0.99, not 10.0.0.20');
    const planned = await project.plan(reconcileOf('lb-mariadb'));
    expect(planned).toEqual(['address 10.0.0.99', 'address 10.0.0.20', 'target proxysql-01', 'target proxysql-02']);
    expect(await project.run(reconcileOf('lb-mariadb'))).toEqual(planned);
    await allHealthy();
  });

  it('does nothing that was not shown: what changed meanwhile is refused before it is done', async () => {
    await project.deploy();
    balancer('lb-mariadb').algorithm = 'round_robin';
    const clearance = { isApproved: () => Promise.resolve(false), timeoutMs: 1_000 };
    const before = project.changes();
    const doing = project.hetzner.work(reconcileOf('lb-mariadb'), clearance, new AbortController().signal);
    await expect(doing).rejects.toThrow('it now also needs algorithm least_connections');
    expect(project.changes()).toBe(before);
  });

  it('replaces a target over its public address only while another serves', async () => {
    await project.deploy();
    await allHealthy();
    const mariadb = balancer('lb-mariadb');
    mariadb.isPublic = true;
    for (const target of mariadb.targets) target.isPrivate = false;
    await project.run(reconcileOf('lb-mariadb'));
    expect(balancer('lb-mariadb')).toMatchObject({
      isPublic: false,
      targets: [{ isPrivate: true }, { isPrivate: true }],
    });
    const asked = project.sandbox.exchanges.filter(({ path }) => /(?:remove|add)_target$/.test(path)).slice(-4);
    expect(asked.map(({ path }) => path.split('/').at(-1))).toEqual([
      'remove_target',
      'add_target',
      'remove_target',
      'add_target',
    ]);
  });

  it('writes the names anew when somebody changed them, and leaves a zone that is hosted elsewhere alone', async () => {
    await project.deploy();
    const [zone] = project.sandbox.world.zones.values();
    const s3 = zone?.rrsets.find(({ name }) => name === 's3');
    Object.assign(s3 ?? {}, { records: [{ value: '10.0.0.99' }], ttl: 60 });
    const names: ProjectWork = { do: 'records', zone: 'keybuzz.io', records: desire.records };
    expect(await project.check('dns')).toContain('10.0.0.131, 10.0.0.132, 10.0.0.134 (was 10.0.0.99)');
    expect(await project.run(names)).toEqual(['dns s3 A', 'dns s3 A']);
    expect(s3).toMatchObject({ ttl: 300, records: [{}, {}, {}] });
    project.sandbox.world.zones.clear();
    expect(await project.plan(names)).toEqual([]);
    expect(await project.check('dns')).toBe('warn: keybuzz.io is no zone of this project');
  });
});

describe('the inventory against the project', () => {
  it('names servers that are missing, that have another address or another name, and that nobody knows', async () => {
    const { sandbox } = project;
    expect(await project.check('servers')).toBe('pass: the same servers as in the inventory');
    const address = (name: string, ip?: string) => {
      const [net] = sandbox.server(name).privateNet.splice(0);
      if (net !== undefined && ip !== undefined) sandbox.server(name).privateNet.push({ ...net, ip });
    };
    sandbox.server('app-01').name = 'stranger';
    address('stranger', '10.0.9.9');
    address('redis-01');
    address('redis-02', '10.0.0.99');
    sandbox.server('redis-03').name = 'redis-old';
    expect(await project.check('servers')).toBe(
      [
        'fail: redis-01 has no private address, not 10.0.0.123',
        'redis-02 has 10.0.0.99, not 10.0.0.124',
        '10.0.0.125 is redis-old there, not redis-03',
        'app-01 is no server of the project',
        'the project also has stranger (10.0.9.9)',
      ].join('; '),
    );
  });
});

describe('taking a target out', () => {
  const drain: ProjectWork = { do: 'drain', balancer: desired('lb-haproxy'), target: 'haproxy-01' };
  const restore: ProjectWork = { ...drain, do: 'restore' };

  it('does it while every port keeps a healthy peer, and waits for health when it comes back', async () => {
    await project.deploy();
    await allHealthy();
    expect(await project.run(drain)).toEqual(['target haproxy-01']);
    expect(balancer('lb-haproxy').targets).toHaveLength(1);
    expect(await project.run(drain)).toEqual([]);
    await project.run(restore);
    expect(await project.check('healthy')).toMatch(/^pass/);
  });

  it('refuses when one port would have nobody', async () => {
    await project.deploy();
    await allHealthy();
    project.sandbox.silence('haproxy-02', [5672]);
    await until(async () => (await project.check('healthy')).includes('haproxy-02'), 'it is seen');
    const { obstacles } = await project.hetzner.preview(drain, new AbortController().signal);
    expect(obstacles.map(({ reason }) => reason).join()).toContain('no other target serves port 5672');
    await expect(project.run(drain)).rejects.toThrow(
      'haproxy-01 stays in lb-haproxy: no other target serves port 5672',
    );
    expect(balancer('lb-haproxy').targets).toHaveLength(2);
  });

  it('says which port does not get healthy again', async () => {
    await project.deploy();
    await allHealthy();
    await project.run(drain);
    project.sandbox.silence('haproxy-01', [6379]);
    const clearance = { isApproved: () => Promise.resolve(true), timeoutMs: 200 };
    const doing = project.hetzner.work(restore, clearance, new AbortController().signal);
    await expect(doing).rejects.toThrow('haproxy-01 is back in lb-haproxy, but port 6379 is unhealthy');
  });
});
