import type { CheckSpec } from '../contract.ts';

/** Percent of a file system at which it is near to full, and too near. */
export const DISK_PERCENT_WARN = 85;
export const DISK_PERCENT_MAX = 95;

/** Share of its quota that the database of etcd may have, percent: above it takes no writes. */
export const ETCD_PERCENT_WARN = 80;
export const ETCD_PERCENT_MAX = 95;

/** Days that every certificate must still hold. */
export const CERTIFICATE_DAYS_LEAST = 30;

/** Hours after which the newest snapshot is old: two of the schedule's are missing. */
export const SNAPSHOT_HOURS_MAX = 13;

const JUDGED = 'judgement, see README.md of this module';

/** The module's questions, in the order in which `assessK3s` answers them. */
export const CHECKS: readonly CheckSpec[] = [
  {
    id: 'api',
    title: 'API of each master',
    criterion: '/readyz of each of the three masters answers 200 on its own address',
    source: 'kubernetes.io/docs/reference/using-api/health-checks: /readyz, of which etcd is a part',
  },
  {
    id: 'nodes',
    title: 'Nodes are Ready',
    criterion:
      'each master tells of every node of the inventory, and of no other: condition Ready is True, no pressure; a cordoned one is a warning',
    source: 'kubernetes.io/docs/reference/node/node-status: Conditions',
  },
  {
    id: 'etcd',
    title: 'etcd is whole',
    criterion: 'all three members have a leader, exactly one is it, none is a learner; each node says EtcdIsVoter=True',
    source: 'etcd.io/docs: metrics has_leader, is_leader, is_learner; the condition is set by K3s itself',
  },
  {
    id: 'workloads',
    title: 'System pods',
    criterion: 'every Deployment and DaemonSet of kube-system and of the ingress has all the pods it wants, ready',
    source: 'kubernetes.io/docs/reference/kubernetes-api/workload-resources: status of Deployment and DaemonSet',
  },
  {
    id: 'pod-network',
    title: "Pods' network and DNS",
    criterion: 'a probe on each node finds the others by DNS and reaches each of them, so all are ready',
    source: 'the DaemonSet keybuzz-probe, README.md of this module',
  },
  {
    id: 'ingress',
    title: 'Ingress',
    criterion: 'on every worker /healthz answers 200 on 80 and 10254, and 443 speaks TLS; its kubelet is well',
    source: 'kubernetes.github.io/ingress-nginx: default server, health check port; what the load balancers ask',
  },
  {
    id: 'certificates',
    title: 'Certificates',
    criterion: `those of each master hold more than ${CERTIFICATE_DAYS_LEAST} days`,
    source: 'docs.k3s.io/cli/certificate: renewed at a start within 120 days of their end',
    upkeep: 'certificates',
  },
  {
    id: 'snapshots',
    title: 'Snapshots of etcd',
    criterion: `the newest on any master is at most ${SNAPSHOT_HOURS_MAX} h old; else a warning`,
    source: `docs.k3s.io/cli/etcd-snapshot, scheduled every 6 h; the limit is ${JUDGED}`,
    upkeep: 'backups',
  },
  {
    id: 'versions',
    title: 'One version',
    criterion: 'every node runs the same version; another than the pinned one is a warning',
    source: 'kubernetes.io/releases/version-skew-policy',
  },
  {
    id: 'room',
    title: 'Room on disks and in etcd',
    criterion: `less than ${DISK_PERCENT_WARN} % of each data's file system is used (fails from ${DISK_PERCENT_MAX} %), less than ${ETCD_PERCENT_WARN} % of etcd's quota (fails from ${ETCD_PERCENT_MAX} %)`,
    source: `etcd.io/docs: Space quota; the limits are ${JUDGED}`,
  },
];
