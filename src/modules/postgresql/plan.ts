import type { Inventory } from '../../inventory.ts';
import type { PlanRequest, Probe, ScriptHash, ScriptStep, Step } from '../contract.ts';
import { checksStep, scriptStep } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { findMembers, type Members } from './members.ts';
import { namedMembers, planMove, planRemove } from './plan-moves.ts';
import type { PostgresqlSettings } from './settings.ts';
import { MEMBER_SECRETS, storeStep } from './plan-store.ts';

const CHECK_IDS = CHECKS.map((check) => check.id);

/** The steps of a verb. Throws ConfigError for the inventory. */
export function planPostgresql(request: PlanRequest, settings: PostgresqlSettings, hashOf: ScriptHash): Step[] {
  const members = findMembers(request.inventory);
  switch (request.verb) {
    case 'status':
      return [checksStep('checks', 'Ask every member', [], 0)];
    case 'plan':
    case 'deploy':
      return [
        ...(settings.store === 'etcd3' ? [storeStep(members, settings, hashOf)] : []),
        serversStep(members, settings, hashOf),
        clusterStep(members, settings, hashOf),
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

/**
 * One at a time, so that a majority and a replica stay. The script restarts nothing that runs, so there is no need to take
 * the current leader last.
 */
function serversStep(members: Members, settings: PostgresqlSettings, hashOf: ScriptHash): ScriptStep {
  const { scope, major, network, synchronous, store } = settings;
  return scriptStep(hashOf, {
    id: 'servers',
    title: 'Make each server a member with PostgreSQL and Patroni',
    script: 'postgresql/deploy-server.sh',
    order: 'one-by-one',
    work: members.servers.map(({ name }) => ({
      host: name,
      args: [name, scope, major, network, synchronous, store, ...namedMembers(members)],
    })),
    secrets: MEMBER_SECRETS,
    timeoutSeconds: 1800,
    gateSeconds: 60,
  });
}

/** On every server, as nobody knows beforehand which one will lead. */
function clusterStep(members: Members, settings: PostgresqlSettings, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'cluster',
    title: 'Set up on the leader what the members share: settings, user, database, pgvector',
    impact: 'safe',
    script: 'postgresql/deploy-cluster.sh',
    work: members.servers.map(({ name }) => ({
      host: name,
      args: [name, settings.network, settings.synchronous, ...namedMembers(members)],
    })),
    secrets: ['POSTGRES_PASSWORD', 'APP_PASSWORD', 'PATRONI_PASSWORD'],
    timeoutSeconds: 180,
  });
}

/** One proxy at a time: behind the load balancer the other one serves meanwhile. */
function proxiesStep(members: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'proxies',
    title: 'Lead ports 5432, 5433 and 6432 of each proxy to the leader and the replicas',
    script: 'postgresql/deploy-proxy.sh',
    order: 'one-by-one',
    work: members.proxies.map((host) => ({ host: host.name, args: [host.privateIp, ...namedMembers(members)] })),
    secrets: ['APP_PASSWORD'],
    timeoutSeconds: 600,
    gateSeconds: 60,
  });
}

/** Proves each proxy's entries, once they lead to the leader: at once, or within so many seconds. */
export function testStep(members: Members, hashOf: ScriptHash, waitSeconds = 0): ScriptStep {
  const addresses = members.servers.map((server) => server.privateIp).join(',');
  return scriptStep(hashOf, {
    id: 'proxies',
    title: 'Write, read and delete a row through the entries of each proxy',
    impact: 'safe',
    mode: 'read',
    script: 'postgresql/test-proxy.sh',
    work: members.proxies.map((host) => ({
      host: host.name,
      args: [host.name, host.privateIp, addresses, String(waitSeconds)],
    })),
    secrets: ['APP_PASSWORD'],
    timeoutSeconds: 90 + waitSeconds,
  });
}

/** One read on every host; each answers for itself, and `assessPostgresql` compares. */
export function probesOf(inventory: Inventory): Probe[] {
  const members = findMembers(inventory);
  return [
    ...members.servers.map(({ name }) => ({
      host: name,
      script: 'postgresql/status-server.sh',
      args: [name, ...namedMembers(members)],
      secrets: ['POSTGRES_PASSWORD', 'RAFT_PASSWORD'],
      timeoutSeconds: 20,
    })),
    ...members.proxies.map((host) => ({
      host: host.name,
      script: 'postgresql/status-proxy.sh',
      args: [host.privateIp],
      secrets: ['APP_PASSWORD'],
      timeoutSeconds: 30,
    })),
  ];
}
