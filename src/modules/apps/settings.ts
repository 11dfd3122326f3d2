import type { Pin } from '../../inventory-artifacts.ts';

/** One of the platform's own applications. */
export interface AppSettings {
  /** Of its Deployment, Service and Ingress. */
  name: string;
  port: number;
  replicas: number;
  /** Path that answers 200 when it can serve. */
  path: string;
  /** The name by which clients come. */
  host: string;
  /** Its image: `<path>:<version>@sha256:<sha256>`. Ours to say only in artifacts.yaml. */
  image: Pin;
}

const unpinned = (name: string): Pin => ({ name, version: '', sha256: '', path: '' });

/** As the platform has them. */
export const APPS: readonly AppSettings[] = [
  {
    ...{ name: 'platform-api', port: 8080, replicas: 2, path: '/healthz', host: 'platform-api.keybuzz.io' },
    image: unpinned('platform-api'),
  },
  {
    ...{ name: 'platform', port: 3000, replicas: 2, path: '/', host: 'platform.keybuzz.io' },
    image: unpinned('platform'),
  },
];

export const NAMESPACE = 'keybuzz';

/** Names of the ConfigMap and the Secret that every application is given, and of the Secret with the certificate of their names. */
export const CONFIGURATION = 'back-ends';
export const SECRET = 'credentials';
export const CERTIFICATE = 'keybuzz-tls';

/** Where applications find what the other modules serve: the load balancers, and MinIO's name. */
export const BACK_ENDS: Readonly<Record<string, string>> = {
  POSTGRES_HOST: '10.0.0.10',
  POSTGRES_PORT: '5432',
  POSTGRES_READ_PORT: '5433',
  PGBOUNCER_PORT: '6432',
  REDIS_HOST: '10.0.0.10',
  REDIS_PORT: '6379',
  RABBITMQ_HOST: '10.0.0.10',
  RABBITMQ_PORT: '5672',
  MARIADB_HOST: '10.0.0.20',
  MARIADB_PORT: '3306',
  S3_ENDPOINT: 'http://s3.keybuzz.io:9000',
};

/** What the Secret holds, by the name of the credential. */
export const SECRET_KEYS = ['SESSION_KEY', 'APP_PASSWORD', 'REDIS_PASSWORD'] as const;

/** Seconds that one application's rollout may take, pulling its image included. */
export const ROLLOUT_SECONDS = 300;
