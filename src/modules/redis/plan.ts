import type { Inventory } from '../../inventory.ts';
import type { HostWork, PlanRequest, Probe, ScriptHash, ScriptStep, Step } from '../contract.ts';
import { checksStep, scriptStep } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { findMembers, MASTER_NAME, type Members } from './members.ts';
import { planMove, planRemove } from './plan-moves.ts';

const REDIS = 'REDIS_PASSWORD';
const SENTINEL = 'SENTINEL_PASSWORD';

/** The steps of a verb. Throws ConfigError for the inventory. */
export function planRedis(request: PlanRequest, hashOf: ScriptHash): Step[] {
  const members = findMembers(request.inventory);
  switch (request.verb) {
    case 'status':
      return [checksStep('checks', 'Ask every member', [], 0)];
    case 'plan':
    case 'deploy':
      return [
        serversStep(members, hashOf),
        proxiesStep(members, hashOf),
        checksStep('checks', 'Ask every member', CHECK_IDS, 60),
      ];
    case 'test':
      return [testStep(members, hashOf), checksStep('checks', 'Ask every member', CHECK_IDS, 0)];
    case 'failover':
    case 'drill':
      return planMove(request.verb, request.inventory, members, hashOf);
    case 'remove':
      return planRemove(members, hashOf);
  }
}

const CHECK_IDS = CHECKS.map((check) => check.id);

/**
 * The seed first, since the others copy its data; then one at a time, so that a majority of Sentinels and a replica
 * stay. The script restarts nothing that runs, so there is no need to take the current master last.
 */
function serversStep(members: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'servers',
    title: 'Make each server a member with Redis and Sentinel',
    script: 'redis/deploy-server.sh',
    order: 'one-by-one',
    work: workOfServers(members),
    secrets: [REDIS, SENTINEL],
    timeoutSeconds: 900,
    gateSeconds: 60,
  });
}

function workOfServers({ servers, seed }: Members): HostWork[] {
  const addresses = servers.map((host) => host.privateIp);
  return servers.map((host) => ({
    host: host.name,
    args: [host.privateIp, seed.privateIp, MASTER_NAME, ...addresses],
  }));
}

/** One proxy at a time: behind the load balancer the other one serves meanwhile. */
function proxiesStep(members: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'proxies',
    title: 'Lead port 6379 of each HAProxy to the master',
    script: 'redis/deploy-proxy.sh',
    order: 'one-by-one',
    work: members.proxies.map((host) => ({
      host: host.name,
      args: [host.privateIp, MASTER_NAME, ...members.servers.map((server) => `${server.name}=${server.privateIp}`)],
    })),
    secrets: [REDIS, SENTINEL],
    timeoutSeconds: 600,
    gateSeconds: 60,
  });
}

function testStep(members: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'proxies',
    title: 'Write, read and delete a key through each HAProxy',
    impact: 'safe',
    mode: 'read',
    script: 'redis/test-proxy.sh',
    work: members.proxies.map((host) => ({
      host: host.name,
      args: [host.name, host.privateIp, MASTER_NAME, ...members.servers.map((server) => server.privateIp)],
    })),
    secrets: [REDIS, SENTINEL],
    timeoutSeconds: 60,
  });
}

/** One read on every host; each answers for itself, and `assessRedis` compares. */
export function probesOf(inventory: Inventory): Probe[] {
  const { servers, proxies } = findMembers(inventory);
  return [
    ...servers.map((host) => ({
      host: host.name,
      script: 'redis/status-server.sh',
      args: [MASTER_NAME],
      secrets: [REDIS, SENTINEL],
      timeoutSeconds: 20,
    })),
    ...proxies.map((host) => ({
      host: host.name,
      script: 'redis/status-proxy.sh',
      args: [host.privateIp],
      secrets: [REDIS],
      timeoutSeconds: 20,
    })),
  ];
}
