/** What Kubernetes takes: `apiVersion`, `kind`, `metadata` and the kind's own fields. */
export type KubernetesObject = Readonly<Record<string, unknown>>;

/** Objects that are applied together, the namespace that they stand in first. */
export interface Manifest {
  name: string;
  namespace: string;
  objects: readonly KubernetesObject[];
}

/** The Namespace itself. */
export const namespaceOf = (name: string): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Namespace' },
  metadata: { name },
});

/** The three arguments by which `ensure_manifest` of k3s-manifests.sh knows it: name, namespace, one List in JSON. */
export function manifestArgs({ name, namespace, objects }: Manifest): [string, string, string] {
  return [name, namespace, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })];
}
