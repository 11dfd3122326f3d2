import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readable } from '../helpers/deployment.ts';
import { command, moveModule, type Movable } from './operator.ts';
import { CANARIES, leaderOf, openPostgresql, PROXIES, SERVERS, streamingFrom } from './postgresql-cluster.ts';
import { until } from './process.ts';

const servers = Object.entries(SERVERS);
const install = (packages: string) =>
  `set -e; export DEBIAN_FRONTEND=noninteractive; apt-get update -q; apt-get install -qy --no-install-recommends ${packages}`;
/** Writes these lines into a file. */
const write = (file: string, lines: readonly string[]) =>
  `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >${file}`;

/** What Patroni calls its members there: not what the inventory calls the hosts. */
const nameOf = (host: string) => `node-${Object.keys(SERVERS).indexOf(host) + 1}`;

/** Units, paths, names and settings of somebody who never heard of ours; only users and passwords are shared. */
function serverByHand(host: string, address: string): string {
  const partners = servers.flatMap(([, other]) => (other === address ? [] : [`"${other}:7000"`]));
  const rules = ['local all all peer', 'host replication all all scram-sha-256', 'host all all all scram-sha-256'];
  const patroni = [
    ...['scope: theirs', `name: ${nameOf(host)}`, `raft: {data_dir: /srv/own/raft, self_addr: "${address}:7000",`],
    `  partner_addrs: [${partners.join(', ')}], password: ${CANARIES.RAFT_PASSWORD}}`,
    `restapi: {listen: "0.0.0.0:8008", connect_address: "${address}:8008",`,
    `  authentication: {username: keybuzz, password: ${CANARIES.PATRONI_PASSWORD}}}`,
    ...[
      'bootstrap:',
      '  dcs: {ttl: 20, loop_wait: 5, retry_timeout: 5, synchronous_mode: true}',
      '  initdb: [data-checksums]',
    ],
    `postgresql: {listen: "0.0.0.0:5432", connect_address: "${address}:5432", data_dir: /srv/own/data,`,
    `  bin_dir: /usr/lib/postgresql/17/bin, pgpass: /srv/own/pgpass, use_unix_socket: true, basebackup: {checkpoint: fast},`,
    `  pg_hba: [${rules.map((rule) => `"${rule}"`).join(', ')}],`,
    `  authentication: {superuser: {username: postgres, password: ${CANARIES.POSTGRES_PASSWORD}},`,
    `    replication: {username: copy, password: ${CANARIES.REPLICATION_PASSWORD}}}}`,
  ];
  const unit = [
    ...['[Service]', 'User=postgres', 'Restart=always', 'ExecStart=/usr/bin/patroni /srv/own/patroni.yml'],
    ...['[Install]', 'WantedBy=multi-user.target'],
  ];
  return [
    'mkdir -p /etc/postgresql-common/createcluster.d; echo create_main_cluster=false >/etc/postgresql-common/createcluster.d/x.conf',
    install('postgresql-17 postgresql-17-pgvector patroni python3-pysyncobj python3-cryptography'),
    'mkdir -p /srv/own',
    write('/srv/own/patroni.yml', patroni),
    write('/etc/systemd/system/own-patroni.service', unit),
    'chown -R postgres: /srv/own; systemctl disable --now patroni; systemctl daemon-reload; systemctl enable --now own-patroni',
  ].join('\n');
}

function proxyByHand(address: string): string {
  const listen = (name: string, port: number, path: string) => [
    ...[`listen ${name}`, '  mode tcp', `  bind ${address}:${port}`, `  option httpchk GET ${path}`],
    '  default-server check port 8008 inter 1s on-marked-down shutdown-sessions',
    ...servers.map(([host, own]) => `  server ${host} ${own}:5432`),
  ];
  const pooler = [
    ...[
      '[databases]',
      `keybuzz = host=${address} port=5432`,
      '[pgbouncer]',
      `listen_addr = ${address}`,
      'listen_port = 6432',
    ],
    ...['auth_type = scram-sha-256', 'auth_file = /etc/pgbouncer/userlist.txt', 'server_login_retry = 1'],
  ];
  return [
    install('haproxy pgbouncer postgresql-client'),
    write('/tmp/pg.cfg', [...listen('pg', 5432, '/primary'), ...listen('pg_read', 5433, '/replica')]),
    'cat /tmp/pg.cfg >>/etc/haproxy/haproxy.cfg; systemctl restart haproxy',
    write('/etc/pgbouncer/pgbouncer.ini', pooler),
    write('/etc/pgbouncer/userlist.txt', [`"keybuzz" "${CANARIES.APP_PASSWORD}"`]),
    'systemctl restart pgbouncer',
  ].join('\n');
}

describe('postgresql that somebody else installed, its credentials imported', () => {
  let real: Movable;

  async function on(host: string, shell: string): Promise<void> {
    const { exitCode, stdout, stderr } = await real.fleet.exec(host, shell);
    if (exitCode !== 0) throw new Error(`${host}: exit ${exitCode}: ${stdout}${stderr}`);
  }

  beforeAll(async () => {
    real = await openPostgresql();
    await Promise.all([
      ...servers.map(([host, address]) => on(host, serverByHand(host, address))),
      ...Object.entries(PROXIES).map(([host, address]) => on(host, proxyByHand(address))),
    ]);
    await until('a leader', 60_000, async () => leaderOf(real).catch(() => undefined));
    const create = `create role keybuzz login password '${CANARIES.APP_PASSWORD}'; create database keybuzz owner keybuzz`;
    const leader = await leaderOf(real);
    for (const statement of create.split('; ')) await on(leader, `runuser -u postgres -- psql -c "${statement}"`);
    await on(leader, 'runuser -u postgres -- psql -d keybuzz -c "create extension vector"');
  });

  afterAll(async () => {
    await real.close();
  });

  it('gets status and test', async () => {
    await until('a whole cluster', 90_000, async () => {
      return readable(await command(real, 'status postgresql', 60_000)).includes('12 pass, 2 warn') || undefined;
    });
    expect(readable(await command(real, 'test postgresql', 60_000))).toContain('12 pass, 2 warn');
  });

  it.each(['failover', 'drill'] as const)('gets a %s, and nothing is lost', async (verb) => {
    const before = await leaderOf(real);
    const moved = await moveModule(real, verb, 'postgresql');
    expect(moved.text).toContain('*Done');
    expect(moved.told).toMatchObject({ 'lost-writes': 'pass', 'two-leaders': 'pass' });
    const leader = await leaderOf(real);
    expect(leader).not.toBe(before);
    const others = Object.keys(SERVERS).filter((host) => host !== leader);
    expect(await streamingFrom(real, leader)).toBe(others.map(nameOf).join(','));
  });

  it('is not taken over by a deploy, which says why and changes nothing', async () => {
    await on('db-master-01', 'mkdir -p /etc/patroni; cp /srv/own/patroni.yml /etc/patroni/config.yml');
    const root = await real.run('operator', 'deploy postgresql');
    const refused = await real.when(root, (text) => text.includes('keybuzz_resume'), 60_000);
    expect(readable(refused)).toMatch(/db-master-01: Port 5432 is held by postgres/);
  });
});
