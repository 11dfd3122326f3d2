import { CANARIES, SERVERS, servers, type Server } from './mariadb-cluster.ts';
import type { RealDeployment } from './deployment.ts';

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

/** Runs a shell on a host; throws what it printed unless it ended with 0. */
export async function onHost(real: RealDeployment, host: string, shell: string): Promise<string> {
  const { exitCode, stdout, stderr } = await real.fleet.exec(host, shell);
  if (exitCode !== 0) throw new Error(`${host}: exit ${exitCode}: ${stdout}${stderr}`);
  return stdout;
}

/** A Galera cluster as somebody else installs it, with the applications' database and user. */
export async function installGaleraByHand(real: RealDeployment): Promise<void> {
  await Promise.all(servers.map((host) => onHost(real, host, serverByHand(host))));
  await onHost(real, 'maria-01', 'galera_new_cluster');
  const user = `create database erpnext; grant all on erpnext.* to erpnext@'%' identified by '${CANARIES.APP_PASSWORD}'`;
  await onHost(real, 'maria-01', `mariadb -e "${user}"`);
  for (const host of ['maria-02', 'maria-03']) await onHost(real, host, 'systemctl start mariadb');
}
