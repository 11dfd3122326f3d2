import { ConfigError } from '../../errors.ts';
import { select, type Host, type Inventory } from '../../inventory.ts';

/** What Sentinels and clients call the cluster. */
export const MASTER_NAME = 'kb-redis-master';

/** Redis nodes, each with a Sentinel: with three, two agree and one may be lost. */
export const SERVER_COUNT = 3;

const PROXY_COUNT = 2;

/** The hosts of the module, by what they do. */
export interface Members {
  /** In the order in which they are deployed: the seed, then the rest as the inventory has them. */
  servers: Host[];
  /** Where the data begins when nobody knows a master yet; afterwards the Sentinels say who it is. */
  seed: Host;
  proxies: Host[];
}

/** Finds the module's hosts. Throws ConfigError when the inventory doesn't have exactly those that are needed. */
export function findMembers(inventory: Inventory): Members {
  const servers = select(inventory, { role: 'redis' });
  const proxies = select(inventory, { role: 'lb', subrole: 'internal-haproxy' });
  const [seed, ...others] = servers.filter((host) => host.subrole === 'master');
  const faults = [
    servers.length === SERVER_COUNT ? '' : `${SERVER_COUNT} hosts with role redis (it has ${servers.length})`,
    seed !== undefined && others.length === 0
      ? ''
      : `one of them with subrole master (it has ${others.length + (seed ? 1 : 0)})`,
    proxies.length === PROXY_COUNT
      ? ''
      : `${PROXY_COUNT} hosts with role lb, subrole internal-haproxy (it has ${proxies.length})`,
  ].filter((fault) => fault !== '');
  if (seed === undefined || faults.length > 0) {
    throw new ConfigError(`The module redis needs ${faults.join(', ')}.`, {
      code: 'KEYBUZZ_ROLES_MISSING',
      fix: `Correct ROLE and SUBROLE in ${inventory.file}.`,
    });
  }
  return { servers: [seed, ...servers.filter((host) => host !== seed)], seed, proxies };
}
