import type { Inventory } from '../../inventory.ts';
import type { CheckResult, HostAnswer } from '../contract.ts';
import { demand, groupsOf, judgeDisk, numberOf, resultOf, type Findings, type Judgement } from '../judging.ts';
import { CHECKS, DISK_PERCENT_MAX, DISK_PERCENT_WARN, SPREAD_SHARE_MAX } from './checks.ts';
import { SERVER_COUNT } from './members.ts';
import { judgeEach, viewCluster, type ClusterView, type NodeView, type ServerView } from './view.ts';

/** Judges what each node says of all nodes. */
function judgeNodes(
  cluster: ClusterView,
  judge: (view: ServerView, nodes: readonly NodeView[], found: Findings) => void,
): Findings & { clean: number } {
  return judgeEach(cluster.servers, 'broker', (view, found) => {
    const server = cluster.servers.find(({ host }) => host === view.host);
    if (server?.nodes === undefined) found.unknowns.push(`${view.host.name} did not say which nodes there are`);
    else judge(server, server.nodes, found);
  });
}

const whole = ({ clean }: { clean: number }): string => `${clean}/${SERVER_COUNT}`;

function judgeAgreement(cluster: ClusterView): Judgement {
  const wanted = cluster.servers.map(({ host }) => host.name);
  const findings = judgeNodes(cluster, ({ host }, nodes, found) => {
    const strangers = nodes.filter(({ name }) => !wanted.includes(name)).map(({ name }) => name);
    const unknown = wanted.filter((name) => !nodes.some((node) => node.name === name));
    const stopped = nodes.filter((node) => wanted.includes(node.name) && !node.running).map(({ name }) => name);
    if (unknown.length > 0) found.faults.push(`${host.name} does not count ${unknown.join(', ')} as a member`);
    if (stopped.length > 0) found.faults.push(`${host.name} sees ${stopped.join(', ')} down`);
    if (strangers.length > 0) {
      found.faults.push(`${host.name} counts ${strangers.join(', ')} as a member, which is not in the inventory`);
    }
  });
  return { ...findings, value: whole(findings), passText: `all ${SERVER_COUNT} see the same ${SERVER_COUNT} running` };
}

function judgePartitions(cluster: ClusterView): Judgement {
  const findings = judgeNodes(cluster, ({ host }, nodes, found) => {
    const split = nodes.filter(({ partitions = [] }) => partitions.length > 0).map(({ name }) => name);
    if (split.length > 0) found.faults.push(`${host.name} sees a partition on ${split.join(', ')}`);
  });
  return { ...findings, value: whole(findings), passText: 'no node has lost sight of another' };
}

function judgeService(cluster: ClusterView): Judgement {
  const findings = judgeNodes(cluster, (view, nodes, found) => {
    const drained = nodes.filter((node) => node.being_drained === true).map(({ name }) => name);
    if (drained.length > 0) {
      found.faults.push(`${view.host.name} says that ${drained.join(', ')} is drained (rabbitmq-upgrade revive there)`);
    }
    demand(view, 'amqp', 'listens', found);
  });
  // A drained node closes its management API as well, so what it does not say is said more plainly here.
  for (const { host, facts } of cluster.servers) {
    if (facts.broker === 'stopped' && facts.amqp === 'stopped') findings.faults.push(`${host.name} does not serve`);
  }
  return { ...findings, value: whole(findings), passText: `all ${SERVER_COUNT} serve` };
}

/** A health check of each node, by the fact that tells of it. */
function judgeHealth(cluster: ClusterView, fact: string, broken: string, passText: string): Judgement {
  const findings = judgeEach(cluster.servers, 'broker', (view, found) => {
    const answer = view.facts[`broker.${fact}`];
    if (answer === undefined) found.unknowns.push(`${view.host.name} did not say its ${fact}`);
    else if (answer !== 'holds') found.faults.push(`${view.host.name}: ${broken}`);
  });
  return { ...findings, value: whole(findings), passText };
}

function judgeMembers(cluster: ClusterView): Judgement {
  let count = 0;
  const findings = judgeEach(cluster.servers, 'broker', (view, found) => {
    const { name } = view.host;
    const [all, short] = [numberOf(view, 'queues.count'), numberOf(view, 'queues.short')];
    const [few, named] = [numberOf(view, 'queues.few'), view.facts['queues.named'] ?? ''];
    if (all === undefined || short === undefined || few === undefined) {
      found.unknowns.push(`${name} did not say how its queues are`);
      return;
    }
    count = Math.max(count, all);
    if (short > 0) found.faults.push(`${name} sees queues whose members are not all online (${short}): ${named}`);
    else if (few > 0)
      found.warnings.push(`${name} sees queues with fewer than ${SERVER_COUNT} members (${few}): ${named}`);
  });
  return { ...findings, value: `${count}-queues`, passText: `all members of ${count} quorum queues are online` };
}

