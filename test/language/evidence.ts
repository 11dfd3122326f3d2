import { judgeCredentials, judgeProof } from '../../src/jobs/evidence-judging.ts';
import type { CheckResult, HostAnswer } from '../../src/modules/contract.ts';
import { assessInventory } from '../../src/modules/inventory/assess.ts';
import { assessLb } from '../../src/modules/lb/assess.ts';
import { balancersOf, namedHosts } from '../../src/modules/lb/settings.ts';
import { recordsOf } from '../../src/modules/names.ts';
import { HETZNER } from '../../src/modules/cloud.ts';
import { inventory } from '../hetzner/project.ts';
import { faultyAnswers, type Fault } from '../modules/answers.ts';
import * as apps from '../modules/apps/cluster.ts';
import * as base from '../modules/base/fleet.ts';
import * as k3s from '../modules/k3s/cluster.ts';
import * as mariadb from '../modules/mariadb/cluster.ts';
import { FAULTS as MARIADB } from '../modules/mariadb/faults.ts';
import * as minio from '../modules/minio/cluster.ts';
import { FAULTS as MINIO } from '../modules/minio/faults.ts';
import * as postgresql from '../modules/postgresql/cluster.ts';
import { FAULTS as POSTGRESQL } from '../modules/postgresql/faults.ts';
import * as proxysql from '../modules/proxysql/cluster.ts';
import * as rabbitmq from '../modules/rabbitmq/cluster.ts';
import * as redis from '../modules/redis/cluster.ts';
import { FAULTS as REDIS } from '../modules/redis/faults.ts';
import { ofProject } from './hetzner-evidence.ts';

/** A module's checks, what its hosts say when all is well, and what else they were seen to say. */
interface Assessed {
  assess: (answers: HostAnswer[]) => CheckResult[];
  healthy: HostAnswer[];
  others: HostAnswer[][];
}

/** What any fact may be instead of what it is; `''` is not said. */
const VALUES = [
  ...['', '0', '1', '99', '9999999999', 'odd', 'none', 'yes', 'no', 'absent', 'container', 'off', 'open', 'failing'],
  ...['stopped', 'silent', 'refuses', 'wrong-password', 'no-client', 'refused', '96 /opt', '86 /opt', 'db/one=1'],
];

const silent = (answers: readonly HostAnswer[], reasons: Readonly<Record<string, string>>): HostAnswer[] =>
  answers.map((answer) => {
    const reason = reasons[answer.host];
    return reason === undefined ? answer : { ...answer, outcome: 'unknown', facts: {}, reason };
  });

const everywhere = (answers: readonly HostAnswer[], facts: Record<string, string>): HostAnswer[] =>
  faultyAnswers(
    answers,
    answers.map(({ host }): Fault => [host, facts]),
  );

/** A module of as many hosts is on every host. */
const FLEET_FROM = 20;

/** Each host silent, each pair of them, each fact otherwise. */
function variants({ healthy, others }: Assessed): HostAnswer[][] {
  const [first, second, third] = healthy.map(({ host }) => host);
  const keysOf = ({ facts }: HostAnswer): string => Object.keys(facts).join();
  const few = healthy.filter((answer, index) => healthy.findIndex((one) => keysOf(one) === keysOf(answer)) === index);
  const pairs = [first, second, third].flatMap((one) => (one === undefined ? [] : [{ [one]: 'timeout' }]));
  return [
    ...[healthy, [], ...others],
    ...pairs.map((reasons) => silent(healthy, reasons)),
    silent(healthy, Object.fromEntries([first, second].map((host) => [host ?? '', 'timeout']))),
    silent(healthy, Object.fromEntries([first, second, third].map((host) => [host ?? '', '']))),
    ...few.flatMap(({ host, facts }) =>
      Object.keys(facts).flatMap((key) => VALUES.map((value) => faultyAnswers(healthy, [[host, { [key]: value }]]))),
    ),
    // What is asked of the whole fleet is judged host by host.
    ...Object.keys(healthy.length > FLEET_FROM ? {} : (healthy[0]?.facts ?? {})).flatMap((key) =>
      VALUES.map((value) => everywhere(healthy, { [key]: value })),
    ),
  ];
}

const injected = (
  of: { withFaults: (...faults: Fault[]) => HostAnswer[] },
  all: readonly (readonly [string, Fault[], string[]])[],
) => all.map(([, faults]) => of.withFaults(...faults));

