import { artifactArgs } from '../../inventory-artifacts.ts';
import type { Host, Inventory } from '../../inventory.ts';
import type { PlanRequest, Probe, ScriptHash, ScriptStep, Step } from '../contract.ts';
import { namesStep } from '../names.ts';
import { checksStep, findWitness, moveSteps, scriptStep, type Move } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { findServers, namedMembers, volumesOf } from './members.ts';
import { API_PORT, CLIENT_PIN, DATA, DRIVES_PER_NODE, ENTRY, SERVER_PIN } from './settings.ts';

const CHECK_IDS = CHECKS.map((check) => check.id);

/** Seconds without an acknowledged object that are good, through the nodes that stay; more is a warning, more than 60 s a failure. */
const OUTAGE_SECONDS = { failover: 5, drill: 10 } as const;

/** What taking a node out neither needs nor changes; asked and shown all the same. */
const NOT_NEEDED = ['disk', 'end-of-life'];

/** The checks that must pass before a move, and again after it. */
const MOVE_CHECKS = CHECK_IDS.filter((id) => !NOT_NEEDED.includes(id));

/** The steps of a verb. Throws ConfigError for the inventory. */
export function planMinio(request: PlanRequest, hashOf: ScriptHash): Step[] {
  const servers = findServers(request.inventory);
  switch (request.verb) {
    case 'status':
      return [checksStep('checks', 'Ask every node', [], 0)];
    case 'plan':
    case 'deploy':
      return [
        namesStep(servers),
        ...deploySteps(request.inventory, servers, hashOf),
        checksStep('checks', 'Ask every node', CHECK_IDS, 60),
      ];
    case 'test':
      return [testStep(servers, hashOf), checksStep('checks', 'Ask every node', CHECK_IDS, 0)];
    case 'failover':
    case 'drill':
      return planMove(request.verb, request.inventory, servers, hashOf);
    case 'remove':
      return [removeStep(servers, hashOf)];
  }
}

const namesOf = (servers: readonly Host[]): string => servers.map(({ fqdn }) => fqdn).join(',');

/** Files on all, while nothing is started; then all start together, as a node serves only once enough of them run. */
function deploySteps({ artifacts }: Inventory, servers: readonly Host[], hashOf: ScriptHash): Step[] {
  const shared = [
    ...[volumesOf(servers, DRIVES_PER_NODE, DATA), String(DRIVES_PER_NODE), namesOf(servers)],
    ...artifactArgs(SERVER_PIN, artifacts),
    ...artifactArgs(CLIENT_PIN, artifacts),
    ...namedMembers(servers),
  ];
  const work = servers.map(({ name }) => ({ host: name, args: [name, ...shared] }));
  return [
    scriptStep(hashOf, {
      id: 'install',
      title: 'Put MinIO with its configuration on each node, without starting it',
      impact: 'safe',
      script: 'minio/install-server.sh',
      order: 'first-then-rest',
      work,
      secrets: ['ROOT_PASSWORD'],
      timeoutSeconds: 900,
    }),
    scriptStep(hashOf, {
      id: 'start',
      title: 'Start all nodes together, and restart together those whose files changed',
      script: 'minio/start-server.sh',
      work,
      secrets: ['ROOT_PASSWORD'],
      timeoutSeconds: 300,
    }),
  ];
}

/** One node after the other, each with a bucket of its own. */
function testStep(servers: readonly Host[], hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'servers',
    title: 'Put an object through each node, get it through every node and the entry, delete it',
    impact: 'safe',
    mode: 'read',
    script: 'minio/test-server.sh',
    order: 'one-by-one',
    work: servers.map(({ name }) => ({ host: name, args: [name, ENTRY, ...namedMembers(servers)] })),
    secrets: ['ROOT_PASSWORD'],
    timeoutSeconds: 90,
  });
}

function planMove(move: Move, inventory: Inventory, servers: readonly Host[], hashOf: ScriptHash): Step[] {
  const secrets = ['ROOT_PASSWORD'];
  return moveSteps({
    ...{ module: 'minio', move, hashOf, must: MOVE_CHECKS, witness: findWitness('minio', inventory).name },
    servers: servers.map(({ name }) => ({ host: name, args: [name, ...namedMembers(servers)] })),
    alwaysReturns: true,
    cluster: [namedMembers(servers).join(',')],
    entries: [
      ...servers.map(({ name, privateIp }) => `${name}=${privateIp}:${API_PORT}`),
      `${ENTRY.split('.')[0] ?? ''}=${ENTRY}:${API_PORT}`,
    ],
    outageSeconds: OUTAGE_SECONDS[move],
    secrets: { move: secrets, back: secrets, markers: secrets },
    titles: {
      markers: 'Begin to put objects through each node and the entry',
      move:
        move === 'drill'
          ? 'Kill one node, and see the others serve'
          : 'Stop one node for maintenance, when MinIO says that it may go',
      back: 'Start again what was stopped, until every drive is online and healed',
    },
  });
}

function removeStep(servers: readonly Host[], hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'servers',
    title: 'Stop MinIO for good, and move its data aside',
    impact: 'destructive',
    script: 'minio/remove-server.sh',
    work: servers.map(({ name }) => ({ host: name, args: [] })),
    secrets: [],
    timeoutSeconds: 300,
  });
}

/** One read on every node; each answers for itself, and `assessMinio` compares. */
export function probesOf(inventory: Inventory): Probe[] {
  const servers = findServers(inventory);
  return servers.map(({ name }) => ({
    host: name,
    script: 'minio/status-server.sh',
    args: [name, ENTRY, namesOf(servers), ...namedMembers(servers)],
    secrets: ['ROOT_PASSWORD'],
    timeoutSeconds: 40,
  }));
}
