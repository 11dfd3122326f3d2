import { z } from 'zod';
import type { Host, Inventory } from '../inventory.ts';
import type { CheckResult, CheckSpec, HostAnswer } from './answers.ts';
import { CloudWork, type CloudDesire } from './cloud.ts';

/** What a step may break, from nothing to data. Order matters, see `impactAtLeast`. */
export const IMPACTS = ['none', 'safe', 'disruptive', 'destructive'] as const;
export const Impact = z.enum(IMPACTS);
export type Impact = z.infer<typeof Impact>;

/** What means the same for every module. A module lists those it offers. */
export const VERBS = ['status', 'plan', 'deploy', 'failover', 'drill', 'test', 'remove'] as const;
export const Verb = z.enum(VERBS);
export type Verb = z.infer<typeof Verb>;

/** With `migrate`, away from a part that has no future: from what to what is the affair of the few modules that offer it. */
export type OfferedVerb = Verb | 'migrate';

/** One host's share of a step: its positional arguments, never secrets. */
export const HostWork = z.object({ host: z.string(), args: z.array(z.string()) });
export type HostWork = z.infer<typeof HostWork>;

const stepBase = {
  /** Unique in its plan, stable over versions: names the directory on the host. `[a-z0-9-]+`. */
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  /** An imperative for people: "Install Redis and Sentinel". */
  title: z.string(),
  impact: Impact,
};

/** A script on some hosts. `change` runs detached on the host and survives us; `read` runs on a channel. */
export const ScriptStep = z.object({
  ...stepBase,
  kind: z.literal('script'),
  mode: z.enum(['read', 'change']),
  /** Path below src/modules: `redis/deploy-server.sh`. */
  script: z.string(),
  /** SHA-256 (hex) of the assembled script text, so that the plan's hash covers what will run. */
  scriptHash: z.string(),
  /** `first-then-rest`: the first host proves, then the others together. `one-by-one`: a quorum's members. */
  order: z.enum(['together', 'one-by-one', 'first-then-rest']),
  work: z.array(HostWork),
  /** Names of the module's credentials this script is given; nothing else reaches the host. */
  secrets: z.array(z.string()),
  timeoutSeconds: z.number().int().positive(),
  /**
   * Compensation: also runs when an earlier step failed, its outcome is unknown, or the run was cancelled, before the run
   * lets go of its locks. It must be harmless when there is nothing to put right.
   */
  always: z.boolean().optional(),
  /** Leave out hosts for which the approved preview shows no change: nobody else becomes the target meanwhile. */
  onlyChanged: z.boolean().optional(),
  /**
   * Before the next host starts, every check that passed before this step must pass again within so many seconds
   * (0: no such gate). `unknown` does not pass.
   */
  gateSeconds: z.number().int().nonnegative(),
  /**
   * For what could lock us out: once the script has succeeded on a host, this one is run there over a connection that is
   * opened for it, and the host is done only when it succeeded too. The script's host takes back what nobody confirms.
   * It gets no secrets and no arguments.
   */
  confirm: z
    .object({
      script: z.string(),
      scriptHash: z.string(),
      /** How long to try to reach the host: longer than the host waits before it takes the changes back. */
      timeoutSeconds: z.number().int().positive(),
    })
    .optional(),
});
export type ScriptStep = z.infer<typeof ScriptStep>;

/** Ask the module's checks until those named in `must` pass, or the deadline is over (0: ask once). */
export const ChecksStep = z.object({
  ...stepBase,
  kind: z.literal('checks'),
  /** Check ids; empty: nothing must pass, the answers are the result (status). */
  must: z.array(z.string()),
  deadlineSeconds: z.number().int().nonnegative(),
  /** The module whose checks are asked; left out: the step's own. */
  of: z.string().optional(),
  /** Names of the hosts that are asked and judged alone; left out: all of the module. */
  hosts: z.array(z.string()).optional(),
  /** Id of an earlier step of the same question: what passed then must pass again. */
  asBefore: z.string().optional(),
  /** Asked before its stage is previewed: where nothing was changed yet, a run that does not meet it is refused. */
  isRequirement: z.boolean().optional(),
});
export type ChecksStep = z.infer<typeof ChecksStep>;

/** Learn a host's SSH key and pin it in known_hosts; the preview shows the fingerprint that gets approved. */
export const EnrollStep = z.object({ ...stepBase, kind: z.literal('enroll'), host: z.string() });
export type EnrollStep = z.infer<typeof EnrollStep>;

/** Take a lock away from whoever holds it, shown by the preview; that run must take its locks again before it goes on. */
export const StealStep = z.object({ ...stepBase, kind: z.literal('steal'), lock: z.string() });
export type StealStep = z.infer<typeof StealStep>;

/** Tell what only the worker knows: the files of credentials, and when each primary was last moved with success. */
export const EvidenceStep = z.object({ ...stepBase, kind: z.literal('evidence') });
export type EvidenceStep = z.infer<typeof EvidenceStep>;

/**
 * Changes at Hetzner, made by the worker through the API: one load balancer or zone each stands where a host would. What is
 * done is the difference between desired and actual at that moment, and only what the approved preview showed.
 */
export const HetznerStep = z.object({
  ...stepBase,
  kind: z.literal('hetzner'),
  work: z.array(CloudWork),
  /** How long one load balancer may take without getting any nearer to what it is to be. */
  timeoutSeconds: z.number().int().positive(),
  /** Compensation, as for a script. */
  always: z.boolean().optional(),
});
export type HetznerStep = z.infer<typeof HetznerStep>;