const onlyFirst = (answers: readonly HostAnswer[], facts: Record<string, string>): HostAnswer[] =>
  faultyAnswers(answers, [[answers[0]?.host ?? '', facts]]);

const ofInventory = inventory.hosts.map(({ name, privateIp }): HostAnswer => ({
  ...{ host: name, outcome: 'ok', checks: [], reason: '' },
  facts: { name, address: 'yes', 'route.source': privateIp, peers: '2', 'peers.silent': '' },
}));

const orchestrator: HostAnswer = {
  ...{ host: 'install-01', outcome: 'ok', checks: [], reason: '' },
  facts: Object.fromEntries([
    ...balancersOf(inventory).flatMap(({ name, services }) =>
      services.map(({ listenPort }) => [`request.${name}.${listenPort}`, 'answers']),
    ),
    ...recordsOf(namedHosts(inventory)).map(({ name, zone, addresses }) => [
      `dns.${name}.${zone}`,
      addresses.join(','),
    ]),
  ]) as Record<string, string>,
};

const elsewhere: HostAnswer = {
  ...{ host: HETZNER, outcome: 'ok', facts: {}, reason: '' },
  checks: [{ id: 'dns', answer: 'warn', value: 'elsewhere', text: '' }],
};

const MODULES: Readonly<Record<string, Assessed>> = {
  inventory: {
    assess: (answers) => [
      ...assessInventory(inventory, answers),
      ...assessInventory({ ...inventory, hosts: inventory.hosts.slice(1, 12) }, answers),
      ...assessInventory({ ...inventory, hosts: [...inventory.hosts, ...inventory.hosts.slice(0, 1)] }, answers),
    ],
    healthy: ofInventory,
    others: [onlyFirst(ofInventory, { 'peers.silent': '10.0.0.123,10.0.0.124,10.9.9.9' })],
  },
  base: {
    assess: base.assess,
    healthy: base.answersWith(),
    others: [base.answersWith(Object.fromEntries(base.inventory.hosts.map(({ name }) => [name, { firewall: 'off' }])))],
  },
  redis: { assess: redis.resultsOf, healthy: redis.healthy(), others: injected(redis, REDIS) },
  postgresql: {
    assess: postgresql.resultsOf,
    healthy: postgresql.healthy(),
    others: injected(postgresql, POSTGRESQL),
  },
  mariadb: {
    assess: mariadb.resultsOf,
    healthy: mariadb.healthy(),
    others: [
      ...injected(mariadb, MARIADB),
      ...[
        ['3', '3*', '3'],
        ['3', '5', '4'],
        ['none', '5', '5'],
        ['none', 'none', 'none'],
        ['3*', '5*', '5'],
        ['', '5', '-1'],
      ].map((positions) => mariadb.stopped(...positions)),
      onlyFirst(mariadb.stopped('3', '3', '3'), { 'mariadb.position': '6f1a2b3c-cc47-11f0-9d3a-0a1b2c3d4e5f:7' }),
      ...['0', '1', '2', '3'].map((state) => onlyFirst(mariadb.healthy(), { 'mariadb.wsrep_local_state': state })),
      everywhere(mariadb.healthy(), { 'mariadb.wsrep_cluster_status': 'non-Primary' }),
    ],
  },
  rabbitmq: {
    assess: rabbitmq.resultsOf,
    healthy: rabbitmq.healthy(),
    others: [
      { 'queue-02': { running: false } },
      { 'queue-02': { partitions: ['rabbit@queue-03'] } },
      { 'queue-02': { being_drained: true } },
    ]
      .map((own) => ({ 'broker.nodes': rabbitmq.nodesJson(own) }))
      .concat([
        { 'broker.nodes': rabbitmq.nodesJson({}, ['queue-01', 'stranger-01']) },
        { 'broker.nodes': rabbitmq.nodesJson({}, ['queue-01', 'queue-02']) },
      ])
      .map((facts) => onlyFirst(rabbitmq.healthy(), facts)),
  },
  minio: { assess: minio.resultsOf, healthy: minio.healthy(), others: injected(minio, MINIO) },
  proxysql: {
    assess: proxysql.resultsOf,
    healthy: proxysql.healthy(),
    others: [
      onlyFirst(proxysql.healthy(), { 'admin.servers': proxysql.serversWith('10.0.0.171') }),
      onlyFirst(proxysql.healthy(), { 'admin.servers': proxysql.serversWith('10.0.0.170', ['10.0.0.172']) }),
      onlyFirst(proxysql.healthy(), {
        'admin.servers': `${proxysql.serversWith('10.0.0.170')} group=20,host=10.9.9.9`,
      }),
      onlyFirst(proxysql.healthy(), { 'admin.galera': 'writers=10,backups=20,max=2,active=1' }),
      onlyFirst(proxysql.healthy(), { 'admin.users': 'user=erpnext,group=20' }),
      onlyFirst(proxysql.healthy(), {
        'admin.checksums':
          'name=mysql_query_rules,checksum=0x9 name=mysql_servers,checksum=0x2 name=mysql_users,checksum=0x3',
      }),
    ],
  },
  k3s: {
    assess: k3s.resultsOf,
    healthy: k3s.healthy(),
    others: [
      { 'k8s-worker-01': { ready: 'False', reason: 'KubeletNotReady' } },
      { 'k8s-worker-01': { pressure: 'MemoryPressure+DiskPressure' } },
      { 'k8s-worker-01': { closed: 'yes' } },
      { 'k8s-master-02': { voter: 'False' } },
      { 'k8s-worker-02': { version: 'v1.30.0+k3s1' } },
      { 'k8s-worker-02': { master: 'yes' } },
    ]
      .map((own): Record<string, string> => ({ 'api.nodes': k3s.nodesText(own) }))
      .concat([
        { 'api.nodes': k3s.nodesText({}, ['k8s-master-01', 'stranger-01']) },
        { 'api.workloads': k3s.workloadsText({ 'deployment kube-system coredns': [0, 1] }) },
        { 'api.workloads': k3s.workloadsText({ 'daemonset keybuzz-probe probe': [2, 2] }) },
        { 'etcd.is-leader': '1' },
      ])
      .map((facts) => onlyFirst(k3s.healthy(), facts)),
  },
  lb: {
    assess: (answers) => [...assessLb(inventory, answers), ...assessLb(inventory, [...answers, elsewhere])],
    healthy: [orchestrator],
    others: [],
  },
  apps: {
    assess: apps.resultsOf,
    healthy: apps.healthy(),
    others: [
      { 'apps.deployments': apps.deploymentsText({ erpnext: { available: '1', whole: 'no' } }) },
      { 'apps.deployments': apps.deploymentsText({ erpnext: { available: '', whole: 'no', image: 'x:2' } }) },
      { 'apps.pods': apps.podsText({ reason: 'CrashLoopBackOff' }) },
      { 'apps.pods': apps.podsText({ restarts: '40' }) },
      { 'apps.pods': apps.podsText({}, ['k8s-worker-01']) },
    ].flatMap((facts) => [onlyFirst(apps.healthy(), facts), apps.everywhere(facts)]),
  },
};

