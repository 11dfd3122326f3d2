import type { Host, Inventory } from '../../../src/inventory.ts';
import type { CheckResult, HostAnswer } from '../../../src/modules/contract.ts';
import { assessProxysql } from '../../../src/modules/proxysql/assess.ts';
import { type Fault, faultyAnswers } from '../answers.ts';

export const PROXIES = { 'proxysql-01': '10.0.0.173', 'proxysql-02': '10.0.0.174' };
export const SERVERS = { 'maria-01': '10.0.0.170', 'maria-02': '10.0.0.171', 'maria-03': '10.0.0.172' };

/** Two proxies, three members and the orchestrator; `change` may drop or alter them. */
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
  const hosts = [
    ...Object.entries(SERVERS).map(([name, address], index) =>
      host(name, address, { role: 'db', subrole: 'mariadb', stack: 'mariadb-galera' }, index + 2),
    ),
    ...Object.entries(PROXIES).map(([name, address], index) =>
      host(name, address, { role: 'db_proxy', subrole: 'proxysql', stack: 'proxysql' }, index + 5),
    ),
    host('install-01', '10.0.0.250', { role: 'orchestrator', subrole: 'base', stack: '' }, 9),
  ];
  return { file: 'servers.tsv', hosts: hosts.flatMap((one) => change(one) ?? []) };
}

const backend = (group: number, host: string, status = 'ONLINE') => `group=${group},host=${host},status=${status}`;

/** The members as a proxy lists them when this one is writer. */
export function serversWith(writer: string, offline: readonly string[] = []): string {
  return Object.values(SERVERS)
    .map((address) => backend(offline.includes(address) ? 9999 : address === writer ? 10 : 20, address))
    .join(' ');
}

/** What healthy proxies say: 10.0.0.170 is writer. The load balancer is there. */
export function healthy(): HostAnswer[] {
  return Object.keys(PROXIES).map((host): HostAnswer => ({
    ...{ host, outcome: 'ok', checks: [], reason: '' },
    facts: {
      admin: 'answers',
      'admin.factory': 'no',
      'admin.galera': 'writers=10,backups=20,max=1,active=1',
      'admin.servers': serversWith('10.0.0.170'),
      'admin.users': 'user=erpnext,group=10',
      'admin.rules': 'group=10,apply=1',
      'admin.checksums':
        'name=mysql_query_rules,checksum=0x1 name=mysql_servers,checksum=0x2 name=mysql_users,checksum=0x3',
      'admin.unsaved': '0',
      'admin.errors': '0',
      entry: 'answers',
      'entry.node': '10.0.0.170',
      balancer: 'answers',
      'balancer.node': '10.0.0.170',
      'peer-admin': 'closed',
    },
  }));
}

/** The healthy answers with faults in them; a fact given as `''` was not said. */
export function withFaults(...faults: Fault[]): HostAnswer[] {
  return faultyAnswers(healthy(), faults);
}

export function resultsOf(answers: HostAnswer[]): CheckResult[] {
  return assessProxysql(inventoryOf(), answers);
}

/** What does not pass, as `check: answer`, in the order of the checks. */
export function notPassing(answers: HostAnswer[]): string[] {
  return resultsOf(answers)
    .filter((result) => result.answer !== 'pass')
    .map((result) => `${result.check}: ${result.answer}`);
}
