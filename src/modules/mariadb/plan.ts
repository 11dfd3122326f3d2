import type { Inventory } from '../../inventory.ts';
import type { PlanRequest, Probe, ScriptHash, ScriptStep, Step } from '../contract.ts';
import { checksStep, findWitness, moveSteps, scriptStep, type Move } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { findMembers, type Members } from './members.ts';
import { APP_NETWORK, CLUSTER_NAME, GCACHE_SIZE, MARIADB_PORT } from './settings.ts';

/** A total loss has another way out than waiting, so this is asked before a cluster is begun, and only then. */
const BEGIN = 'begin';

const CHECK_IDS = CHECKS.map((check) => check.id);

/**
 * Seconds without an acknowledged write that are good, on the members that stay; more is a warning, more than 60 s a
 * failure. The others suspect a silent member for 5 s before they go on; one that leaves in order they miss at once.
 */
const OUTAGE_SECONDS = { failover: 3, drill: 10 } as const;

/** What a member's leave neither needs nor changes; asked and shown all the same. */
const NOT_NEEDED = [BEGIN, 'queues', 'ist-cover', 'certification', 'disk'];

/** The checks that must pass before a move, and again after it. */
const MOVE_CHECKS = CHECK_IDS.filter((id) => !NOT_NEEDED.includes(id));

/** The steps of a verb. Throws ConfigError for the inventory. */
export function planMariadb(request: PlanRequest, hashOf: ScriptHash): Step[] {
  const members = findMembers(request.inventory);
  switch (request.verb) {
    case 'status':
      return [checksStep('checks', 'Ask every member', [], 0)];
    case 'plan':
    case 'deploy':
      return [...deploySteps(members, hashOf), checksStep('checks', 'Ask every member', CHECK_IDS, 60)];
    case 'test':
      return [testStep(members, hashOf), checksStep('checks', 'Ask every member', CHECK_IDS, 0)];
    case 'failover':
    case 'drill':
      return planMove(request.verb, request.inventory, members, hashOf);
    case 'remove':
      return [removeStep(members, hashOf)];
  }
}

/** `name=address` of each server, the one where the data begins first. */
function namedMembers({ servers }: Members): string[] {
  return servers.map((server) => `${server.name}=${server.privateIp}`);
}

/** On each server: its own name, `before`, and all members. */
function workOf(members: Members, ...before: string[]): ScriptStep['work'] {
  return members.servers.map(({ name }) => ({ host: name, args: [name, ...before, ...namedMembers(members)] }));
}

/**
 * Packages on all, while nothing is started; then a cluster is begun where none runs, on the only member that may; then the
 * others join one at a time, so that a majority stays.
 */
function deploySteps(members: Members, hashOf: ScriptHash): Step[] {
  const work = workOf(members, CLUSTER_NAME, GCACHE_SIZE);
  const [seed] = members.servers;
  return [
    scriptStep(hashOf, {
      id: 'install',
      title: 'Install MariaDB and Galera on each server, without starting them',
      impact: 'safe',
      script: 'mariadb/install-server.sh',
      order: 'first-then-rest',
      work,
      secrets: [],
      timeoutSeconds: 900,
    }),
    checksStep('may-begin', 'Ask where the data of a cluster that does not run is newest', [BEGIN], 0),
    scriptStep(hashOf, {
      id: 'begin',
      title: 'Begin the cluster, where no member runs, on the one that may',
      script: 'mariadb/begin-server.sh',
      work,
      secrets: [],
      timeoutSeconds: 300,
    }),
    scriptStep(hashOf, {
      id: 'servers',
      title: 'Make each server a running member that has every write',
      script: 'mariadb/join-server.sh',
      order: 'one-by-one',
      work,
      secrets: [],
      timeoutSeconds: 1800,
      gateSeconds: 60,
    }),
    scriptStep(hashOf, {
      id: 'cluster',
      title: 'Set up the database and the user of the applications',
      impact: 'safe',
      script: 'mariadb/deploy-cluster.sh',
      work: [{ host: seed?.name ?? '', args: [APP_NETWORK] }],
      secrets: ['APP_PASSWORD'],
      timeoutSeconds: 120,
    }),
  ];
}

function testStep(members: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'servers',
    title: 'Write a row on each member, read it on the others, delete it',
    impact: 'safe',
    mode: 'read',
    script: 'mariadb/test-server.sh',
    work: workOf(members),
    secrets: ['APP_PASSWORD'],
    timeoutSeconds: 90,
  });
}

function planMove(move: Move, inventory: Inventory, members: Members, hashOf: ScriptHash): Step[] {
  const isDrill = move === 'drill';
  return moveSteps({
    ...{ module: 'mariadb', move, hashOf, must: MOVE_CHECKS, witness: findWitness('mariadb', inventory).name },
    servers: workOf(members),
    alwaysReturns: true,
    cluster: [members.servers.map((server) => server.privateIp).join(',')],
    entries: members.servers.map(({ name, privateIp }) => `${name}=${privateIp}:${MARIADB_PORT}`),
    outageSeconds: OUTAGE_SECONDS[move],
    secrets: { move: ['APP_PASSWORD'], back: ['APP_PASSWORD'], markers: ['APP_PASSWORD'] },
    titles: {
      markers: 'Begin to write markers on every member',
      move: isDrill ? 'Kill one member, and wait until the others go on' : 'Let one member leave in order',
      back: 'Start again what was stopped, until it has every write',
    },
  });
}

/** One at a time, so that the last one knows that its data is the newest. */
function removeStep(members: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'servers',
    title: 'Stop MariaDB for good, and move its data aside',
    impact: 'destructive',
    script: 'mariadb/remove-server.sh',
    order: 'one-by-one',
    work: members.servers.map(({ name }) => ({ host: name, args: [] })),
    secrets: [],
    timeoutSeconds: 420,
  });
}

/** One read on every server; each answers for itself, and `assessMariadb` compares. */
export function probesOf(inventory: Inventory): Probe[] {
  return findMembers(inventory).servers.map(({ name, privateIp }) => ({
    host: name,
    script: 'mariadb/status-server.sh',
    args: [privateIp],
    secrets: ['APP_PASSWORD'],
    timeoutSeconds: 60,
  }));
}
