import type { Host, Inventory } from '../../../src/inventory.ts';
import type { CheckResult, HostAnswer } from '../../../src/modules/contract.ts';
import { assessMariadb } from '../../../src/modules/mariadb/assess.ts';
import { type Fault, faultyAnswers, silentAnswers } from '../answers.ts';

export const SERVERS = { 'maria-01': '10.0.0.170', 'maria-02': '10.0.0.171', 'maria-03': '10.0.0.172' };

/** What Galera calls the cluster of these tests. */
export const UUID = '5f1a2b3c-cc47-11f0-9d3a-0a1b2c3d4e5f';

/** Three hosts, one that looks alike, and the orchestrator; `change` may drop or alter them. */
export function inventoryOf(change: (host: Host) => Host | undefined = (host) => host): Inventory {
  const host = (
    name: string,
    privateIp: string,
    roles: Pick<Host, 'role' | 'subrole' | 'stack'>,
    line: number,
  ): Host => ({
    ...{ name, privateIp, ...roles, line, env: 'prod', publicIp: `203.0.113.${line}`, fqdn: `${name}.example.test` },
    ...{ user: 'root', pool: 'p', core: 'core', notes: '' },
  });
  const servers = Object.entries(SERVERS).map(([name, address], index) =>
    host(name, address, { role: 'db', subrole: 'mariadb', stack: 'mariadb-galera' }, index + 2),
  );
  const hosts = [
    ...servers,
    host('temporal-db-01', '10.0.0.129', { role: 'db', subrole: 'postgres', stack: 'postgres-standalone' }, 7),
    host('install-01', '10.0.0.250', { role: 'orchestrator', subrole: 'base', stack: '' }, 9),
  ];
  return { file: 'servers.tsv', hosts: hosts.flatMap((one) => change(one) ?? []) };
}

/** What a healthy cluster says; recorded from three hosts with MariaDB 11.8.9 and Galera 26.4.23. */
export function healthy(): HostAnswer[] {
  return Object.keys(SERVERS).map((host, index): HostAnswer => ({
    ...{ host, outcome: 'ok', checks: [], reason: '' },
    facts: {
      mariadb: 'answers',
      'mariadb.wsrep_cluster_status': 'Primary',
      'mariadb.wsrep_cluster_size': '3',
      'mariadb.wsrep_cluster_conf_id': '3',
      'mariadb.wsrep_cluster_state_uuid': UUID,
      'mariadb.wsrep_on': 'ON',
      'mariadb.wsrep_ready': 'ON',
      'mariadb.wsrep_connected': 'ON',
      'mariadb.wsrep_local_state': '4',
      'mariadb.wsrep_local_index': `${index}`,
      'mariadb.queue': '0',
      'mariadb.wsrep_local_cert_failures': '0',
      'mariadb.wsrep_replicated': '412',
      'mariadb.wsrep_replicated_bytes': '120345',
      'mariadb.wsrep_received_bytes': '80211',
      'mariadb.wsrep_desync': 'OFF',
      'mariadb.wsrep_desync_count': '0',
      'mariadb.wsrep_reject_queries': 'NONE',
      'mariadb.wsrep_last_committed': '1204',
      'mariadb.wsrep_cluster_name': 'keybuzz-galera',
      'mariadb.read_only': 'OFF',
      'mariadb.binlog_format': 'ROW',
      'mariadb.innodb_autoinc_lock_mode': '2',
      'mariadb.version': '11.8.9-MariaDB-0+deb13u1',
      'mariadb.datadir': '/opt/keybuzz/mariadb/data/',
      'mariadb.gcache-bytes': '1073741824',
      'mariadb.uptime': '3600',
      'mariadb.threads_connected': '4',
      'mariadb.paused-percent': '0',
      'mariadb.databases': '1',
      'mariadb.caught-up': 'yes',
      'disk.used': '28',
    },
  }));
}

/** The healthy answers with faults in them; a fact given as `''` was not said. */
export function withFaults(...faults: Fault[]): HostAnswer[] {
  return faultyAnswers(healthy(), faults);
}

/** The answers without what these hosts said. */
export function withSilence(...hosts: string[]): HostAnswer[] {
  return silentAnswers(healthy(), hosts);
}

/** Members that don't run: `none`, or how many writes each has; `*` behind it marks the one that Galera lets begin. */
export function stopped(...positions: string[]): HostAnswer[] {
  return Object.keys(SERVERS).map((host, index): HostAnswer => {
    const text = positions[index] ?? '';
    const bare = text.replace('*', '');
    const position = /^-?\d+$/.test(bare) ? `${UUID}:${bare}` : bare;
    return {
      ...{ host, outcome: 'ok', checks: [], reason: '' },
      facts: {
        mariadb: 'stopped',
        'mariadb.position': position,
        'mariadb.safe-to-bootstrap': text.endsWith('*') ? '1' : '0',
        'disk.used': '28',
      },
    };
  });
}

export function resultsOf(answers: HostAnswer[]): CheckResult[] {
  return assessMariadb(inventoryOf(), answers);
}

/** What does not pass, as `check: answer`, in the order of the checks. */
export function notPassing(answers: HostAnswer[]): string[] {
  return resultsOf(answers)
    .filter((result) => result.answer !== 'pass')
    .map((result) => `${result.check}: ${result.answer}`);
}
