import { join } from 'node:path';
import { startHetznerSandbox, type HetznerSandbox, type HetznerSandboxOptions } from '../../sandbox/hetzner/index.ts';
import { openHetzner, type CloudChange, type Hetzner, type HetznerSettings } from '../../src/hetzner/index.ts';
import { loadInventory } from '../../src/inventory.ts';
import type { CloudDesire, ProjectWork, DesiredBalancer } from '../../src/modules/cloud.ts';
import { desireOf } from '../../src/modules/lb/settings.ts';
import { Secret } from '../../src/secret.ts';
import { until as untilGiven } from '../fleet/process.ts';

export const inventory = loadInventory(join(import.meta.dirname, '../../inventory/servers.tsv'));
export const desire: CloudDesire = desireOf(inventory);

/** The desired load balancer of that name. */
export function desired(name: string): DesiredBalancer {
  const found = desire.balancers.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** Everything that `deploy lb` works on. */
export const DEPLOY: readonly ProjectWork[] = [
  ...desire.balancers.map((balancer): ProjectWork => ({ do: 'reconcile', balancer, prune: false })),
  { do: 'records', zone: 'keybuzz.io', records: desire.records },
];

export const reconcileOf = (name: string, prune = false): ProjectWork => {
  return { do: 'reconcile', balancer: desired(name), prune };
};

/** Far below what a real project needs: nothing here takes longer than some ms. */
const PACE = { retryMs: 2, pollMs: 1, patienceMs: 30_000 };

const NEVER = new AbortController().signal;

/** A project and the client of a worker. */
export interface TestProject {
  sandbox: HetznerSandbox;
  hetzner: Hetzner;
  settings: HetznerSettings;
  /** What it would change, as `kind target`. */
  plan(work: ProjectWork): Promise<string[]>;
  /** Does it, whatever it takes; gives `kind target` of what was changed. */
  run(work: ProjectWork, signal?: AbortSignal): Promise<string[]>;
  /** Runs all of `DEPLOY`. */
  deploy(): Promise<string[]>;
  /** The answer of one check, as `answer: text`. */
  check(id: string): Promise<string>;
  /** Requests that change something, so far. */
  changes(): number;
}

export const show = ({ kind, target }: CloudChange): string => `${kind} ${target}`;

/** Servers of the inventory in a project of their own. */
export async function startProject(options: Partial<HetznerSandboxOptions> = {}): Promise<TestProject> {
  const servers = inventory.hosts.map(({ name, privateIp, publicIp }) => ({ name, privateIp, publicIp }));
  const sandbox = await startHetznerSandbox({ servers, zones: ['keybuzz.io'], actionMs: 4, healthMs: 8, ...options });
  const settings = { token: new Secret('HCLOUD_TOKEN', sandbox.token), endpoint: sandbox.endpoint, ...PACE };
  const hetzner = openHetzner(settings);
  const run = async (work: ProjectWork, signal = NEVER) => {
    const clearance = { isApproved: () => Promise.resolve(true), timeoutMs: 30_000 };
    return (await hetzner.work(work, clearance, signal)).map(show);
  };
  return {
    ...{ sandbox, hetzner, settings, run },
    plan: async (work) => (await hetzner.preview(work, NEVER)).changes.map(show),
    deploy: async () => (await Promise.all(DEPLOY.map((work) => run(work)))).flat(),
    async check(id) {
      const found = (await hetzner.ask(desire, NEVER)).find((one) => one.id === id);
      return `${found?.answer ?? 'none'}: ${found?.text ?? ''}`;
    },
    changes: () => sandbox.exchanges.filter(({ method }) => method !== 'GET').length,
  };
}

/** Resolves when `holds`; a deadline of some seconds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  await untilGiven(what, 10_000, async () => (await holds()) || undefined, 5);
}
