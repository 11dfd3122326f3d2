import type { Host, Inventory } from '../../../src/inventory.ts';
import type { CheckResult, HostAnswer } from '../../../src/modules/contract.ts';
import { assessRabbitmq } from '../../../src/modules/rabbitmq/assess.ts';
import { type Fault, faultyAnswers, silentAnswers } from '../answers.ts';

export const SERVERS = { 'queue-01': '10.0.0.126', 'queue-02': '10.0.0.127', 'queue-03': '10.0.0.128' };
export const PROXIES = { 'haproxy-01': '10.0.0.11', 'haproxy-02': '10.0.0.12' };

/** Six hosts and one that looks alike; `change` may drop or alter them. */
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
    host(name, address, { role: 'queue', subrole: 'rabbitmq', stack: 'rabbitmq' }, index + 2),
  );
  const proxies = Object.entries(PROXIES).map(([name, address], index) =>
    host(name, address, { role: 'lb', subrole: 'internal-haproxy', stack: 'haproxy' }, index + 5),
  );
  const stranger = host('api-gateway-01', '10.0.0.135', { role: 'lb', subrole: 'api-gateway', stack: 'gateway' }, 8);
  const witness = host('install-01', '10.0.0.250', { role: 'orchestrator', subrole: 'base', stack: '' }, 9);
  const hosts = [...servers, ...proxies, stranger, witness].flatMap((one) => change(one) ?? []);
  return { file: 'servers.tsv', hosts };
}

/** What GET /api/nodes gives, with differences of some nodes; recorded from RabbitMQ 4.0.5. */
export function nodesJson(own: Record<string, Record<string, unknown>> = {}, names = Object.keys(SERVERS)): string {
  const healthyNode = {
    ...{ running: true, partitions: [], being_drained: false },
    ...{ mem_alarm: false, disk_free_alarm: false },
  };
  return JSON.stringify(names.map((name) => ({ name: `rabbit@${name}`, ...healthyNode, ...own[name] })));
}

/** What a healthy cluster says. */
export function healthy(): HostAnswer[] {
  const server = (host: string): HostAnswer => ({
    ...{ host, outcome: 'ok', checks: [], reason: '' },
    facts: {
      'disk.used': '28',
      amqp: 'listens',
      broker: 'answers',
      'broker.nodes': nodesJson(),
      'broker.node': `rabbit@${host}`,
      'broker.cluster_name': 'keybuzz-queue',
      'broker.rabbitmq_version': '4.0.5',
      'broker.alarms': 'holds',
      'broker.vhosts': 'holds',
      'broker.critical': 'holds',
      'broker.flags-off': 'none',
      'vhost.type': 'quorum',
      'queues.count': '4',
      'queues.short': '0',
      'queues.few': '0',
      'queues.leaders': 'host=queue-01,leads=2 host=queue-02,leads=1 host=queue-03,leads=1',
    },
  });
  const proxy = (host: string): HostAnswer => ({
    ...{ host, outcome: 'ok', checks: [], reason: '' },
    facts: { entry: 'answers', 'entry.cluster': 'keybuzz-queue', 'entry.up': 'queue-01,queue-02,queue-03' },
  });
  return [...Object.keys(SERVERS).map(server), ...Object.keys(PROXIES).map(proxy)];
}

/** The healthy answers with faults in them; a fact given as `''` was not said. */
export function withFaults(...faults: Fault[]): HostAnswer[] {
  return faultyAnswers(healthy(), faults);
}

/** The answers without what these hosts said. */
export function withSilence(...hosts: string[]): HostAnswer[] {
  return silentAnswers(healthy(), hosts);
}

/** What does not pass, as `check: answer`, in the order of the checks. */
export function notPassing(answers: HostAnswer[]): string[] {
  return resultsOf(answers)
    .filter((result) => result.answer !== 'pass')
    .map((result) => `${result.check}: ${result.answer}`);
}

export function resultsOf(answers: HostAnswer[]): CheckResult[] {
  return assessRabbitmq(inventoryOf(), answers);
}
