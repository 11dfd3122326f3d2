import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isOver, readable } from '../helpers/deployment.ts';
import { CANARIES, type RealDeployment } from './deployment.ts';
import { until } from './process.ts';
import { openMovable } from './operator.ts';
import { facts, HOSTS, masterOf, move, PROXIES, SERVERS } from './redis-moves.ts';

const servers = Object.entries(SERVERS);
const [, seed] = servers[0] ?? ['', ''];

/** Units, paths and settings of somebody who never heard of ours; only the master's name and the passwords are shared. */
function serverByHand(address: string): string {
  const { REDIS_PASSWORD: redis, SENTINEL_PASSWORD: sentinel } = CANARIES;
  const unit = (name: string, options: string) =>
    `printf '[Service]\\nUser=redis\\nRestart=always\\nExecStart=/usr/bin/redis-server /srv/own/${name}.conf ${options}\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/own-${name}.service`;
  const node = ['bind 0.0.0.0', 'port 6379', 'dir /srv/own', `requirepass ${redis}`, `masterauth ${redis}`];
  if (address !== seed) node.push(`replicaof ${seed} 6379`);
  const watch = ['bind 0.0.0.0', 'port 26379', 'dir /srv/own', `requirepass ${sentinel}`];
  watch.push(`sentinel sentinel-pass ${sentinel}`, `sentinel monitor kb-redis-master ${seed} 6379 2`);
  watch.push(`sentinel auth-pass kb-redis-master ${redis}`, 'sentinel down-after-milliseconds kb-redis-master 5000');
  return [
    'set -e; export DEBIAN_FRONTEND=noninteractive; apt-get update -q; apt-get install -qy redis-server redis-sentinel',
    'systemctl disable --now redis-server redis-sentinel; mkdir -p /srv/own',
    `printf '%s\\n' ${node.map((line) => `'${line}'`).join(' ')} >/srv/own/redis.conf`,
    `printf '%s\\n' ${watch.map((line) => `'${line}'`).join(' ')} >/srv/own/sentinel.conf`,
    'chown -R redis:redis /srv/own; chmod 0700 /srv/own',
    unit('redis', ''),
    unit('sentinel', '--sentinel'),
    'systemctl daemon-reload; systemctl enable --now own-redis own-sentinel',
  ].join('\n');
}

function proxyByHand(address: string): string {
  const lines = [
    ...['listen redis', '  mode tcp', `  bind ${address}:6379`, '  option tcp-check', '  tcp-check connect'],
    `  tcp-check send AUTH\\\\ ${CANARIES.REDIS_PASSWORD}\\\\r\\\\n`,
    ...['  tcp-check expect string +OK', '  tcp-check send info\\\\ replication\\\\r\\\\n'],
    ...['  tcp-check expect string role:master', '  default-server check inter 1s on-marked-down shutdown-sessions'],
    ...servers.map(([name, own]) => `  server ${name} ${own}:6379`),
  ];
  return [
    'set -e; export DEBIAN_FRONTEND=noninteractive; apt-get update -q; apt-get install -qy haproxy',
    `printf '${lines.map((line) => `${line}\\n`).join('')}' >>/etc/haproxy/haproxy.cfg`,
    'systemctl restart haproxy',
  ].join('\n');
}

describe('a redis cluster that somebody else installed, its credentials imported', () => {
  let real: RealDeployment;

  beforeAll(async () => {
    real = await openMovable(HOSTS);
    for (const [host, address] of servers) await inside(host, serverByHand(address));
    for (const [host, address] of Object.entries(PROXIES)) await inside(host, proxyByHand(address));
    // Its Sentinels have found each other, and have known the master for long enough.
    await until('a settled cluster', 90_000, async () => {
      const status = await real.run('viewer', 'status redis');
      return readable(await real.when(status, isOver, 60_000)).includes('10 pass') || undefined;
    });
  });

  afterAll(async () => {
    await real.close();
  });

  async function inside(host: string, script: string): Promise<void> {
    const { exitCode, stdout, stderr } = await real.fleet.exec(host, script);
    expect([host, exitCode, exitCode === 0 ? '' : stdout + stderr]).toEqual([host, 0, '']);
  }

  it('has a status that warns of what is not ours, and a test', async () => {
    const status = await real.run('viewer', 'status redis');
    const said = readable(await real.when(status, isOver, 60_000));
    expect(said).toMatch(/not installed by us/);
    const answers = (await real.events(status)).flatMap((event) =>
      event.type === 'checks.answered' ? event.results : [],
    );
    const failing = answers.filter(({ answer }) => answer === 'fail' || answer === 'unknown').map(({ check }) => check);
    // True findings: it has no append-only file, and acknowledges writes that no replica has.
    expect(failing.sort()).toEqual(['min-replicas', 'persistence']);
    const test = await real.run('operator', 'test redis');
    await real.when(test, isOver, 60_000);
    const probes = (await real.events(test)).flatMap((event) =>
      event.type === 'host.finished' ? [event.outcome] : [],
    );
    expect(probes).toEqual(['ok', 'ok']);
  });

  it.each(['failover', 'drill'] as const)('can %s, and has its own services back', async (verb) => {
    const before = await masterOf(real);
    const moved = await move(real, verb);
    // "Done, not healthy": the two findings stay, and a move does not need what they ask for.
    expect(moved.text).toMatch(/\*Done/);
    expect(moved.told.outage).toMatch(/^(?:pass|warn)$/);
    expect(moved.told['lost-writes']).toMatch(/^(?:pass|warn)$/);
    const master = await masterOf(real);
    expect(master).not.toBe(before);
    const { roles, behind } = await facts(real);
    expect(Object.values(roles).sort()).toEqual(['master', 'slave', 'slave']);
    expect(behind).toEqual([master, master]);
    const own = await real.fleet.exec(
      before,
      'systemctl is-active own-redis; systemctl show -p Restart --value own-redis',
    );
    expect(own.stdout).toBe('active\nalways\n');
    expect((await real.fleet.exec(before, 'systemctl is-active redis-server')).stdout.trim()).toBe('inactive');
  });
});
