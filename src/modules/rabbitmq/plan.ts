import type { Host, Inventory } from '../../inventory.ts';
import type { PlanRequest, Probe, ScriptHash, ScriptStep, Step } from '../contract.ts';
import { checksStep, scriptStep } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { findMembers, namedMembers, type Members } from './members.ts';
import { planMove, planRemove } from './plan-moves.ts';
import { CLUSTER_NAME } from './settings.ts';

const CHECK_IDS = CHECKS.map((check) => check.id);

/** The steps of a verb. Throws ConfigError for the inventory. */
export function planRabbitmq(request: PlanRequest, hashOf: ScriptHash): Step[] {
  const members = findMembers(request.inventory);
  switch (request.verb) {
    case 'status':
      return [checksStep('checks', 'Ask every member', [], 0)];
    case 'plan':
    case 'deploy':
      return deploySteps(members, hashOf);
    case 'test':
      return [testStep(members, hashOf), checksStep('checks', 'Ask every member', CHECK_IDS, 0)];
    case 'failover':
    case 'drill':
      return planMove(request.verb, request.inventory, members, hashOf);
    case 'remove':
      return planRemove(members, hashOf);
  }
}

/**
 * One node begins the cluster and is given the users, by which those that join know it; what is copied to every member is
 * made when all are there.
 */
function deploySteps(members: Members, hashOf: ScriptHash): Step[] {
  const [seed, ...others] = members.servers as [Host, ...Host[]];
  return [
    serversStep(members, hashOf, { id: 'seed', title: 'Begin the cluster with one node', hosts: [seed] }),
    sharedStep(seed, hashOf, 'begin', 'Import users, the virtual host and its permissions'),
    serversStep(members, hashOf, { id: 'servers', title: 'Let each other server join', hosts: others }),
    sharedStep(seed, hashOf, 'complete', 'Import the policy, and the queue for what nobody acknowledges'),
    proxiesStep(members, hashOf),
    checksStep('checks', 'Ask every member', CHECK_IDS, 60),
  ];
}

/** One at a time, so that a majority stays. The script restarts nothing that runs. */
function serversStep(
  members: Members,
  hashOf: ScriptHash,
  { id, title, hosts }: { id: string; title: string; hosts: readonly Host[] },
): ScriptStep {
  return scriptStep(hashOf, {
    id,
    title,
    script: 'rabbitmq/deploy-server.sh',
    order: 'one-by-one',
    work: hosts.map(({ name }) => ({ host: name, args: [name, CLUSTER_NAME, ...namedMembers(members)] })),
    secrets: ['ERLANG_COOKIE', 'MONITOR_PASSWORD'],
    // Above the script's own limits: the longest is that of the queues' copies (GROW_SECONDS).
    timeoutSeconds: 1500,
    gateSeconds: 60,
  });
}

function sharedStep(seed: Host, hashOf: ScriptHash, part: 'begin' | 'complete', title: string): ScriptStep {
  return scriptStep(hashOf, {
    id: part,
    title,
    impact: 'safe',
    script: 'rabbitmq/deploy-cluster.sh',
    work: [{ host: seed.name, args: [part] }],
    secrets: ['APP_PASSWORD', 'MONITOR_PASSWORD'],
    timeoutSeconds: 180,
  });
}

/** One proxy at a time: behind the load balancer the other one serves meanwhile. */
function proxiesStep(members: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'proxies',
    title: 'Lead port 5672 of each HAProxy to the nodes that serve',
    script: 'rabbitmq/deploy-proxy.sh',
    order: 'one-by-one',
    work: members.proxies.map(({ name, privateIp }) => ({ host: name, args: [privateIp, ...namedMembers(members)] })),
    secrets: ['MONITOR_PASSWORD'],
    timeoutSeconds: 600,
    gateSeconds: 60,
  });
}

function testStep(members: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'proxies',
    title: 'Publish, confirm, consume and acknowledge through each HAProxy',
    impact: 'safe',
    mode: 'read',
    script: 'rabbitmq/test-proxy.sh',
    work: members.proxies.map(({ name, privateIp }) => ({ host: name, args: [name, privateIp] })),
    secrets: ['APP_PASSWORD'],
    timeoutSeconds: 60,
  });
}

/** One read on every host; each answers for itself, and `assessRabbitmq` compares. */
export function probesOf(inventory: Inventory): Probe[] {
  const members = findMembers(inventory);
  return [
    ...members.servers.map(({ name }) => ({
      host: name,
      script: 'rabbitmq/status-server.sh',
      args: [name, ...namedMembers(members)],
      secrets: ['MONITOR_PASSWORD'],
      timeoutSeconds: 30,
    })),
    ...members.proxies.map(({ name, privateIp }) => ({
      host: name,
      script: 'rabbitmq/status-proxy.sh',
      args: [privateIp],
      secrets: ['APP_PASSWORD'],
      timeoutSeconds: 20,
    })),
  ];
}
