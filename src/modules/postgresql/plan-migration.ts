import type { Inventory } from '../../inventory.ts';
import type { ScriptHash, ScriptStep, Step } from '../contract.ts';
import { checksStep, findWitness, markerSteps, scriptStep } from '../steps.ts';
import type { Members } from './members.ts';
import { markedThrough, MARKERS_TITLE, MOVE_CHECKS, namedMembers } from './plan-moves.ts';
import { MEMBER_SECRETS, storeStep } from './plan-store.ts';
import type { PostgresqlSettings } from './settings.ts';

/** Seconds without an acknowledged write that are good: HAProxy takes a leader whose Patroni restarts for gone. */
const OUTAGE_SECONDS = 10;

/** What must hold before it begins, and still holds when an earlier migration has stopped half way. */
const BEFORE = ['one-leader', 'replicas', 'replication-lag', 'write-entry', 'pooler'];

/** What a script of the migration is told on each server: nobody knows beforehand which one leads. */
function onServers(members: Members, settings: PostgresqlSettings, first: readonly string[]): ScriptStep['work'] {
  const { scope, major, network, synchronous } = settings;
  return members.servers.map(({ name }) => ({
    host: name,
    args: [...first, name, scope, major, network, synchronous, ...namedMembers(members)],
  }));
}

/** The members move one by one, the leader first: where it is, no other member may be led from elsewhere. */
function swapSteps(members: Members, settings: PostgresqlSettings, hashOf: ScriptHash): ScriptStep[] {
  const swap = (part: 'leader' | 'replica', title: string): ScriptStep =>
    scriptStep(hashOf, {
      ...{ id: `${part}-swap`, title, script: 'postgresql/migrate-server.sh', order: 'one-by-one' },
      work: onServers(members, settings, [part]),
      secrets: MEMBER_SECRETS,
      timeoutSeconds: 420,
      onlyChanged: true,
    });
  return [
    swap('leader', 'Take the leader to etcd, its PostgreSQL running on'),
    swap('replica', 'Take each replica to etcd, its PostgreSQL running on'),
  ];
}

function onMembers(members: Members): ScriptStep['work'] {
  return members.servers.map(({ name }) => ({ host: name, args: [name, ...namedMembers(members)] }));
}

/**
 * The steps of `migrate`: RAFT to etcd3. Whatever fails, Patroni is let act again, where that is safe. Typed again it goes
 * on with what is left. Throws ConfigError when the inventory has no host to write markers from.
 */
export function planMigration(
  inventory: Inventory,
  members: Members,
  settings: PostgresqlSettings,
  hashOf: ScriptHash,
): Step[] {
  const markers = markerSteps({
    ...{ module: 'postgresql', hashOf, witness: findWitness('postgresql', inventory).name },
    ...{ ...markedThrough(members), outageSeconds: OUTAGE_SECONDS },
    secrets: { markers: ['APP_PASSWORD'] },
    titles: { markers: MARKERS_TITLE },
  });
  return [
    checksStep('before', 'Ask whether the cluster can bear it', BEFORE, 0),
    storeStep(members, settings, hashOf),
    markers.start,
    scriptStep(hashOf, {
      ...{ id: 'pause', title: 'Keep Patroni from acting, on every member' },
      script: 'postgresql/migrate-pause.sh',
      work: onMembers(members),
      secrets: ['POSTGRES_PASSWORD', 'PATRONI_PASSWORD'],
      timeoutSeconds: 120,
      onlyChanged: true,
    }),
    ...swapSteps(members, settings, hashOf),
    scriptStep(hashOf, {
      ...{ id: 'resume', title: 'Let Patroni act again' },
      script: 'postgresql/migrate-resume.sh',
      work: onMembers(members),
      secrets: ['PATRONI_PASSWORD'],
      timeoutSeconds: 180,
      always: true,
    }),
    checksStep('after', 'Ask every member, until it is whole again', MOVE_CHECKS, 120),
    scriptStep(hashOf, {
      ...{ id: 'clean', title: "Move RAFT's directory aside", impact: 'safe' },
      script: 'postgresql/migrate-clean.sh',
      work: onMembers(members),
      secrets: [],
      timeoutSeconds: 60,
    }),
    markers.stop,
    markers.verdict,
  ];
}
