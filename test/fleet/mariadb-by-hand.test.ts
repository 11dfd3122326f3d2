import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isOver, readable } from '../helpers/deployment.ts';
import {
  askRoot,
  CANARIES,
  chosenOf,
  openMariadb,
  SERVERS,
  servers,
  statusOf,
  type Server,
} from './mariadb-cluster.ts';
import { command, moveModule, type Movable } from './operator.ts';
import { until } from './process.ts';

/** Paths and settings of somebody who never heard of ours; only the applications' user and database are shared. */
function serverByHand(host: Server): string {
  const settings = [
    ...['[mysqld]', 'wsrep_on = ON', 'wsrep_provider = /usr/lib/galera/libgalera_smm.so', 'binlog_format = ROW'],
    ...['wsrep_cluster_name = theirs', `wsrep_cluster_address = gcomm://${Object.values(SERVERS).join(',')}`],
    ...[`wsrep_node_address = ${SERVERS[host]}`, 'innodb_autoinc_lock_mode = 2', 'bind_address = 0.0.0.0'],
    ...['wsrep_sst_method = mariabackup', 'wsrep_sst_auth = mysql:', 'wsrep_provider_options = gcache.size=64M'],
  ];
  return [
    'set -e; export DEBIAN_FRONTEND=noninteractive; apt-get update -q',
    'apt-get install -qy --no-install-recommends mariadb-server mariadb-backup galera-4 socat',
    'systemctl stop mariadb',
    `printf '%s\\n' ${settings.map((line) => `'${line}'`).join(' ')} >/etc/mysql/mariadb.conf.d/70-own.cnf`,
  ].join('\n');
}

describe('mariadb that somebody else installed, its credentials imported', () => {
  let real: Movable;

  async function on(host: string, shell: string): Promise<void> {
    const { exitCode, stdout, stderr } = await real.fleet.exec(host, shell);
    if (exitCode !== 0) throw new Error(`${host}: exit ${exitCode}: ${stdout}${stderr}`);
  }

  beforeAll(async () => {
    real = await openMariadb();
    await Promise.all(servers.map((host) => on(host, serverByHand(host))));
    await on('maria-01', 'galera_new_cluster');
    const user = `create database erpnext; grant all on erpnext.* to erpnext@'%' identified by '${CANARIES.APP_PASSWORD}'`;
    await on('maria-01', `mariadb -e "${user}"`);
    for (const host of ['maria-02', 'maria-03']) await on(host, 'systemctl start mariadb');
  });

  afterAll(async () => {
    await real.close();
  });

  it('gets status and test', async () => {
    expect(readable(await command(real, 'status mariadb', 60_000))).toContain('15 pass');
    expect(readable(await command(real, 'test mariadb', 60_000))).toContain('15 pass');
  });

  it('refuses to let a member leave while a transaction has run there for long, and moves nothing', async () => {
    const chosen = await chosenOf(real);
    const hold = '(echo "start transaction with consistent snapshot;"; sleep 600) | mariadb';
    await on(chosen, `systemd-run -q --unit=hold bash -c '${hold}'`);
    const old = 'select count(*) from information_schema.innodb_trx where trx_started < now() - interval 15 second';
    await until('an old transaction', 60_000, async () => (await askRoot(real, chosen, old)) === '1' || undefined);
    const root = await real.run('operator', 'failover mariadb');
    const refused = await real.when(root, (text) => isOver(text) || text.includes('keybuzz_resume'), 60_000);
    expect(readable(refused)).toContain(`Transactions have run for more than 15 s on ${chosen} (1 of them)`);
    await on(chosen, 'systemctl stop hold');
    expect(await chosenOf(real)).toBe(chosen);
    expect(await statusOf(real, 'wsrep_cluster_size')).toEqual(['3', '3', '3']);
  });

  it.each(['failover', 'drill'] as const)('gets a %s, and nothing is lost', async (verb) => {
    const chosen = await chosenOf(real);
    const moved = await moveModule(real, verb, 'mariadb');
    expect(moved.text).toContain('*Done');
    expect(moved.told).toMatchObject({ outage: 'pass', 'lost-writes': 'pass', rejoin: 'pass' });
    expect(await statusOf(real, 'wsrep_cluster_size')).toEqual(['3', '3', '3']);
    process.stdout.write(`${verb} of ${chosen}: ${moved.facts['outage-seconds']} s without a write\n`);
  });

  it('is not taken over by a deploy, which says why and changes nothing', async () => {
    const root = await real.run('operator', 'deploy mariadb');
    const refused = await real.when(root, (text) => text.includes('keybuzz_resume'), 60_000);
    expect(readable(refused)).toMatch(/maria-01: The MariaDB on this host was not deployed by us/);
  });
});
