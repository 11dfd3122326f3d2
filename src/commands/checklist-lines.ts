/** What a line of the checklist rests on: checks of a module (all, or these), or what the worker alone knows. */
export type Need =
  | { module: string; checks?: readonly string[] }
  /** `module`: whose it is; where the bot has no such module nobody can know it. */
  | { evidence: string; module?: string };

interface LineSpec {
  section: string;
  title: string;
  needs: readonly Need[];
}

const moved = (module: string): Need => ({ evidence: `moved-${module}`, module });

/** The platform's checklist, line for line. A module that the bot does not have yet makes its lines unknown. */
export const CHECKLIST: readonly LineSpec[] = [
  { section: 'Base', title: 'Base system on all servers', needs: [{ module: 'base' }] },
  {
    section: 'Base',
    title: 'Network 10.0.0.0/16: every module host reaches its peers',
    needs: [{ module: 'inventory', checks: ['reachable', 'private-route', 'peers'] }],
  },
  { section: 'Base', title: 'Internal DNS', needs: [{ module: 'base', checks: ['resolver'] }] },
  { section: 'Base', title: 'Credentials, 0700 and 0600', needs: [{ evidence: 'credentials' }] },
  { section: 'Stateful', title: 'PostgreSQL', needs: [{ module: 'postgresql' }] },
  { section: 'Stateful', title: 'Redis', needs: [{ module: 'redis' }] },
  { section: 'Stateful', title: 'redis-update-master', needs: [{ module: 'redis', checks: ['update-master'] }] },
  { section: 'Stateful', title: 'RabbitMQ', needs: [{ module: 'rabbitmq' }] },
  { section: 'Stateful', title: 'MinIO', needs: [{ module: 'minio' }] },
  { section: 'Stateful', title: 'MariaDB and ProxySQL', needs: [{ module: 'mariadb' }, { module: 'proxysql' }] },
  { section: 'Stateless', title: 'K3s', needs: [{ module: 'k3s' }] },
  { section: 'Stateless', title: 'Ingress', needs: [{ module: 'k3s', checks: ['ingress'] }] },
  { section: 'Load balancers', title: '10.0.0.10', needs: [{ module: 'lb', checks: ['lb-haproxy'] }] },
  { section: 'Load balancers', title: '10.0.0.20', needs: [{ module: 'lb', checks: ['lb-mariadb'] }] },
  {
    section: 'Load balancers',
    title: '10.0.0.5 and 10.0.0.6',
    needs: [{ module: 'lb', checks: ['lb-keybuzz-1', 'lb-keybuzz-2'] }],
  },
  { section: 'Failovers tested', title: 'PostgreSQL', needs: [moved('postgresql')] },
  { section: 'Failovers tested', title: 'Redis', needs: [moved('redis')] },
  { section: 'Failovers tested', title: 'RabbitMQ', needs: [moved('rabbitmq')] },
  { section: 'Failovers tested', title: 'K3s master', needs: [moved('k3s')] },
];
