import type { Told, Wording } from '../language/index.ts';

/** What a line of the checklist rests on: checks of a module (all, or these), or what the worker alone knows. */
export type Need =
  | { module: string; checks?: readonly string[] }
  /** `module`: whose it is; where the bot has no such module nobody can know it. */
  | { evidence: string; module?: string };

interface LineSpec {
  section: keyof Wording['checklist']['sections'];
  /** A product's name is the same in every language. */
  title: Told;
  needs: readonly Need[];
}

const moved = (module: string): Need => ({ evidence: `moved-${module}`, module });

/** The platform's checklist, line for line. A module that the bot does not have yet makes its lines unknown. */
export const CHECKLIST: readonly LineSpec[] = [
  { section: 'base', title: ({ checklist }) => checklist.lines.base, needs: [{ module: 'base' }] },
  {
    section: 'base',
    title: ({ checklist }) => checklist.lines.network,
    needs: [{ module: 'inventory', checks: ['reachable', 'private-route', 'peers'] }],
  },
  { section: 'base', title: ({ checklist }) => checklist.lines.dns, needs: [{ module: 'base', checks: ['resolver'] }] },
  { section: 'base', title: ({ checklist }) => checklist.lines.credentials, needs: [{ evidence: 'credentials' }] },
  { section: 'stateful', title: 'PostgreSQL', needs: [{ module: 'postgresql' }] },
  { section: 'stateful', title: 'Redis', needs: [{ module: 'redis' }] },
  { section: 'stateful', title: 'redis-update-master', needs: [{ module: 'redis', checks: ['update-master'] }] },
  { section: 'stateful', title: 'RabbitMQ', needs: [{ module: 'rabbitmq' }] },
  { section: 'stateful', title: 'MinIO', needs: [{ module: 'minio' }] },
  {
    section: 'stateful',
    title: ({ checklist }) => checklist.lines.mariadb,
    needs: [{ module: 'mariadb' }, { module: 'proxysql' }],
  },
  { section: 'stateless', title: 'K3s', needs: [{ module: 'k3s' }] },
  { section: 'stateless', title: 'Ingress', needs: [{ module: 'k3s', checks: ['ingress'] }] },
  { section: 'balancers', title: '10.0.0.10', needs: [{ module: 'lb', checks: ['lb-haproxy'] }] },
  { section: 'balancers', title: '10.0.0.20', needs: [{ module: 'lb', checks: ['lb-mariadb'] }] },
  {
    section: 'balancers',
    title: ({ checklist }) => checklist.lines.keybuzz,
    needs: [{ module: 'lb', checks: ['lb-keybuzz-1', 'lb-keybuzz-2'] }],
  },
  { section: 'failovers', title: 'PostgreSQL', needs: [moved('postgresql')] },
  { section: 'failovers', title: 'Redis', needs: [moved('redis')] },
  { section: 'failovers', title: 'RabbitMQ', needs: [moved('rabbitmq')] },
  { section: 'failovers', title: ({ checklist }) => checklist.lines.k3sMaster, needs: [moved('k3s')] },
];
