import type { SharedConfig } from '../config.ts';
import type { Closer, Engine } from '../jobs/engine.ts';
import type { RunState } from '../jobs/state.ts';
import { assembleScript, MODULES } from '../modules/index.ts';
import type { Secret } from '../secret.ts';
import type { Digest } from './digest.ts';
import type { Directory } from './directory.ts';
import { gatherDigest } from './gather-digest.ts';
import { slackGroupsOf } from './group-roles.ts';
import { mayDecide, type SlackWho } from './may-decide.ts';
import { mayRead, type Readable } from './may-read.ts';
import { createExecute, type Execute } from './index.ts';
import type { AlertPolicy } from './policy-alerts.ts';
import { openPolicy, type PolicyFile } from './policy-file.ts';
import { watchGovernance } from './watch-governance.ts';
import { approvalsOf, mayApproveAll, personOfLogin } from './policy.ts';

/** What bot and terminal share: the engine and the one way to carry out a command. */
export interface Commands {
  engine: Engine;
  execute: Execute;
  /** Names of the people and roles that may approve a run. */
  approvers: (state: RunState) => string[];
  /** Ids of the Slack user groups that the policy names now. */
  groups: () => string[];
  /** Whom an alert reaches that nobody acknowledges. */
  alertPolicy: () => AlertPolicy;
  /** The digest as it is now. Throws ExternalError when Redis does not answer. */
  gatherDigest: () => Promise<Digest>;
  /** Keeps alerts about a policy.yaml with a fault on this machine, and about a freeze, until it is closed. */
  watch: (machine: string) => Closer;
  /** What a Slack user may see unasked; what they do from there is judged when it is carried out. */
  rights: {
    /** Whether their approval would count for the run now. */
    mayDecide: (who: SlackWho, state: RunState) => Promise<boolean>;
    mayRead: (who: SlackWho) => Promise<Readable>;
  };
}

export interface OpenOptions {
  config: SharedConfig & { totpKey: Secret | undefined };
  /** Told of every failure that is handled by trying again later. */
  warn: (what: string, error: unknown) => void;
  /** Who is in Slack's user groups; left out where Slack can't be asked. */
  directory?: Directory;
}

/** Opens policy.yaml of a process: the names it may use are those of the modules and of the inventory. Throws ConfigError. */
export function openPolicyOf({ policyFile, inventory }: Pick<SharedConfig, 'policyFile' | 'inventory'>): PolicyFile {
  const names = (named: readonly { name: string }[]) => named.map(({ name }) => name);
  return openPolicy(policyFile, { modules: names(MODULES), hosts: names(inventory.hosts) });
}

/** Reads the policy and connects to Redis; throws ConfigError. */
export async function openCommands({ config, warn, directory }: OpenOptions): Promise<Commands> {
  const { redis: endpoint, redisPrefix: prefix, sweepMs, inventory } = config;
  const policyFile = openPolicyOf(config);
  const policy = policyFile.now;
  // BullMQ takes longer to load than a mistyped verb should take to be told.
  const { openEngine } = await import('../jobs/index.ts');
  const engine = openEngine({ endpoint, prefix, sweepMs, warn, totpKey: config.totpKey });
  const hashOf = (script: string) => assembleScript(script).hash;
  return {
    engine,
    execute: createExecute({ engine, inventory, policy, modules: MODULES, hashOf, directory }),
    approvers: ({ plan }) => {
      const verdict = mayApproveAll(policy(), personOfLogin(policy(), ''), approvalsOf(plan));
      return verdict.isAllowed ? [] : verdict.insteadOf;
    },
    groups: () => slackGroupsOf(policy()),
    alertPolicy: () => policy().alerts,
    gatherDigest: () => gatherDigest(engine, MODULES),
    watch: (machine) => watchGovernance({ engine, policyFile, machine, warn }),
    rights: {
      mayDecide: (who, state) => mayDecide(policy(), who, state, directory),
      mayRead: (who) => mayRead(policy(), who, { modules: MODULES, inventory }, directory),
    },
  };
}
