import { LOAD_BALANCERS } from '../../inventory.ts';
import type { CheckSpec } from '../contract.ts';

const API = 'Hetzner Cloud API, load balancers';
const PLATFORM = "the platform's document, module 10";

const ASPECTS: readonly CheckSpec[] = [
  {
    id: 'api',
    title: "Hetzner's API",
    criterion: 'it answers with the token of the worker; the value is how many requests are left of the hour',
    source: 'Hetzner Cloud API, rate limiting',
  },
  {
    id: 'exists',
    title: 'Every load balancer exists',
    criterion: 'the project has one of each name; names are unique there',
    source: API,
  },
  {
    id: 'settings',
    title: 'Type and algorithm',
    criterion: 'type lb11; least connections before databases, round robin before the ingress',
    source: `${PLATFORM}; docs/decisions/0025`,
  },
  {
    id: 'services',
    title: 'Services',
    criterion: 'each port with its destination, protocol and health check; a further one is a warning',
    source: PLATFORM,
  },
  {
    id: 'targets',
    title: 'Targets',
    criterion: 'each host of the role, by its private address; a further target is a warning',
    source: PLATFORM,
  },
  {
    id: 'address',
    title: 'Private addresses',
    criterion: 'each has its fixed address in the private network, which nobody else holds',
    source: PLATFORM,
  },
  {
    id: 'public',
    title: 'Public interfaces',
    criterion: 'closed at the private load balancers, open at the two before the ingress',
    source: PLATFORM,
  },
  {
    id: 'healthy',
    title: 'Health of every target',
    criterion: 'Hetzner calls each target healthy on each port; unknown does not pass',
    source: `${API}: health_status`,
  },
  {
    id: 'requests',
    title: 'A request through each port',
    criterion: "asked from the orchestrator in the service's own protocol, each port of each load balancer answers",
    source: 'protocols of PostgreSQL, Redis, AMQP 0-9-1, MySQL, HTTP and TLS',
  },
  {
    id: 'servers',
    title: "The project's servers are those of the inventory",
    criterion:
      'each host of servers.tsv is a server of that name with its private address; a further server is a warning',
    source: 'Hetzner Cloud API, servers',
  },
  {
    id: 'dns',
    title: 'Names of MinIO',
    criterion:
      'minio-01 to minio-03 and s3 have the private addresses of their hosts, in the zone and on the orchestrator',
    source: "the platform's document, modules 6 and 10",
  },
];

/** The same once more, by load balancer: what the platform's checklist asks. */
const WHOLE: readonly CheckSpec[] = LOAD_BALANCERS.map(({ name, address }) => ({
  id: name,
  title: `${name} (${address})`,
  criterion: 'it is in every respect as desired, and each of its targets is healthy on each port',
  source: PLATFORM,
}));

/** The module's questions, in the order in which `assessLb` answers them. */
export const CHECKS: readonly CheckSpec[] = [...ASPECTS, ...WHOLE];

/** What a deploy must end with; what stands behind the load balancers is other modules' matter. */
export const DEPLOYED = ['api', 'exists', 'settings', 'services', 'targets', 'address', 'public', 'healthy'];

/** What must hold before and after a target is taken out: somebody relies on all of it. */
export const SERVING = ['api', 'exists', 'targets', 'address', 'healthy', 'requests'];
