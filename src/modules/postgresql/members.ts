import { ConfigError } from '../../errors.ts';
import { select, type Host, type Inventory } from '../../inventory.ts';

/** PostgreSQL nodes, each with a Patroni: with three, two agree and one may be lost. */
export const SERVER_COUNT = 3;

const PROXY_COUNT = 2;

/** The hosts of the module, by what they do. */
export interface Members {
  /** In the order in which they are deployed. Where the data begins when the cluster has never been: the first. */
  servers: Host[];
  proxies: Host[];
}

/**
 * Finds the module's hosts, by stack: there are other PostgreSQL hosts that belong to no cluster. Throws ConfigError when
 * the inventory doesn't have exactly those that are needed.
 */
export function findMembers(inventory: Inventory): Members {
  const servers = select(inventory, { stack: 'patroni-node' });
  const proxies = select(inventory, { role: 'lb', subrole: 'internal-haproxy' });
  const faults = [
    servers.length === SERVER_COUNT ? '' : `${SERVER_COUNT} hosts with stack patroni-node (it has ${servers.length})`,
    proxies.length === PROXY_COUNT
      ? ''
      : `${PROXY_COUNT} hosts with role lb, subrole internal-haproxy (it has ${proxies.length})`,
  ].filter((fault) => fault !== '');
  if (faults.length > 0) {
    throw new ConfigError(`The module postgresql needs ${faults.join(', ')}.`, {
      code: 'KEYBUZZ_ROLES_MISSING',
      fix: `Correct DOCKER_STACK, ROLE and SUBROLE in ${inventory.file}.`,
    });
  }
  return { servers, proxies };
}
