import type { CheckSpec } from '../contract.ts';

/** Percent of the data's file system at which it is near to full, and too near. */
export const DISK_PERCENT_WARN = 85;
export const DISK_PERCENT_MAX = 95;

/** Share of the queues by which the member that leads most of them may exceed the one that leads fewest. */
export const SPREAD_SHARE_MAX = 0.2;

const MONITORING = 'rabbitmq.com/docs/monitoring, Health Checks';
const QUORUM = 'rabbitmq.com/docs/quorum-queues';
const MEASURED = 'our own measurement (README.md of this module)';
const JUDGED = 'judgement, see README.md of this module';

/** The module's questions, in the order in which `assessRabbitmq` answers them. */
export const CHECKS: readonly CheckSpec[] = [
  {
    id: 'nodes-agree',
    title: 'Nodes agree',
    criterion: 'each of the three nodes names the same 3 members, and says of all that they run',
    source: 'rabbitmq.com/docs/clustering: cluster status; GET /api/nodes',
  },
  {
    id: 'partitions',
    title: 'No partition',
    criterion: 'no node has lost sight of another (partitions of GET /api/nodes)',
    source: 'rabbitmq.com/docs/partitions: Detecting Network Partitions',
  },
  {
    id: 'in-service',
    title: 'Nodes serve',
    criterion: 'each node listens for AMQP and is not drained for maintenance',
    source: `${MONITORING}: port-listener; rabbitmq.com/docs/upgrade, Maintenance Mode`,
  },
  {
    id: 'alarms',
    title: 'No alarm',
    criterion: 'no node has run out of memory or disk: publishers would be blocked on all of them',
    source: `${MONITORING}: local-alarms; rabbitmq.com/docs/alarms`,
  },
  {
    id: 'virtual-hosts',
    title: 'Virtual hosts run',
    criterion: 'every virtual host runs on each node',
    source: `${MONITORING}: virtual-hosts`,
  },
  {
    id: 'quorum-critical',
    title: 'A node may be taken out',
    criterion: 'check_if_node_is_quorum_critical is negative on each node: no queue would lose its majority with it',
    source: `${MONITORING}: node-is-quorum-critical`,
  },
  {
    id: 'queue-members',
    title: 'Queues have all their copies',
    criterion: 'of each quorum queue every member is online; one with fewer than 3 members is a warning',
    source: `${QUORUM}: Managing Quorum Queue Members`,
  },
  {
    id: 'leader-spread',
    title: 'Queue leaders are spread',
    criterion: `most and fewest led queues differ by at most ${SPREAD_SHARE_MAX * 100} % of all and 1; else a warning`,
    source: `${QUORUM}: Rebalancing Replicas; the limit is ${JUDGED}`,
  },
  {
    id: 'default-type',
    title: 'New queues are quorum queues',
    criterion: 'the virtual host keybuzz is there, and quorum is its default queue type',
    source: 'rabbitmq.com/docs/vhosts: Default Queue Type',
  },
  {
    id: 'feature-flags',
    title: 'One version, all features',
    criterion:
      'the three nodes run the same version; a stable feature flag that is off is a warning: no upgrade with it',
    source: 'rabbitmq.com/docs/feature-flags: enable all before an upgrade',
  },
  {
    id: 'entry',
    title: 'HAProxy leads to the cluster',
    criterion: 'the applications get into their virtual host through each HAProxy, which has all 3 servers up',
    source: `AMQP 0-9-1, connection.open; ${MEASURED}`,
  },
  {
    id: 'disk',
    title: 'Disk',
    criterion: `less than ${DISK_PERCENT_WARN} % of the data's file system is used (fails from ${DISK_PERCENT_MAX} %)`,
    source: `rabbitmq.com/docs/disk-alarms; the limit is ${JUDGED}`,
  },
];
