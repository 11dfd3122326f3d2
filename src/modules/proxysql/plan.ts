import type { Inventory } from '../../inventory.ts';
import type { PlanRequest, Probe, ScriptHash, ScriptStep, Step } from '../contract.ts';
import { checksStep, scriptStep } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { findMembers, type Members } from './members.ts';
import { planMove } from './plan-moves.ts';
import { BALANCER, PROXY_NETWORK, VERSION, WRITER_IS_ALSO_READER } from './settings.ts';

const CHECK_IDS = CHECKS.map((check) => check.id);

/** The steps of a verb. Throws ConfigError for the inventory. */
export function planProxysql(request: PlanRequest, hashOf: ScriptHash): Step[] {
  const members = findMembers(request.inventory);
  switch (request.verb) {
    case 'status':
      return [checksStep('checks', 'Ask every proxy', [], 0)];
    case 'plan':
    case 'deploy':
      return [
        accountStep(members, hashOf),
        proxiesStep(members, hashOf),
        checksStep('checks', 'Ask every proxy', CHECK_IDS, 60),
      ];
    case 'test':
      return [testStep(members, hashOf), checksStep('checks', 'Ask every proxy', CHECK_IDS, 0)];
    case 'failover':
    case 'drill':
      return planMove(request.verb, request.inventory, members, hashOf);
    case 'remove':
      return [removeStep(members, hashOf)];
  }
}

const addressesOf = ({ servers }: Members): string[] => servers.map((server) => server.privateIp);

/** On one member: Galera brings users to the others. */
function accountStep({ servers }: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'account',
    title: 'Make the user as whom ProxySQL asks the members how they are',
    impact: 'safe',
    script: 'proxysql/deploy-account.sh',
    work: servers.slice(0, 1).map(({ name }) => ({ host: name, args: [PROXY_NETWORK] })),
    secrets: ['MONITOR_PASSWORD'],
    timeoutSeconds: 120,
  });
}

/** One proxy at a time: behind the load balancer the other one serves meanwhile. */
function proxiesStep(members: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'proxies',
    title: 'Lead port 3306 of each proxy to the member that takes the writes',
    script: 'proxysql/deploy-proxy.sh',
    order: 'one-by-one',
    work: members.proxies.map(({ name, privateIp }) => ({
      host: name,
      args: [privateIp, VERSION, WRITER_IS_ALSO_READER, ...addressesOf(members)],
    })),
    secrets: ['ADMIN_PASSWORD', 'MONITOR_PASSWORD', 'APP_PASSWORD'],
    timeoutSeconds: 600,
    gateSeconds: 60,
  });
}

function testStep(members: Members, hashOf: ScriptHash): ScriptStep {
  const addresses = addressesOf(members).join(',');
  return scriptStep(hashOf, {
    id: 'proxies',
    title: 'Write a row through each proxy, read it on every member, delete it',
    impact: 'safe',
    mode: 'read',
    script: 'proxysql/test-proxy.sh',
    work: members.proxies.map(({ name, privateIp }) => ({ host: name, args: [name, privateIp, addresses] })),
    secrets: ['APP_PASSWORD'],
    timeoutSeconds: 90,
  });
}

function removeStep({ proxies }: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'proxies',
    title: 'Take ProxySQL off each proxy',
    impact: 'destructive',
    script: 'proxysql/remove-proxy.sh',
    order: 'one-by-one',
    work: proxies.map(({ name }) => ({ host: name, args: [] })),
    secrets: [],
    timeoutSeconds: 120,
  });
}

/** One read on every proxy; each answers for itself, and `assessProxysql` compares. */
export function probesOf(inventory: Inventory): Probe[] {
  const [first, second] = findMembers(inventory).proxies;
  return [[first, second] as const, [second, first] as const].map(([own, other]) => ({
    host: own.name,
    script: 'proxysql/status-proxy.sh',
    args: [own.privateIp, other.privateIp, BALANCER],
    secrets: ['ADMIN_PASSWORD', 'APP_PASSWORD'],
    timeoutSeconds: 60,
  }));
}
