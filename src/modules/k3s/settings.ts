import type { Pin } from '../../inventory-artifacts.ts';

/** What an operator may choose before the cluster begins: its networks can't be changed afterwards. */
export interface K3sSettings {
  /** Network of the pods, and of the services; neither may overlap with the other or with a host's address. */
  pods: string;
  services: string;
  /** The cluster's DNS, an address of `services`. */
  dns: string;
}

/** K3s' own defaults, which the firewall of base knows as well. */
export const SETTINGS: K3sSettings = { pods: '10.42.0.0/16', services: '10.43.0.0/16', dns: '10.43.0.10' };

/**
 * The program. Its SHA-256 is in sha256sum-amd64.txt of the release at github.com/k3s-io/k3s; nobody of us has compared it with
 * the file yet, so it is left to artifacts.yaml.
 */
export const PROGRAM: Pin = { name: 'k3s', version: 'v1.33.5+k3s1', sha256: '', path: 'k3s/v1.33.5+k3s1/k3s' };

/** The last release of the ingress controller, by the digest of its image. */
export const INGRESS_IMAGE =
  'registry.k8s.io/ingress-nginx/controller:v1.15.1@sha256:594ceea76b01c592858f803f9ff4d2cb40542cae2060410b2c95f75907d659e1';

/** K3s uses it for its own helpers, so every node may have it already. */
export const PROBE_IMAGE = 'rancher/mirrored-library-busybox:1.36.1';

/** Ports that each node must reach on the masters, and on all nodes (docs.k3s.io, Requirements). */
export const PORTS = { api: '6443', etcd: ['2379', '2380'], everyNode: ['10250', '8472/udp'] } as const;

/** Label of the nodes on which the ingress listens. */
export const INGRESS_LABEL = 'keybuzz.io/ingress';

/** Namespaces of ours, and K3s' own. */
export const INGRESS_NAMESPACE = 'ingress-nginx';
export const PROBE_NAMESPACE = 'keybuzz-probe';
export const SYSTEM_NAMESPACE = 'kube-system';