export const Step = z.discriminatedUnion('kind', [
  ScriptStep,
  ChecksStep,
  EnrollStep,
  StealStep,
  EvidenceStep,
  HetznerStep,
]);
export type Step = z.infer<typeof Step>;

/** One module's share of a plan that has several: its steps follow each other, and its locks are held for them alone. */
export const Stage = z.object({
  /** Module name; empty for what belongs to none. */
  module: z.string(),
  title: z.string(),
  /** Modules that must be valid before this one. */
  requires: z.array(z.string()),
  /** Ids of the checks that modules which require this one demand. */
  demanded: z.array(z.string()),
  /** Ids of its steps. */
  steps: z.array(z.string()),
  locks: z.array(z.string()),
});
export type Stage = z.infer<typeof Stage>;

/** The ordered steps a command would take: pure data, made from command, module and inventory. */
export const Plan = z.object({
  /** `deploy redis`, as a person would say it. */
  title: z.string(),
  verb: z.string(),
  /** Module name; empty for commands that belong to none (enroll). */
  module: z.string(),
  steps: z.array(Step),
  /** Names of the locks the run takes before its first change: the cluster and shared parts, sorted. */
  locks: z.array(z.string()),
  /** The modules of a plan that has several, in their order; every step belongs to one. Left out: a single one. */
  stages: z.array(Stage).optional(),
  /** Somebody wants it though what it requires may not be valid: asked and shown all the same, and always approved. */
  override: z.object({ reason: z.string() }).optional(),
});
export type Plan = z.infer<typeof Plan>;

export { Answer, ANSWERS, CheckResult, type CheckSpec, type HostAnswer } from './answers.ts';

/** A read that `assess` needs: one status script on one host. */
export interface Probe {
  host: string;
  script: string;
  args: string[];
  secrets: string[];
  timeoutSeconds: number;
}

/** One credential of `<module>.env` (of that of module `of`); made by the worker when missing: random bytes in hex. */
export interface CredentialSpec {
  name: string;
  of?: string;
  bytes: number;
  /** Files on hosts that hold it afterwards, each 0640 or stricter: the only places a canary may be found. */
  files: string[];
}

/** What a person asked of a module, beyond the verb. */
export interface PlanRequest {
  verb: Verb;
  inventory: Inventory;
  /** Also take away what is there and not ours; only for modules that say `prunes`. */
  prune?: boolean;
}

/** How another member becomes primary when the host of the old one is lost and turned off. */
export interface Promotion {
  /** Where the lost host's services took connections: nobody may there once it is off. */
  ports: number[];
  /** Promote the best of the others, and prove that the entries take writes. */
  steps: Step[];
}

/** Assembled script text of a path below src/modules, and its hash: given to `plan` so that it stays pure. */
export type ScriptHash = (script: string) => string;

/** A module: data and pure functions. Adding one is a folder and one line in index.ts. */
export interface Module {
  name: string;
  /** Its number in the platform's list. */
  number: number;
  title: string;
  /** Modules that must be valid before this one. */
  requires: readonly string[];
  /** Ids of the checks that modules which require this one demand; left out: all. */
  demanded?: readonly string[];
  /** Each of its checks judges every host for itself, so that it can be asked of some hosts alone. */
  isPerHost?: boolean;
  verbs: readonly OfferedVerb[];
  /** Names of locks: the module's cluster and the parts it shares. */
  locks: readonly string[];
  credentials: readonly CredentialSpec[];
  checks: readonly CheckSpec[];
  /** Every host the module touches. Throws ConfigError when the inventory lacks roles it needs. */
  hosts(inventory: Inventory): Host[];
  /** The steps of a verb; the caller hashes them. Throws ConfigError like `hosts`. */
  plan(request: PlanRequest, hashOf: ScriptHash): Step[];
  /** The steps of `migrate`, when the module offers it: from a part that has no future to its successor. */
  migration?: (inventory: Inventory, hashOf: ScriptHash) => Step[];
  /**
   * What follows once the host called `lost` is off, when the module has a primary that can be promoted so. Undefined: that
   * host can't hold its primary. Throws ConfigError like `hosts`.
   */
  promotion?: (inventory: Inventory, lost: string, hashOf: ScriptHash) => Promotion | undefined;
  probes(inventory: Inventory): Probe[];
  /** What of it lives at Hetzner: the worker compares it with what is there, told as the answer of `hetzner`. */
  cloud?(inventory: Inventory): CloudDesire;
  /** True: its deploy knows things that are not ours, and takes them away when it is told to. */
  prunes?: true;
  /** Gives exactly one result per check of `checks`, in that order; hosts that said nothing make it `unknown`. */
  assess(inventory: Inventory, answers: readonly HostAnswer[]): CheckResult[];
}

/** True when `impact` is at least as grave as `bound`. */
export function impactAtLeast(impact: Impact, bound: Impact): boolean {
  return IMPACTS.indexOf(impact) >= IMPACTS.indexOf(bound);
}

/** The gravest impact of the steps; `none` for no steps. */
export function gravestImpact(steps: readonly Pick<Step, 'impact'>[]): Impact {
  return steps.reduce<Impact>((worst, step) => (impactAtLeast(step.impact, worst) ? step.impact : worst), 'none');
}

/** True for a step that changes something: only plans with such a step have a preview, an approval and locks. */
export function isChange(step: Step): boolean {
  return step.kind === 'script' ? step.mode === 'change' : step.kind !== 'checks' && step.kind !== 'evidence';
}
