import type { Balancer } from './balancers.ts';
import type { Fixture } from './checks-page.ts';
import type { InjectedFault } from './injected.ts';
import { NODES } from './k3s-cluster.ts';

const KUBECTL = 'k3s kubectl -n keybuzz';
/** By its API faults are made. */
const FIRST = 'k8s-master-01';

const FAULTS_DIRECTORY = '/etc/k3s-stand-in';
const OTHER_IMAGE = JSON.stringify({
  spec: {
    template: { spec: { containers: [{ name: 'platform', image: `example.org/other:1@sha256:${'0'.repeat(64)}` }] } },
  },
});

/** Its pods are deleted, all or those that `some` leaves of their names; one that stands on the first master comes first. */
const deletePods = (app: string, some: string): string =>
  `k3s kubectl get --raw /api/v1/namespaces/keybuzz/pods | python3 -c 'import json, sys
pods = [one for one in json.load(sys.stdin)["items"] if one["metadata"]["labels"]["app.kubernetes.io/name"] == "${app}"]
for one in sorted(pods, key=lambda one: one["spec"]["nodeName"] != "${FIRST}"): print(one["metadata"]["name"])' |
${some} | while read -r pod; do k3s kubectl delete --raw "/api/v1/namespaces/keybuzz/pods/$pod" >/dev/null; done`;

/** Nodes but one are closed for new pods, or opened. */
const onOthers = (verb: 'cordon' | 'uncordon', except: string): string =>
  `for node in ${NODES.filter((node) => node !== except).join(' ')}; do k3s kubectl ${verb} "$node" || exit 1; done`;

const patchBackEnds = (value: string | null): string =>
  `${KUBECTL} patch configmap/back-ends --type=merge -p '${JSON.stringify({ data: { REDIS_HOST: value } })}'`;

/** What keeps images from a node, or no longer; on all of them pods can't begin anywhere. */
export const NO_IMAGES = `mkdir -p ${FAULTS_DIRECTORY} && touch ${FAULTS_DIRECTORY}/no-images`;
export const IMAGES_AGAIN = `rm -f ${FAULTS_DIRECTORY}/no-images`;

/** Each fault of the applications as somebody makes it by hand, how it is taken back, and what must notice it. */
export const faultsOf = (balancer: () => Balancer): InjectedFault[] => [
  {
    ...{ title: 'a pod deleted, and no node that has its image', on: FIRST, turns: { rollouts: 'fail', pods: 'fail' } },
    make: `${NO_IMAGES} && ${onOthers('cordon', FIRST)} && ${deletePods('platform', 'head -n 1')}`,
    undo: `${IMAGES_AGAIN} && ${onOthers('uncordon', FIRST)}`,
  },
  {
    ...{ title: 'another image by hand', on: FIRST, turns: { images: 'warn' } },
    make: `${KUBECTL} patch deployment/platform --type=merge -p '${OTHER_IMAGE}'`,
    undo: `${KUBECTL} rollout undo deployment/platform`,
  },
  {
    ...{ title: 'a key of the ConfigMap lost', on: FIRST, turns: { configuration: 'fail' } },
    make: patchBackEnds(null),
    undo: patchBackEnds('10.0.0.10'),
  },
  {
    ...{ title: 'all pods of an application on one node', on: FIRST, turns: { spread: 'warn' } },
    make: `${onOthers('cordon', 'k8s-worker-01')} && ${deletePods('platform', 'cat')}`,
    undo: `${onOthers('uncordon', 'k8s-worker-01')} && ${deletePods('platform', 'head -n 1')}`,
  },
  {
    ...{ title: 'an application scaled to nothing by hand', on: FIRST },
    make: `${KUBECTL} patch deployment/platform --type=merge -p '{"spec":{"replicas":0}}'`,
    undo: `${KUBECTL} patch deployment/platform --type=merge -p '{"spec":{"replicas":2}}'`,
    turns: { endpoints: 'fail', spread: 'warn', ingress: 'fail', entry: 'fail' },
  },
  {
    ...{ title: 'a worker that sends nothing to one master', on: 'k8s-worker-02', turns: { ingress: 'fail' } },
    make: 'ip route add unreachable 10.0.0.102',
    undo: 'ip route del unreachable 10.0.0.102',
  },
  {
    ...{ title: 'a public load balancer at which nobody listens', on: 'lb-keybuzz-1', turns: { entry: 'warn' } },
    make: () => balancer().shut(),
    undo: () => balancer().open(),
  },
];

/** Checks that nothing turns here. */
export const FIXTURES: readonly Fixture[] = [];