/** Texts of what the checks of a module find, each once. */
function textsOf(of: Assessed): string[] {
  const results = variants(of).flatMap((answers) => of.assess(answers));
  return [...new Set(results.map(({ text }) => text))];
}

/** What the worker finds out by itself. */
function ofWorker(): string[] {
  const nowMs = Date.parse('2026-11-28T12:00:00Z');
  const proof = (endedAt: string, outage: string) => ({ runId: 'lusab-babad', verb: 'drill', endedAt, outage });
  const good = { module: 'redis', mode: 0o600, missing: [], fault: '' };
  const survey = { directory: '/srv/credentials', directoryMode: 0o700, files: [good] };
  const lacking = { ...good, module: 'minio', mode: 0o644, missing: ['MINIO_ROOT_PASSWORD'] };
  return [
    judgeProof('redis', undefined, nowMs),
    judgeProof('redis', proof('2026-11-27T12:00:00Z', '2.31s'), nowMs),
    judgeProof('redis', proof('2026-09-27T12:00:00Z', ''), nowMs),
    judgeCredentials(survey, 'install-01'),
    judgeCredentials({ ...survey, directoryMode: undefined, files: [] }, 'install-01'),
    judgeCredentials({ ...survey, directoryMode: 0o755, files: [lacking, { ...good, mode: undefined }] }, 'install-01'),
  ].map(({ text }) => text);
}

/** Evidence as the checks really give it, by whose it is. */
export const EVIDENCE: readonly (readonly [string, readonly string[]])[] = [
  ...Object.entries(MODULES).map(([name, of]) => [name, textsOf(of)] as const),
  ['hetzner', ofProject()],
  ['worker', ofWorker()],
];
