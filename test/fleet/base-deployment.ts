import type { Inventory } from '../../src/inventory.ts';
import type { Closer, RunState } from '../../src/jobs/index.ts';
import { createBase } from '../../src/modules/base/index.ts';
import { SETTINGS, type BaseSettings } from '../../src/modules/base/settings.ts';
import type { CheckResult } from '../../src/modules/contract.ts';
import { inventory as inventoryModule } from '../../src/modules/inventory/index.ts';
import { startDns } from './dns.ts';
import type { Fleet } from './fleet.ts';
import { openInProcess } from './in-process.ts';

/** The machine's own address when install-01 is one of the hosts. */
const OWN_ADDRESS = '10.0.0.254';

/** The platform's settings, with a resolver that the hosts can reach and little patience. */
export const TEST_SETTINGS: BaseSettings = {
  ...SETTINGS,
  resolvers: [OWN_ADDRESS],
  probeName: 'probe.keybuzz.test',
  rollbackSeconds: 12,
};

/** A worker in this process over real hosts, with the modules base and inventory. */
export interface BaseDeployment {
  fleet: Fleet;
  inventory: Inventory;
  /** Deploys with these settings, approved where it asks; gives the state in which it ended or was interrupted. */
  deploy(settings?: BaseSettings): Promise<RunState>;
  /** Goes on with an interrupted run, with the settings of its plan. */
  resume(runId: string): Promise<RunState>;
  abandon(runId: string): Promise<RunState>;
  status(module: 'base' | 'inventory'): Promise<CheckResult[]>;
  close: Closer;
}

/** Opens it over freshly reset hosts. */
export async function openBaseDeployment(hosts: readonly string[]): Promise<BaseDeployment> {
  const base = createBase([], TEST_SETTINGS);
  const real = await openInProcess({ hosts, modules: [inventoryModule, base] });
  const dns = await startDns(OWN_ADDRESS);
  return {
    ...real,
    deploy: (settings = TEST_SETTINGS) => real.run('deploy', createBase([], settings)),
    status: (module) => real.status(module === 'base' ? base : inventoryModule),
    async close() {
      await dns.close();
      await real.close();
    },
  };
}
