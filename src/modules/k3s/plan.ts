import { artifactArgs } from '../../inventory-artifacts.ts';
import type { Host, Inventory } from '../../inventory.ts';
import type { PlanRequest, Probe, ScriptHash, ScriptStep, Step } from '../contract.ts';
import { manifestArgs } from '../manifests.ts';
import { checksStep, scriptStep } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { MANIFESTS } from './manifests.ts';
import { findMembers, namedMasters, type Members } from './members.ts';
import { assertApart } from './networks.ts';
import { planMove, planRemove } from './plan-moves.ts';
import { INGRESS_NAMESPACE, PORTS, PROBE_NAMESPACE, PROGRAM, SETTINGS, SYSTEM_NAMESPACE } from './settings.ts';

const CHECK_IDS = CHECKS.map((check) => check.id);

/** Longest time that packets of the cluster may take to come through, s. */
const PORTS_SECONDS = 20;

/** The steps of a verb. Throws ConfigError for the inventory, and for networks that overlap. */
export function planK3s(request: PlanRequest, hashOf: ScriptHash): Step[] {
  const { inventory } = request;
  const members = findMembers(inventory);
  switch (request.verb) {
    case 'status':
      return [checksStep('checks', 'Ask every host', [], 0)];
    case 'plan':
    case 'deploy':
      assertApart(inventory);
      return deploySteps(inventory, members, hashOf);
    case 'test':
      return [testStep(members, hashOf), checksStep('checks', 'Ask every host', CHECK_IDS, 0)];
    case 'failover':
    case 'drill':
      return planMove(request.verb, members, hashOf);
    case 'remove':
      return planRemove(members, hashOf);
  }
}

/** One master begins, the others join one by one, so that etcd never has more learners than voters; then the workers. */
function deploySteps({ artifacts }: Inventory, members: Members, hashOf: ScriptHash): Step[] {
  const [seed, ...others] = members.masters;
  const program = artifactArgs(PROGRAM, artifacts);
  return [
    portsStep(members, hashOf),
    mastersStep(members, hashOf, { id: 'seed', title: 'Begin the cluster with one master', hosts: [seed], program }),
    mastersStep(members, hashOf, { id: 'masters', title: 'Let each other master join', hosts: others, program }),
    scriptStep(hashOf, {
      id: 'workers',
      title: 'Let the workers join, one first',
      script: 'k3s/deploy-worker.sh',
      order: 'first-then-rest',
      work: members.workers.map(({ name, privateIp }) => ({
        host: name,
        args: [name, privateIp, ...program, SETTINGS.pods, SETTINGS.services, seed.privateIp],
      })),
      secrets: ['AGENT_TOKEN'],
      timeoutSeconds: 900,
    }),
    scriptStep(hashOf, {
      id: 'cluster',
      title: "Apply the ingress and the probe of the pods' network",
      impact: 'safe',
      script: 'k3s/deploy-cluster.sh',
      work: [{ host: seed.name, args: [seed.privateIp, ...MANIFESTS.flatMap(manifestArgs)] }],
      secrets: [],
      timeoutSeconds: 300,
    }),
    checksStep('checks', 'Ask every host', CHECK_IDS, 300),
  ];
}

/** What `from` must reach on `to`: masters speak with each other's etcd, everybody with every API and kubelet. */
function portsOf(from: Host, to: Host): string[] {
  const isMaster = ({ subrole }: Host): boolean => subrole === 'master';
  const api = isMaster(to) ? [PORTS.api] : [];
  return [...api, ...(isMaster(from) && isMaster(to) ? PORTS.etcd : []), ...PORTS.everyNode];
}

/** All of them at once: each is the other end of the others' questions. It changes nothing, so it goes before what does. */
function portsStep({ masters, workers }: Members, hashOf: ScriptHash): ScriptStep {
  const nodes = [...masters, ...workers];
  return scriptStep(hashOf, {
    id: 'ports',
    title: 'See whether packets come through between all nodes, both ways',
    impact: 'none',
    mode: 'read',
    script: 'k3s/test-ports.sh',
    work: nodes.map((node) => ({
      host: node.name,
      args: [
        String(PORTS_SECONDS),
        node.privateIp,
        (node.subrole === 'master' ? [PORTS.api, ...PORTS.etcd, ...PORTS.everyNode] : PORTS.everyNode).join(','),
        ...nodes
          .filter((peer) => peer !== node)
          .map((peer) => `${peer.name}=${peer.privateIp}=${portsOf(node, peer).join(',')}`),
      ],
    })),
    secrets: [],
    timeoutSeconds: PORTS_SECONDS + 20,
  });
}

/** One at a time, so that a majority stays. The script restarts nothing that runs. */
function mastersStep(
  members: Members,
  hashOf: ScriptHash,
  { id, title, hosts, program }: { id: string; title: string; hosts: readonly Host[]; program: readonly string[] },
): ScriptStep {
  const { pods, services, dns } = SETTINGS;
  return scriptStep(hashOf, {
    id,
    title,
    script: 'k3s/deploy-server.sh',
    order: 'one-by-one',
    work: hosts.map(({ name }) => ({
      host: name,
      args: [name, ...program, pods, services, dns, ...namedMasters(members)],
    })),
    secrets: ['SERVER_TOKEN', 'AGENT_TOKEN'],
    timeoutSeconds: 900,
    gateSeconds: 60,
  });
}

function testStep(members: Members, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'masters',
    title: 'Write through the API of each master, and read it through the others',
    impact: 'safe',
    mode: 'read',
    script: 'k3s/test-server.sh',
    work: members.masters.map(({ name }) => ({ host: name, args: [name, ...namedMasters(members)] })),
    secrets: [],
    timeoutSeconds: 60,
  });
}

/** One read on every host; each answers for itself, and `assessK3s` compares. */
export function probesOf(inventory: Inventory): Probe[] {
  const { masters, workers } = findMembers(inventory);
  const namespaces = [SYSTEM_NAMESPACE, INGRESS_NAMESPACE, PROBE_NAMESPACE].join(',');
  return [
    ...masters.map(({ name, privateIp }) => ({
      host: name,
      script: 'k3s/status-server.sh',
      args: [privateIp, namespaces],
      secrets: [],
      timeoutSeconds: 30,
    })),
    ...workers.map(({ name, privateIp }) => ({
      host: name,
      script: 'k3s/status-worker.sh',
      args: [privateIp],
      secrets: [],
      timeoutSeconds: 20,
    })),
  ];
}
