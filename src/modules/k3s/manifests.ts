import { namespaceOf, type KubernetesObject, type Manifest } from '../manifests.ts';
import { INGRESS_IMAGE, INGRESS_LABEL, INGRESS_NAMESPACE, PROBE_IMAGE, PROBE_NAMESPACE } from './settings.ts';

const INGRESS = 'ingress-nginx';
const CONTROLLER = 'ingress-nginx-controller';
const INGRESS_LABELS = { 'app.kubernetes.io/name': INGRESS, 'app.kubernetes.io/component': 'controller' };

const READ = ['get', 'list', 'watch'];
const NETWORKING = 'networking.k8s.io';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

const rule = (group: string, resources: string[], verbs: string[], resourceNames?: string[]): Rule => ({
  ...{ apiGroups: [group], resources, verbs },
  ...(resourceNames === undefined ? {} : { resourceNames }),
});

/** Those of the project's own deploy.yaml. */
const CLUSTER_RULES: readonly Rule[] = [
  rule('', ['configmaps', 'endpoints', 'nodes', 'pods', 'secrets', 'namespaces'], ['list', 'watch']),
  rule('coordination.k8s.io', ['leases'], ['list', 'watch']),
  rule('', ['nodes'], ['get']),
  rule('', ['services'], READ),
  rule(NETWORKING, ['ingresses', 'ingressclasses'], READ),
  rule(NETWORKING, ['ingresses/status'], ['update']),
  rule('', ['events'], ['create', 'patch']),
  rule('discovery.k8s.io', ['endpointslices'], READ),
];

const OWN_RULES: readonly Rule[] = [
  rule('', ['namespaces'], ['get']),
  rule('', ['configmaps', 'pods', 'secrets', 'endpoints', 'services'], READ),
  rule('coordination.k8s.io', ['leases'], ['get', 'update'], ['ingress-nginx-leader']),
  rule('coordination.k8s.io', ['leases'], ['create']),
  rule('', ['events'], ['create', 'patch']),
];

const fieldEnv = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

const healthProbe = (failureThreshold: number) => ({
  httpGet: { path: '/healthz', port: 10254, scheme: 'HTTP' },
  ...{ initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold },
});

