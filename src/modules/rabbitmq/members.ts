import { ConfigError } from '../../errors.ts';
import { select, type Host, type Inventory } from '../../inventory.ts';

/** RabbitMQ nodes: with three, a quorum queue bears the loss of one. */
export const SERVER_COUNT = 3;

const PROXY_COUNT = 2;

/** The hosts of the module, by what they do. */
export interface Members {
  /** In the order in which they are deployed. Where the cluster begins when it has never been: the first. */
  servers: Host[];
  proxies: Host[];
}

/** Finds the module's hosts. Throws ConfigError when the inventory doesn't have exactly those that are needed. */
export function findMembers(inventory: Inventory): Members {
  const servers = select(inventory, { role: 'queue', subrole: 'rabbitmq' });
  const proxies = select(inventory, { role: 'lb', subrole: 'internal-haproxy' });
  const faults = [
    servers.length === SERVER_COUNT
      ? ''
      : `${SERVER_COUNT} hosts with role queue, subrole rabbitmq (it has ${servers.length})`,
    proxies.length === PROXY_COUNT
      ? ''
      : `${PROXY_COUNT} hosts with role lb, subrole internal-haproxy (it has ${proxies.length})`,
  ].filter((fault) => fault !== '');
  if (faults.length > 0) {
    throw new ConfigError(`The module rabbitmq needs ${faults.join(', ')}.`, {
      code: 'KEYBUZZ_ROLES_MISSING',
      fix: `Correct ROLE and SUBROLE in ${inventory.file}.`,
    });
  }
  return { servers, proxies };
}

/** `name=address` of each server, the one where the cluster begins first. */
export function namedMembers({ servers }: Members): string[] {
  return servers.map((server) => `${server.name}=${server.privateIp}`);
}
