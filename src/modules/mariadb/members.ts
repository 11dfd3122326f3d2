import { ConfigError } from '../../errors.ts';
import { select, type Host, type Inventory } from '../../inventory.ts';

/** MariaDB nodes, all equal: with three, two are a majority and one may be lost. */
export const SERVER_COUNT = 3;

/** The hosts of the module. */
export interface Members {
  /** In the order in which they are deployed. Where the data begins when the cluster has never been: the first. */
  servers: Host[];
}

/** Finds the module's hosts. Throws ConfigError when the inventory doesn't have exactly those that are needed. */
export function findMembers(inventory: Inventory): Members {
  const servers = select(inventory, { role: 'db', subrole: 'mariadb' });
  if (servers.length === SERVER_COUNT) return { servers };
  throw new ConfigError(
    `The module mariadb needs ${SERVER_COUNT} hosts with role db, subrole mariadb (it has ${servers.length}).`,
    { code: 'KEYBUZZ_ROLES_MISSING', fix: `Correct ROLE and SUBROLE in ${inventory.file}.` },
  );
}
