import { ConfigError } from '../../errors.ts';
import { select, type Host, type Inventory } from '../../inventory.ts';

/** Masters: with three, etcd bears the loss of one. */
export const MASTER_COUNT = 3;

/** Workers: with two, one may be drained. */
const WORKERS_LEAST = 2;

/** The hosts of the module, by what they do. */
export interface Members {
  /** In the order in which they are deployed. Where the cluster begins when it has never been: the first. */
  masters: [Host, ...Host[]];
  workers: Host[];
}

/** Finds the module's hosts. Throws ConfigError when the inventory doesn't have those that are needed. */
export function findMembers(inventory: Inventory): Members {
  const masters = select(inventory, { role: 'k3s', subrole: 'master' });
  const workers = select(inventory, { role: 'k3s', subrole: 'worker' });
  const [seed, ...others] = masters;
  const faults = [
    masters.length === MASTER_COUNT
      ? ''
      : `${MASTER_COUNT} hosts with role k3s, subrole master (it has ${masters.length})`,
    workers.length >= WORKERS_LEAST
      ? ''
      : `at least ${WORKERS_LEAST} hosts with role k3s, subrole worker (it has ${workers.length})`,
  ].filter((fault) => fault !== '');
  if (faults.length === 0 && seed !== undefined) return { masters: [seed, ...others], workers };
  throw new ConfigError(`The module k3s needs ${faults.join(', ')}.`, {
    code: 'KEYBUZZ_ROLES_MISSING',
    fix: `Correct ROLE and SUBROLE in ${inventory.file}.`,
  });
}

/** `name=address` of each master, the one where the cluster begins first. */
export function namedMasters({ masters }: Members): string[] {
  return masters.map(({ name, privateIp }) => `${name}=${privateIp}`);
}
