import { ConfigError } from '../../errors.ts';
import { LOAD_BALANCERS, select, type Host, type Inventory } from '../../inventory.ts';

/** The hosts of the module: masters, whose API is asked, and workers, through whose ingress applications are reached. */
export interface Members {
  /** By the first one everything is applied. */
  masters: [Host, ...Host[]];
  workers: [Host, ...Host[]];
}

/** The public load balancers, before the workers. */
export const PUBLIC_BALANCERS = ['lb-keybuzz-1', 'lb-keybuzz-2'];

/** Finds the module's hosts. Throws ConfigError when the inventory has no master or no worker of K3s. */
export function findMembers(inventory: Inventory): Members {
  const [master, ...masters] = select(inventory, { role: 'k3s', subrole: 'master' });
  const [worker, ...workers] = select(inventory, { role: 'k3s', subrole: 'worker' });
  if (master !== undefined && worker !== undefined) {
    return { masters: [master, ...masters], workers: [worker, ...workers] };
  }
  throw new ConfigError('The module apps needs hosts with role k3s, subroles master and worker.', {
    code: 'KEYBUZZ_ROLES_MISSING',
    fix: `Correct ROLE and SUBROLE in ${inventory.file}.`,
  });
}

/** `way=<name>,<address>` of each worker, whose ingress is a way in. */
export function waysOf({ workers }: Members): string[] {
  return workers.map(({ name, privateIp }) => `way=${name},${privateIp}`);
}

/** The same of the public load balancers, by their private addresses. */
export function balancerWays(): string[] {
  return LOAD_BALANCERS.filter(({ name }) => PUBLIC_BALANCERS.includes(name)).map(
    ({ name, address }) => `way=${name},${address}`,
  );
}
