import type { ScriptHash, ScriptStep } from '../contract.ts';
import { scriptStep } from '../steps.ts';
import type { Members } from './members.ts';
import { namedMembers } from './plan-moves.ts';
import type { PostgresqlSettings } from './settings.ts';

/** What a member's configuration holds, whatever its store. */
export const MEMBER_SECRETS = [
  'POSTGRES_PASSWORD',
  'REPLICATION_PASSWORD',
  'PATRONI_PASSWORD',
  'RAFT_PASSWORD',
  'ETCD_PASSWORD',
];

/**
 * An etcd on each server. All together, since a first one alone has no majority; it restarts nothing that runs, so a
 * majority that is there stays.
 */
export function storeStep(members: Members, { scope }: PostgresqlSettings, hashOf: ScriptHash): ScriptStep {
  return scriptStep(hashOf, {
    id: 'store',
    title: "Make each server a member of etcd, Patroni's store",
    impact: 'safe',
    script: 'postgresql/deploy-etcd.sh',
    work: members.servers.map(({ name }) => ({ host: name, args: [name, scope, ...namedMembers(members)] })),
    secrets: ['ETCD_PASSWORD', 'ETCD_ROOT_PASSWORD'],
    timeoutSeconds: 600,
  });
}
