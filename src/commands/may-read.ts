import type { Inventory } from '../inventory.ts';
import type { Phrase } from '../language/index.ts';
import type { Module } from '../modules/contract.ts';
import { hostsOfModule } from '../modules/step-hosts.ts';
import type { Directory } from './directory.ts';
import { findRoles } from './group-roles.ts';
import type { SlackWho } from './may-decide.ts';
import { howToBeMapped, mayRun, personOfSlack, type Wish } from './policy.ts';
import type { Policy } from './policy-schema.ts';

/** What somebody may read of the platform: what `status`, `alerts` and `runs` would tell them. */
export interface Readable {
  /** Names of the modules whose state they may ask for. */
  modules: string[];
  alerts: boolean;
  runs: boolean;
  /** How they come into the policy; undefined when it knows them. */
  howToBeMapped: Phrase | undefined;
}

/** What the policy lets this Slack user read, with all roles that their user groups give them. */
export async function mayRead(
  policy: Policy,
  { userId, teamId, homeTeam }: SlackWho,
  { modules, inventory }: { modules: readonly Module[]; inventory: Inventory },
  directory: Directory | undefined,
): Promise<Readable> {
  const known = personOfSlack(policy, userId, teamId, homeTeam);
  const { actor } = await findRoles(policy, known, Object.keys(policy.roles), { directory, how: 'recent' });
  const may = (wish: Wish) => mayRun(policy, actor, wish).isAllowed;
  const readable = modules.filter((module) =>
    may({ verb: 'status', module: module.name, targets: hostsOfModule(module, inventory) }),
  );
  return {
    modules: readable.map(({ name }) => name),
    alerts: may({ verb: 'alerts', module: undefined, targets: [] }),
    runs: may({ verb: 'runs', module: undefined, targets: [] }),
    howToBeMapped: actor.isMapped || actor.roles.length > 0 ? undefined : howToBeMapped(actor),
  };
}
