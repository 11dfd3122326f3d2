import { ConfigError } from '../../errors.ts';
import { select, type Host, type Inventory } from '../../inventory.ts';

/** Members of the Galera cluster behind the proxies. */
export const SERVER_COUNT = 3;

const PROXY_COUNT = 2;

/** The hosts of the module, by what they do. */
export interface Members {
  proxies: [Host, Host];
  /** The Galera members, the one where users are made first. */
  servers: Host[];
}

/** Finds the module's hosts. Throws ConfigError when the inventory doesn't have exactly those that are needed. */
export function findMembers(inventory: Inventory): Members {
  const proxies = select(inventory, { role: 'db_proxy', subrole: 'proxysql' });
  const servers = select(inventory, { role: 'db', subrole: 'mariadb' });
  const [first, second] = proxies;
  if (
    first !== undefined &&
    second !== undefined &&
    proxies.length === PROXY_COUNT &&
    servers.length === SERVER_COUNT
  ) {
    return { proxies: [first, second], servers };
  }
  const wanted = [
    `${PROXY_COUNT} hosts with role db_proxy, subrole proxysql (it has ${proxies.length})`,
    `${SERVER_COUNT} with role db, subrole mariadb (it has ${servers.length})`,
  ];
  throw new ConfigError(`The module proxysql needs ${wanted.join(' and ')}.`, {
    code: 'KEYBUZZ_ROLES_MISSING',
    fix: `Correct ROLE and SUBROLE in ${inventory.file}.`,
  });
}
