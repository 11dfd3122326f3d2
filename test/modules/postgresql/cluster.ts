import type { Host, Inventory } from '../../../src/inventory.ts';
import type { CheckResult, HostAnswer } from '../../../src/modules/contract.ts';
import { assessPostgresql } from '../../../src/modules/postgresql/assess.ts';
import { SETTINGS } from '../../../src/modules/postgresql/settings.ts';
import { type Fault, faultyAnswers, silentAnswers } from '../answers.ts';

export const SERVERS = { 'db-master-01': '10.0.0.120', 'db-slave-01': '10.0.0.121', 'db-slave-02': '10.0.0.122' };
export const PROXIES = { 'haproxy-01': '10.0.0.11', 'haproxy-02': '10.0.0.12' };

/** Six hosts and two that look alike; `change` may drop or alter them. */
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
    host(name, address, { role: 'db', subrole: 'postgres', stack: 'patroni-node' }, index + 2),
  );
  const proxies = Object.entries(PROXIES).map(([name, address], index) =>
    host(name, address, { role: 'lb', subrole: 'internal-haproxy', stack: 'haproxy' }, index + 5),
  );
  const strangers = [
    host('temporal-db-01', '10.0.0.129', { role: 'db', subrole: 'postgres', stack: 'postgres-standalone' }, 7),
    host('api-gateway-01', '10.0.0.135', { role: 'lb', subrole: 'api-gateway', stack: 'gateway' }, 8),
  ];
  const witness = host('install-01', '10.0.0.250', { role: 'orchestrator', subrole: 'base', stack: '' }, 9);
  const hosts = [...servers, ...proxies, ...strangers, witness].flatMap((one) => change(one) ?? []);
  return { file: 'servers.tsv', hosts };
}

/** What GET /cluster gives; recorded from Patroni 4.0.7 but for what nobody reads. */
export function clusterJson(more: Record<string, unknown> = {}, leader = 'db-master-01'): string {
  const members = Object.keys(SERVERS).map((name) => ({
    name,
    role: name === leader ? 'leader' : name === 'db-slave-01' ? 'sync_standby' : 'replica',
    state: name === leader ? 'running' : 'streaming',
    timeline: 1,
  }));
  return JSON.stringify({ members, scope: 'keybuzz-pg', ...more });
}

/** What GET /patroni gives. */
export function patroniJson(name: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    state: 'running',
    timeline: null,
    patroni: { version: '4.0.7', scope: 'keybuzz-pg', name },
    ...more,
  });
}

/** What a healthy cluster says: db-master-01 leads. Recorded from three hosts with PostgreSQL 17 and Patroni 4.0.7. */
export function healthy(): HostAnswer[] {
  const server = (host: string, own: Record<string, string>): HostAnswer => ({
    ...{ host, outcome: 'ok', checks: [], reason: '' },
    facts: {
      patroni: 'answers',
      'patroni.patroni': patroniJson(host),
      'patroni.cluster': clusterJson(),
      postgresql: 'answers',
      'postgresql.version': '17.12 (Debian 17.12-0+deb13u1)',
      'postgresql.directory': '/opt/keybuzz/postgresql/data',
      'postgresql.timeline': '1',
      'postgresql.archive': 'on',
      'postgresql.archived-seconds-ago': '61',
      'postgresql.vector': '1',
      'postgresql.distance': '5',
      store: 'raft',
      etcd: 'stopped',
      raft: 'answers',
      'raft.members': '3',
      'raft.connected': '3',
      'raft.leader': '10.0.0.120:7000',
      'disk.used': '28',
      ...own,
    },
  });
  const replica = { 'postgresql.recovery': 't', 'postgresql.synchronous': 'f' };
  const proxy = (host: string): HostAnswer => ({
    ...{ host, outcome: 'ok', checks: [], reason: '' },
    facts: {
      write: 'answers',
      'write.node': SERVERS['db-master-01'],
      'write.recovery': 'f',
      read: 'answers',
      'read.node': SERVERS['db-slave-01'],
      'read.recovery': 't',
      pooler: 'answers',
      'pooler.node': SERVERS['db-master-01'],
      'pooler.recovery': 'f',
      'write.up': 'db-master-01',
      'read.up': 'db-slave-01,db-slave-02',
    },
  });
  return [
    server('db-master-01', {
      'postgresql.recovery': 'f',
      'postgresql.synchronous': 't',
      'postgresql.replicas':
        'name=db-slave-01,state=streaming,sync=sync,lag=0 name=db-slave-02,state=streaming,sync=async,lag=480',
    }),
    server('db-slave-01', replica),
    server('db-slave-02', replica),
    proxy('haproxy-01'),
    proxy('haproxy-02'),
  ];
}

/** The healthy answers with faults in them; a fact given as `''` was not said. */
export function withFaults(...faults: Fault[]): HostAnswer[] {
  return faultyAnswers(healthy(), faults);
}

/** The answers without what these hosts said. */
export function withSilence(...hosts: string[]): HostAnswer[] {
  return silentAnswers(healthy(), hosts);
}

/** What neither passes nor is the warning that RAFT always gives, as `check: answer`, in the order of the checks. */
export function notPassing(answers: HostAnswer[]): string[] {
  return resultsOf(answers)
    .filter((result) => result.answer !== 'pass')
    .map((result) => `${result.check}: ${result.answer}`)
    .filter((line) => line !== 'dcs-supported: warn');
}

export function resultsOf(answers: HostAnswer[]): CheckResult[] {
  return assessPostgresql(inventoryOf(), answers, SETTINGS);
}
