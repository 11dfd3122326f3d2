import { LOAD_BALANCERS, type Inventory } from '../../inventory.ts';
import type { CheckResult, HostAnswer } from '../contract.ts';
import { demandFact, factsOfHosts, judgeHosts, type HostCheck } from '../judge-hosts.ts';
import { SERVERS } from './checks.ts';
import { NEEDS, unmetNeeds } from './needs.ts';

/** Values that stand more than once. */
function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => value !== '' && values.indexOf(value) !== index))];
}

function judgeUnique({ hosts }: Inventory): CheckResult {
  const twice = [
    ...repeated(hosts.map(({ name }) => name)),
    ...repeated(hosts.map(({ fqdn }) => fqdn)),
    ...repeated([
      ...LOAD_BALANCERS.map(({ address }) => address),
      ...hosts.flatMap(({ privateIp, publicIp }) => [...new Set([privateIp, publicIp])]),
    ]),
  ];
  const value = String(hosts.length);
  if (twice.length > 0) return { check: 'unique', answer: 'fail', value, text: `used twice: ${twice.join(', ')}` };
  return { check: 'unique', answer: 'pass', value, text: 'no name, address or FQDN is used twice' };
}

function judgeServers({ hosts }: Inventory): CheckResult {
  const value = String(hosts.length);
  const isExpected = hosts.length === SERVERS;
  const text = [`${hosts.length} servers`, ...(isExpected ? [] : [`the platform has ${SERVERS}`])].join('; ');
  return { check: 'servers', answer: isExpected ? 'pass' : 'warn', value, text };
}

function judgeRoles(inventory: Inventory): CheckResult {
  const unmet = unmetNeeds(inventory);
  const value = `${NEEDS.length - unmet.length}/${NEEDS.length}`;
  if (unmet.length > 0) return { check: 'roles', answer: 'fail', value, text: unmet.join('; ') };
  return { check: 'roles', answer: 'pass', value, text: 'every module has its hosts' };
}

/** That it answered is all: a worker takes no other key than the pinned one. */
const REACHABLE: HostCheck = { check: 'reachable', passText: (on) => `the pinned key on ${on}`, judge: () => [] };

const IDENTITY: HostCheck = {
  check: 'identity',
  passText: (on) => `its own name and address on ${on}`,
  judge: (facts, host) => [
    ...demandFact(facts, {
      key: 'address',
      wanted: 'yes',
      what: 'address',
      broken: 'its private address is not there',
    }),
    ...demandFact(facts, { key: 'name', wanted: host.name, what: 'its name' }),
  ],
};

const PRIVATE_ROUTE: HostCheck = {
  check: 'private-route',
  passText: (on) => `the private route on ${on}`,
  judge: (facts, host) => {
    if (facts['route.source'] === undefined) return [{ answer: 'unknown', text: 'route not told' }];
    return facts['route.source'] === host.privateIp ? [] : [{ answer: 'fail', text: 'no private route' }];
  },
};

/** Silent addresses by the names of their hosts: "redis-02, redis-03". */
function judgePeers({ hosts }: Inventory): HostCheck {
  const nameOf = (address: string) => hosts.find(({ privateIp }) => privateIp === address)?.name ?? address;
  return {
    check: 'peers',
    passText: (on) => `every host of its module is reached on ${on}`,
    judge: (facts) => {
      const silent = facts['peers.silent'];
      if (silent === undefined || facts.peers === undefined) return [{ answer: 'unknown', text: 'peers not told' }];
      const names = silent
        .split(',')
        .filter((address) => address !== '')
        .map(nameOf);
      return names.map((name) => ({ answer: 'fail', text: `does not reach ${name}` }));
    },
  };
}

/** One result per check of CHECKS, in that order: the worker's own knowledge, then what the hosts say. */
export function assessInventory(inventory: Inventory, answers: readonly HostAnswer[]): CheckResult[] {
  const hosts = factsOfHosts(inventory.hosts, answers);
  return [
    judgeUnique(inventory),
    judgeServers(inventory),
    judgeRoles(inventory),
    ...[REACHABLE, IDENTITY, PRIVATE_ROUTE, judgePeers(inventory)].map((check) => judgeHosts(hosts, check)),
  ];
}
