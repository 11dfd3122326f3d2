import { hashOf } from '../../canonical.ts';
import type { Artifacts } from '../../inventory-artifacts.ts';
import { namespaceOf, type KubernetesObject, type Manifest } from '../manifests.ts';
import {
  APPS,
  BACK_ENDS,
  CERTIFICATE,
  CONFIGURATION,
  NAMESPACE,
  ROLLOUT_SECONDS,
  SECRET,
  type AppSettings,
} from './settings.ts';

/** The image by its digest; empty when artifacts.yaml does not say which it is. */
export function imageOf({ image }: AppSettings, artifacts: Artifacts | undefined): string {
  const { version, sha256, path } = artifacts?.pins.find(({ name }) => name === image.name) ?? image;
  return sha256 === '' ? '' : `${path}:${version}@sha256:${sha256}`;
}

const labelsOf = ({ name }: AppSettings): Record<string, string> => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/part-of': 'keybuzz',
});

function deploymentOf(app: AppSettings, image: string): KubernetesObject {
  const labels = labelsOf(app);
  const { name, port, replicas, path } = app;
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    metadata: { name, namespace: NAMESPACE, labels },
    spec: {
      ...{ replicas, progressDeadlineSeconds: ROLLOUT_SECONDS, revisionHistoryLimit: 5 },
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      // Who serves goes only once its successor is ready.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        // Another configuration is another template, so the pods are made anew.
        metadata: { labels, annotations: { 'keybuzz.io/back-ends': hashOf(BACK_ENDS) } },
        spec: {
          automountServiceAccountToken: false,
          topologySpreadConstraints: [
            {
              ...{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
              labelSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
            },
          ],
          containers: [
            {
              ...{ name, image, imagePullPolicy: 'IfNotPresent' },
              ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
              env: [{ name: 'PORT', value: String(port) }],
              envFrom: [{ configMapRef: { name: CONFIGURATION } }, { secretRef: { name: SECRET } }],
              readinessProbe: {
                httpGet: { path, port, scheme: 'HTTP' },
                ...{ periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
              },
              resources: { requests: { cpu: '100m', memory: '128Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                seccompProfile: { type: 'RuntimeDefault' },
              },
            },
          ],
        },
      },
    },
  };
}

function serviceOf(app: AppSettings): KubernetesObject {
  return {
    ...{ apiVersion: 'v1', kind: 'Service' },
    metadata: { name: app.name, namespace: NAMESPACE, labels: labelsOf(app) },
    spec: {
      selector: { 'app.kubernetes.io/name': app.name },
      ports: [{ name: 'http', port: 80, targetPort: app.port, protocol: 'TCP' }],
    },
  };
}

/** A node may be drained while one pod at least goes on. */
function budgetOf(app: AppSettings): KubernetesObject {
  return {
    ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
    metadata: { name: app.name, namespace: NAMESPACE, labels: labelsOf(app) },
    spec: { minAvailable: 1, selector: { matchLabels: { 'app.kubernetes.io/name': app.name } } },
  };
}

function ingressOf(app: AppSettings): KubernetesObject {
  const backend = { service: { name: app.name, port: { number: 80 } } };
  return {
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
    metadata: { name: app.name, namespace: NAMESPACE, labels: labelsOf(app) },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: [app.host], secretName: CERTIFICATE }],
      rules: [{ host: app.host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
}

/** What must be there before any pod begins. */
export const FOUNDATION: Manifest = {
  name: CONFIGURATION,
  namespace: NAMESPACE,
  objects: [
    namespaceOf(NAMESPACE),
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap' },
      metadata: { name: CONFIGURATION, namespace: NAMESPACE },
      data: BACK_ENDS,
    },
  ],
};

/** One application with these images, whole. */
export function manifestOf(app: AppSettings, artifacts: Artifacts | undefined): Manifest {
  const objects = [deploymentOf(app, imageOf(app, artifacts)), serviceOf(app), budgetOf(app), ingressOf(app)];
  return { name: app.name, namespace: NAMESPACE, objects };
}

/** Every application, in the order in which they are rolled out. */
export function manifestsOf(artifacts: Artifacts | undefined): Manifest[] {
  return APPS.map((app) => manifestOf(app, artifacts));
}
