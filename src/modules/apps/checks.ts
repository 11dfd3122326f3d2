import type { CheckSpec } from '../contract.ts';

/** Restarts of one pod at which something is wrong with it, though it is ready. */
export const RESTARTS_MAX = 5;

const WORKLOADS = 'kubernetes.io/docs/concepts/workloads';

/** The module's questions, in the order in which `assessApps` answers them. */
export const CHECKS: readonly CheckSpec[] = [
  {
    id: 'rollouts',
    title: 'Rollouts are complete',
    criterion:
      'every application has a Deployment whose pods are all of its newest template, as many as wanted, and available',
    source: `${WORKLOADS}/controllers/deployment: Complete Deployment`,
  },
  {
    id: 'pods',
    title: 'Pods come up',
    criterion: `no container waits with a reason (image, crash, configuration), no pod is unschedulable; more than ${RESTARTS_MAX} restarts of one are a warning`,
    source: `${WORKLOADS}/pods/pod-lifecycle: Container states; the limit is judgement`,
  },
  {
    id: 'endpoints',
    title: 'Services have endpoints',
    criterion: 'each application’s Service has at least one address that is ready',
    source: 'kubernetes.io/docs/concepts/services-networking/endpoint-slices: Conditions',
  },
  {
    id: 'images',
    title: 'Pinned images',
    criterion: 'each application runs the image, by its digest, that artifacts.yaml names; another one is a warning',
    source: 'kubernetes.io/docs/concepts/containers/images: Image names',
  },
  {
    id: 'spread',
    title: 'Pods are spread',
    criterion: 'the pods of an application stand on at least two nodes; else a warning',
    source: `${WORKLOADS.replace('workloads', 'scheduling-eviction')}/topology-spread-constraints`,
  },
  {
    id: 'configuration',
    title: 'Configuration is there',
    criterion: 'the ConfigMap back-ends and the Secret credentials hold every key that applications are given',
    source: 'README.md of this module: what `deploy` changes',
  },
  {
    id: 'ingress',
    title: 'Names answer through every worker',
    criterion: 'every application answers 200 under its host name over TLS, through the ingress of each worker',
    source: 'kubernetes.io/docs/concepts/services-networking/ingress: Name based virtual hosting',
  },
  {
    id: 'entry',
    title: 'Names answer through both public load balancers',
    criterion:
      'the same through 10.0.0.5 and 10.0.0.6; one at which nobody listens is a warning here, and fails in module 10',
    source: "the platform's document: 80 and 443 of the public load balancers lead to the workers",
  },
];