const CONTROLLER_CONTAINER = {
  name: 'controller',
  image: INGRESS_IMAGE,
  imagePullPolicy: 'IfNotPresent',
  args: [
    '/nginx-ingress-controller',
    '--election-id=ingress-nginx-leader',
    '--controller-class=k8s.io/ingress-nginx',
    '--ingress-class=nginx',
    `--configmap=$(POD_NAMESPACE)/${CONTROLLER}`,
    '--report-node-internal-ip-address',
  ],
  env: [fieldEnv('POD_NAME', 'metadata.name'), fieldEnv('POD_NAMESPACE', 'metadata.namespace')],
  ports: [
    { name: 'http', containerPort: 80, hostPort: 80, protocol: 'TCP' },
    { name: 'https', containerPort: 443, hostPort: 443, protocol: 'TCP' },
    { name: 'health', containerPort: 10254, hostPort: 10254, protocol: 'TCP' },
  ],
  livenessProbe: healthProbe(5),
  readinessProbe: healthProbe(3),
  lifecycle: { preStop: { exec: { command: ['/wait-shutdown'] } } },
  resources: { requests: { cpu: '100m', memory: '128Mi' } },
  securityContext: {
    ...{ allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 101, runAsGroup: 82 },
    capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

function bound(kind: 'ClusterRole' | 'Role', rules: readonly Rule[]): KubernetesObject[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = {
    name: INGRESS,
    labels: INGRESS_LABELS,
    ...(kind === 'Role' ? { namespace: INGRESS_NAMESPACE } : {}),
  };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: INGRESS };
  const subjects = [{ kind: 'ServiceAccount', name: INGRESS, namespace: INGRESS_NAMESPACE }];
  return [
    { apiVersion, kind, metadata, rules },
    { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects },
  ];
}

/** Ingress NGINX on every worker, on the host's own ports: what the public load balancers lead to. */
export const INGRESS_MANIFEST: Manifest = {
  name: 'ingress',
  namespace: INGRESS_NAMESPACE,
  objects: [
    namespaceOf(INGRESS_NAMESPACE),
    {
      ...{ apiVersion: 'v1', kind: 'ServiceAccount' },
      metadata: { name: INGRESS, namespace: INGRESS_NAMESPACE, labels: INGRESS_LABELS },
      automountServiceAccountToken: true,
    },
    ...bound('ClusterRole', CLUSTER_RULES),
    ...bound('Role', OWN_RULES),
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap' },
      metadata: { name: CONTROLLER, namespace: INGRESS_NAMESPACE, labels: INGRESS_LABELS },
      // Nobody but administrators may write Ingresses, and none of ours needs snippets.
      data: { 'allow-snippet-annotations': 'false' },
    },
    {
      ...{ apiVersion: 'apps/v1', kind: 'DaemonSet' },
      metadata: { name: CONTROLLER, namespace: INGRESS_NAMESPACE, labels: INGRESS_LABELS },
      spec: {
        selector: { matchLabels: INGRESS_LABELS },
        // One worker after the other: its ports are free only once the old pod is gone.
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
        template: {
          metadata: { labels: INGRESS_LABELS },
          spec: {
            ...{ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet', serviceAccountName: INGRESS },
            nodeSelector: { 'kubernetes.io/os': 'linux', [INGRESS_LABEL]: 'true' },
            terminationGracePeriodSeconds: 60,
            containers: [CONTROLLER_CONTAINER],
          },
        },
      },
    },
    {
      ...{ apiVersion: `${NETWORKING}/v1`, kind: 'IngressClass' },
      metadata: { name: 'nginx', labels: INGRESS_LABELS },
      spec: { controller: 'k8s.io/ingress-nginx' },
    },
  ],
};

const PROBE_LABELS = { 'app.kubernetes.io/name': 'keybuzz-probe' };
const PROBE_PORT = 8080;

/** Ready is who finds every other by the cluster's DNS, and reaches each of them over the pods' network. */
const PROBE_SCRIPT = [
  'set -e',
  `found=$(nslookup probe.${PROBE_NAMESPACE}.svc.cluster.local | awk '/^Name/ { named = 1 } named && /^Address/ { print $NF }')`,
  '[ -n "$found" ]',
  `for one in $found; do wget -q -T 2 -O /dev/null "http://$one:${PROBE_PORT}/"; done`,
].join('\n');

/** A pod on every node that tells whether the pods' network and DNS work. */
export const PROBE_MANIFEST: Manifest = {
  name: 'probe',
  namespace: PROBE_NAMESPACE,
  objects: [
    namespaceOf(PROBE_NAMESPACE),
    {
      ...{ apiVersion: 'v1', kind: 'Service' },
      metadata: { name: 'probe', namespace: PROBE_NAMESPACE },
      // Who is not ready is to be found as well: else nobody would ever begin.
      spec: {
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        selector: PROBE_LABELS,
        ports: [{ name: 'http', port: PROBE_PORT, targetPort: PROBE_PORT, protocol: 'TCP' }],
      },
    },
    {
      ...{ apiVersion: 'apps/v1', kind: 'DaemonSet' },
      metadata: { name: 'probe', namespace: PROBE_NAMESPACE, labels: PROBE_LABELS },
      spec: {
        selector: { matchLabels: PROBE_LABELS },
        template: {
          metadata: { labels: PROBE_LABELS },
          spec: {
            ...{ automountServiceAccountToken: false, terminationGracePeriodSeconds: 1 },
            tolerations: [{ operator: 'Exists' }],
            nodeSelector: { 'kubernetes.io/os': 'linux' },
            containers: [
              {
                ...{ name: 'probe', image: PROBE_IMAGE, imagePullPolicy: 'IfNotPresent' },
                command: [
                  'sh',
                  '-c',
                  `mkdir -p /tmp/www && echo probe >/tmp/www/index.html && exec httpd -f -p ${PROBE_PORT} -h /tmp/www`,
                ],
                ports: [{ name: 'http', containerPort: PROBE_PORT, protocol: 'TCP' }],
                readinessProbe: {
                  exec: { command: ['sh', '-c', PROBE_SCRIPT] },
                  ...{ initialDelaySeconds: 2, periodSeconds: 10, timeoutSeconds: 20, failureThreshold: 2 },
                },
                resources: { requests: { cpu: '5m', memory: '8Mi' }, limits: { memory: '32Mi' } },
                securityContext: {
                  ...{ runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534, allowPrivilegeEscalation: false },
                  capabilities: { drop: ['ALL'] },
                },
              },
            ],
          },
        },
      },
    },
  ],
};

/** What the cluster is given once, in this order. */
export const MANIFESTS: readonly Manifest[] = [INGRESS_MANIFEST, PROBE_MANIFEST];
