import type { Promotion, ScriptHash } from '../contract.ts';
import { scriptStep } from '../steps.ts';
import type { Members } from './members.ts';
import { namedMembers } from './plan-moves.ts';
import { testStep } from './plan.ts';
import { ENTRY_PORTS, PATRONI_PORT } from './settings.ts';

/** How long the entries may take until they lead to a new leader: HAProxy asks Patroni every second, PgBouncer tries again. */
const ENTRY_SECONDS = 60;

/**
 * What follows once the lost leader's host is off: the others agree by themselves who has most of its writes, and that one is
 * promoted. Undefined for a host that has no member.
 */
export function planPromotion(members: Members, lost: string, hashOf: ScriptHash): Promotion | undefined {
  const others = members.servers.filter(({ name }) => name !== lost);
  if (others.length === members.servers.length) return undefined;
  const promote = scriptStep(hashOf, {
    id: 'promote',
    title: `Promote the replica that has most of what ${lost} wrote`,
    impact: 'destructive',
    script: 'postgresql/promote-server.sh',
    work: others.map(({ name }) => ({ host: name, args: [name, lost, ...namedMembers(members)] })),
    secrets: ['PATRONI_PASSWORD'],
    timeoutSeconds: 180,
  });
  const proof = testStep({ ...members, servers: others }, hashOf, ENTRY_SECONDS);
  return { ports: [ENTRY_PORTS.write, PATRONI_PORT], steps: [promote, proof] };
}
