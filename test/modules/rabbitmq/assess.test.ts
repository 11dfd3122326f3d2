import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from '../answers.ts';
import { healthy, nodesJson, notPassing, resultsOf, SERVERS, withFaults, withSilence } from './cluster.ts';

const servers = Object.keys(SERVERS);
const everywhere = (facts: Record<string, string>): Fault[] => servers.map((host): Fault => [host, facts]);

/** Nothing that a node says of itself. */
const SILENT_BROKER = Object.fromEntries(
  Object.keys(healthy()[0]?.facts ?? {})
    .filter((key) => /^(?:broker|vhost|queues)\b/.test(key))
    .map((key) => [key, '']),
);

/** Facts that people read and no check needs; who leads is nothing where there is no queue. */
const UNJUDGED = /^(?:broker\.(?:node|cluster_name)|entry\.up|queues\.leaders)$/;

/** Each fault, and all the checks that must notice it: no other may. */
const FAULTS: [title: string, faults: Fault[], noticed: string[]][] = [
  [
    'a node that others see down',
    [['queue-01', { 'broker.nodes': nodesJson({ 'queue-03': { running: false } }) }]],
    ['nodes-agree: fail'],
  ],
  [
    'a node that does not count another',
    [['queue-02', { 'broker.nodes': nodesJson({}, ['queue-01', 'queue-02']) }]],
    ['nodes-agree: fail'],
  ],
  [
    'a member that is not in the inventory',
    everywhere({ 'broker.nodes': nodesJson({}, [...servers, 'queue-04']) }),
    ['nodes-agree: fail'],
  ],
  [
    'a partition',
    [['queue-02', { 'broker.nodes': nodesJson({ 'queue-02': { partitions: ['rabbit@queue-03'] } }) }]],
    ['partitions: fail'],
  ],
  [
    'a node that is drained',
    [['queue-01', { 'broker.nodes': nodesJson({ 'queue-02': { being_drained: true } }) }]],
    ['in-service: fail'],
  ],
  ['a node without its listener', [['queue-02', { amqp: 'stopped' }]], ['in-service: fail']],
  ['an alarm', [['queue-02', { 'broker.alarms': 'fails' }]], ['alarms: fail']],
  ['a virtual host that does not run', [['queue-03', { 'broker.vhosts': 'fails' }]], ['virtual-hosts: fail']],
  ['a node that queues need', [['queue-03', { 'broker.critical': 'fails' }]], ['quorum-critical: fail']],
  [
    'a queue with a member away',
    [['queue-01', { 'queues.short': '1', 'queues.named': 'keybuzz/orders (2 of 3)' }]],
    ['queue-members: fail'],
  ],
  [
    'a queue with too few members',
    [['queue-01', { 'queues.few': '1', 'queues.named': 'keybuzz/orders (1 of 1)' }]],
    ['queue-members: warn'],
  ],
  [
    'leaders that are not spread',
    everywhere({ 'queues.count': '9', 'queues.leaders': 'host=queue-01,leads=7 host=queue-02,leads=2' }),
    ['leader-spread: warn'],
  ],
  ['a virtual host that is not there', everywhere({ 'vhost.type': 'missing' }), ['default-type: fail']],
  ['new queues that are classic', everywhere({ 'vhost.type': 'classic' }), ['default-type: fail']],
  ['a feature flag that is off', [['queue-02', { 'broker.flags-off': 'khepri_db' }]], ['feature-flags: warn']],
  ['two versions', [['queue-02', { 'broker.rabbitmq_version': '3.13.7' }]], ['feature-flags: fail']],
  ['a proxy that nobody gets through', [['haproxy-01', { entry: 'silent' }]], ['entry: fail']],
  ['an entry into another cluster', [['haproxy-02', { 'entry.cluster': 'rabbit@elsewhere' }]], ['entry: fail']],
  ['a proxy with a server down', [['haproxy-02', { 'entry.up': 'queue-01,queue-02' }]], ['entry: fail']],
  [
    "another password than ours in the applications' user",
    [['haproxy-01', { entry: 'wrong-password' }]],
    ['entry: unknown'],
  ],
  ['a disk that is near to full', [['queue-02', { 'disk.used': '88' }]], ['disk: warn']],
  ['a full disk', [['queue-02', { 'disk.used': '97' }]], ['disk: fail']],
];

