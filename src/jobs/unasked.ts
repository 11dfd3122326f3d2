import { ConfigError } from '../errors.ts';
import type { Module } from '../modules/contract.ts';
import { HOSTS_SUBJECT, type SubjectState } from './alert-state.ts';
import type { AlertStore } from './alert-store.ts';
import { readSnapshots, type Monitored } from './snapshots.ts';
import type { Workshop } from './workshop.ts';

/** The hosts that a module asks; none of one that can't be asked since the inventory lacks its roles. */
function askedHosts(module: Module, { inventory }: Workshop): string[] {
  try {
    return module.probes(inventory).map(({ host }) => host);
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

/**
 * Ends the alerts of what no worker is to ask from now on: modules that are not monitored any more, also those that this
 * version does not have, and hosts that no monitored module asks. Nobody else would ever say that they are over.
 */
export async function forgetUnasked(
  workshop: Workshop,
  alerts: Pick<AlertStore, 'subjects' | 'apply'>,
  monitored: readonly Monitored[],
): Promise<void> {
  const { store, modules } = workshop;
  const asked = new Set(monitored.map(({ module }) => module));
  const known = new Set([...modules.map(({ name }) => name), ...(await readSnapshots(store)).map((one) => one.module)]);
  const hosts = new Set(modules.filter(({ name }) => asked.has(name)).flatMap((one) => askedHosts(one, workshop)));
  await store.clock.sync();
  const at = new Date(store.clock.nowMs()).toISOString();
  const leave = async ({ subject }: SubjectState, keys: readonly string[], why: string) => {
    if (keys.length > 0) await alerts.apply(subject, { type: 'forget', at, keys, why });
  };
  for (const state of await alerts.subjects()) {
    const { subject, watches } = state;
    const keys = Object.keys(watches);
    if (subject === HOSTS_SUBJECT) {
      const gone = keys.filter((host) => !hosts.has(host));
      await leave(state, gone, 'no worker is to ask this host any more');
    } else if (known.has(subject) && !asked.has(subject)) {
      await leave(state, keys, 'no worker is to ask this module any more');
    }
  }
}
