import type { Fixture } from './checks-page.ts';
import type { InjectedFault } from './injected.ts';

const API = 'k3s kubectl';
const NODES = '/api/v1/nodes/k8s-worker-02';

/** Each fault of K3s as root makes it by hand on a host, how it is taken back, and what must notice it. */
export const FAULTS: readonly InjectedFault[] = [
  {
    ...{ title: 'a master stopped', on: 'k8s-master-03' },
    make: 'systemctl stop k3s',
    undo: 'systemctl start k3s',
    turns: {
      ...{ api: 'fail', nodes: 'fail', etcd: 'fail', workloads: 'fail', 'pod-network': 'fail' },
      ...{ versions: 'fail', room: 'fail' },
    },
  },
  {
    ...{ title: 'a worker cordoned', on: 'k8s-master-01', turns: { nodes: 'warn' } },
    make: `${API} cordon k8s-worker-02`,
    undo: `${API} uncordon k8s-worker-02 && ${API} get --raw ${NODES} >/dev/null`,
  },
  {
    ...{ title: "the pods' network broken on a worker", on: 'k8s-worker-02', turns: { 'pod-network': 'fail' } },
    make: 'mkdir -p /etc/k3s-stand-in && touch /etc/k3s-stand-in/no-pod-network',
    undo: 'rm /etc/k3s-stand-in/no-pod-network',
  },
  {
    ...{ title: 'the first snapshot of etcd lost', on: 'k8s-master-01', turns: { snapshots: 'warn' } },
    make: 'mv /opt/keybuzz/k3s/data/server/db/snapshots /opt/keybuzz/k3s/data/server/db/snapshots.aside',
    undo: 'mv /opt/keybuzz/k3s/data/server/db/snapshots.aside /opt/keybuzz/k3s/data/server/db/snapshots',
  },
  {
    ...{ title: 'a certificate that ends soon', on: 'k8s-master-02', turns: { certificates: 'fail' } },
    make: [
      'cd /opt/keybuzz/k3s/data/server/tls',
      'openssl req -x509 -newkey rsa:2048 -nodes -days 5 -subj /CN=ends-soon -keyout /dev/null -out ends-soon.crt 2>/dev/null',
    ].join(' && '),
    undo: 'rm /opt/keybuzz/k3s/data/server/tls/ends-soon.crt',
  },
];

const test = 'test/modules/k3s/assess.test.ts';

/** Checks that nothing turns here. */
export const FIXTURES: readonly Fixture[] = [
  { check: 'ingress', test, because: 'an ingress that alone is away can only be played' },
];