describe('what the checks make of a cluster', () => {
  it('passes a healthy one', () => {
    expect(notPassing(healthy())).toEqual([]);
  });

  it.each(FAULTS)('notices %s, and blames nothing else', (_, faults, noticed) => {
    expect(notPassing(withFaults(...faults))).toEqual(noticed);
  });

  it('has a fault for every check', () => {
    const noticed = FAULTS.flatMap(([, , lines]) => lines.map((line) => line.split(':')[0]));
    const checks = resultsOf(healthy()).map(({ check }) => check);
    expect(checks.filter((check) => !noticed.includes(check))).toEqual([]);
  });

  it('names queue and host in what people read', () => {
    const short = { 'queues.short': '1', 'queues.named': 'keybuzz/orders (2 of 3)' };
    const results = resultsOf(withFaults(['queue-03', short]));
    const text = results.find(({ check }) => check === 'queue-members')?.text;
    expect(text).toMatch(/queue-03 .*keybuzz\/orders \(2 of 3\)/);
  });

  it('says of a node that is stopped, or drained with its management API closed, that it does not serve', () => {
    const stopped = { ...SILENT_BROKER, broker: 'stopped', amqp: 'stopped' };
    const results = resultsOf(withFaults(['queue-02', stopped]));
    expect(results.find(({ check }) => check === 'in-service')?.text).toContain('queue-02 does not serve');
    expect(results.filter(({ answer }) => answer === 'pass').map(({ check }) => check)).toEqual(['entry', 'disk']);
  });

  it.each(servers)('passes nothing that asks every member when %s is silent', (host) => {
    expect(notPassing(withSilence(host))).toEqual(resultsOf(healthy()).map(({ check }) => `${check}: unknown`));
  });

  it('still passes what does not depend on a silent proxy', () => {
    expect(notPassing(withSilence('haproxy-01'))).toEqual(['entry: unknown']);
  });

  it('calls a fault it sees a fault, also when another host is silent', () => {
    const answers = withSilence('queue-02').map((answer) =>
      answer.host === 'queue-03' ? { ...answer, facts: { ...answer.facts, 'broker.alarms': 'fails' } } : answer,
    );
    expect(resultsOf(answers).find(({ check }) => check === 'alarms')?.answer).toBe('fail');
  });

  it('does not hold it against a HAProxy of somebody else that it does not tell of its servers', () => {
    expect(notPassing(withFaults(['haproxy-01', { 'entry.up': '' }]))).toEqual([]);
  });

  it('never passes when a fact is missing', () => {
    for (const answer of healthy()) {
      for (const key of Object.keys(answer.facts).filter((one) => !UNJUDGED.test(one))) {
        const found = notPassing(withFaults([answer.host, { [key]: '' }])).length > 0;
        expect([key, answer.host, found]).toEqual([key, answer.host, true]);
      }
    }
  });

  it('gives an answer to whatever a node says, and passes no JSON that RabbitMQ would not say', () => {
    const odd = fc.oneof(fc.json(), fc.string(), fc.constantFrom('null', '[]', '[{"name": 1}]'));
    fc.assert(
      fc.property(odd, fc.string(), (nodes, leaders) => {
        const facts = { 'broker.nodes': nodes, 'queues.leaders': leaders };
        const results = resultsOf(withFaults(['queue-01', facts]));
        expect(results.find(({ check }) => check === 'nodes-agree')?.answer).not.toBe('pass');
      }),
    );
  });
});
