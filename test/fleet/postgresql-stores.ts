import type { RunState } from '../../src/jobs/index.ts';
import { createPostgresql } from '../../src/modules/postgresql/index.ts';
import type { Module } from '../../src/modules/contract.ts';
import { SETTINGS, type Store } from '../../src/modules/postgresql/settings.ts';
import { openInProcess, type InProcess } from './in-process.ts';
import { askServer, CREDENTIALS, HOSTS, SERVERS } from './postgresql-cluster.ts';

/** The base is not on these hosts. */
const withStore = (store: Store): Module => ({ ...createPostgresql({ ...SETTINGS, store }), requires: [] });

export const ON_RAFT = withStore('raft');
export const ON_ETCD = withStore('etcd3');

export const SERVER_NAMES = Object.keys(SERVERS) as (keyof typeof SERVERS)[];

/** The module's hosts, empty, with a worker whose store a test chooses. */
export const openStores = (): Promise<InProcess> =>
  openInProcess({ hosts: HOSTS, modules: [ON_RAFT], credentials: CREDENTIALS });

/** How a run ended; `interrupted` and why otherwise. */
export const endingOf = ({ ending, interruption }: RunState): string =>
  ending === undefined ? `interrupted: ${interruption?.reason ?? ''}` : `${ending.ending}: ${ending.reason}`;

/** Every fact that the run's scripts told. */
export const factsOf = (state: RunState): Record<string, string> =>
  Object.fromEntries(state.steps.flatMap(({ hosts }) => hosts).flatMap(({ facts }) => Object.entries(facts)));

/** What the run's scripts themselves judged, by check. */
export const toldBy = (state: RunState): Record<string, string> =>
  Object.fromEntries(
    state.steps
      .flatMap(({ hosts }) => hosts)
      .flatMap(({ checks }) => checks)
      .map(({ check, answer }) => [check, answer]),
  );

/** When each PostgreSQL was started, and on which timeline it is. */
export const startsOf = (real: Pick<InProcess, 'fleet'>): Promise<string[]> =>
  Promise.all(
    SERVER_NAMES.map((host) =>
      askServer(real, host, 'select pg_postmaster_start_time(), timeline_id from pg_control_checkpoint()'),
    ),
  );

/** What does not pass, as `check: answer`; no backup is made on these hosts. */
export async function notPassing(real: InProcess): Promise<string[]> {
  const results = await real.status(ON_ETCD);
  return results
    .filter(({ check, answer }) => answer !== 'pass' && check !== 'backup')
    .map(({ check, answer }) => `${check}: ${answer}`);
}