function judgeSpread(cluster: ClusterView): Judgement {
  const leads = new Map<string, number>(cluster.servers.map(({ host }) => [host.name, 0]));
  let all = 0;
  const findings = judgeEach(cluster.servers, 'broker', (view, found) => {
    const count = numberOf(view, 'queues.count');
    if (count === undefined) found.unknowns.push(`${view.host.name} did not say who leads its queues`);
    // The nodes take it from the same store; one that knows fewer is seen by the other checks.
    else if (count >= all) {
      all = count;
      const groups = groupsOf(view.facts['queues.leaders'] ?? '');
      for (const name of leads.keys()) {
        leads.set(name, Number(groups.find((one) => one.get('host') === name)?.get('leads') ?? 0));
      }
    }
  });
  const counts = [...leads.values()];
  const [most, fewest] = [Math.max(...counts), Math.min(...counts)];
  const told = [...leads].map(([name, number]) => `${name} ${number}`).join(', ');
  if (most - fewest > Math.max(1, all * SPREAD_SHARE_MAX)) {
    findings.warnings.push(`queue leaders are not spread (${told}): rabbitmq-queues rebalance quorum on one node`);
  }
  return { ...findings, value: counts.join('/'), passText: `led queues: ${told}` };
}

function judgeType(cluster: ClusterView): Judgement {
  const findings = judgeEach(cluster.servers, 'broker', (view, found) => {
    const type = view.facts['vhost.type'];
    if (type === undefined) found.unknowns.push(`${view.host.name} did not say how its virtual host keybuzz is`);
    else if (type === 'missing') found.faults.push(`${view.host.name} has no virtual host keybuzz`);
    else if (type !== 'quorum') found.faults.push(`new queues of keybuzz are ${type} on ${view.host.name}, not quorum`);
  });
  return { ...findings, value: whole(findings), passText: 'new queues of keybuzz are quorum queues' };
}

function judgeFlags(cluster: ClusterView): Judgement {
  const versions = new Set<string>();
  const findings = judgeEach(cluster.servers, 'broker', (view, found) => {
    const { 'broker.rabbitmq_version': version, 'broker.flags-off': off } = view.facts;
    if (version === undefined || off === undefined) {
      found.unknowns.push(`${view.host.name} did not say its version or its feature flags`);
      return;
    }
    versions.add(version);
    if (off !== 'none') found.warnings.push(`feature flags off on ${view.host.name}: ${off}`);
  });
  const value = [...versions].join(',') || 'unknown';
  if (versions.size > 1) findings.faults.push(`the nodes run different versions: ${value}`);
  return { ...findings, value, passText: `all run ${value}, every stable feature flag is on` };
}

function judgeEntry(cluster: ClusterView): Judgement {
  const names = new Set(cluster.servers.flatMap(({ facts }) => facts['broker.cluster_name'] ?? []));
  const findings = judgeEach(
    cluster.proxies,
    'entry',
    (view, found) => {
      const { 'entry.cluster': name, 'entry.up': up } = view.facts;
      if (name === undefined) found.unknowns.push(`${view.host.name} did not say into which cluster it leads`);
      else if (names.size > 0 && !names.has(name)) {
        found.faults.push(`${view.host.name} leads to ${name}, not to ${[...names].join(', ')}`);
      }
      // A HAProxy that we did not deploy may call its servers by other names, or not tell of them.
      const away = cluster.servers.filter(({ host }) => !(up ?? '').split(',').includes(host.name));
      if (up !== undefined && up !== '' && away.length > 0) {
        found.faults.push(`${view.host.name} has ${away.map(({ host }) => host.name).join(', ')} down`);
      }
    },
    cluster.servers,
  );
  const proxies = cluster.proxies.map((view) => view.host.name).join(' and ');
  const value = [...names].join(',') || 'unknown';
  return { ...findings, value, passText: `${proxies} lead to ${value}` };
}

const JUDGES: Record<string, (cluster: ClusterView) => Judgement> = {
  'nodes-agree': judgeAgreement,
  partitions: judgePartitions,
  'in-service': judgeService,
  alarms: (cluster) => judgeHealth(cluster, 'alarms', 'out of memory or disk, so publishers are blocked', 'no alarm'),
  'virtual-hosts': (cluster) =>
    judgeHealth(cluster, 'vhosts', 'a virtual host does not run (rabbitmqctl restart_vhost)', 'all virtual hosts run'),
  'quorum-critical': (cluster) =>
    judgeHealth(cluster, 'critical', 'queues would lose their majority without it', 'any one node may be taken out'),
  'queue-members': judgeMembers,
  'leader-spread': judgeSpread,
  'default-type': judgeType,
  'feature-flags': judgeFlags,
  entry: judgeEntry,
  disk: ({ servers }) => judgeDisk(servers, { warn: DISK_PERCENT_WARN, most: DISK_PERCENT_MAX }),
};

/** Compares what the members said. One result per check, in the order of CHECKS. Throws ConfigError like `findMembers`. */
export function assessRabbitmq(inventory: Inventory, answers: readonly HostAnswer[]): CheckResult[] {
  const cluster = viewCluster(inventory, answers);
  return CHECKS.map(({ id }) => {
    const judge = JUDGES[id];
    if (judge === undefined) return { check: id, answer: 'unknown', value: '-', text: 'nobody judges this check' };
    return resultOf(id, judge(cluster));
  });
}
