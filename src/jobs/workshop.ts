import { sha256 } from '../canonical.ts';
import { ConfigError, DefectError } from '../errors.ts';
import type { Hetzner } from '../hetzner/index.ts';
import { hostNamed, type Inventory } from '../inventory.ts';
import type { Module, ScriptStep } from '../modules/contract.ts';
import { createRedact, type Redact, type Secret } from '../secret.ts';
import type { AssembledScript, SshPool, SshTarget } from '../ssh/index.ts';
import type { Credentials } from './credentials.ts';
import type { Standstill } from './freeze.ts';
import { keysOf } from './keys.ts';
import type { LogStore } from './log.ts';
import type { Locks } from './locks.ts';
import type { Queues } from './queues.ts';
import { answered } from './redis.ts';

/** Everything a worker works with. */
export interface Workshop {
  store: LogStore;
  queues: Queues;
  locks: Locks;
  pool: SshPool;
  inventory: Inventory;
  modules: readonly Module[];
  assemble: (script: string) => AssembledScript;
  credentials: Credentials;
  /** Undefined: the worker has no token. */
  hetzner?: Hetzner | undefined;
  knownHostsFile: string;
  sshPort: number;
  /** This process, in leases. */
  worker: string;
  leaseMs: number;
  /** A host that can't be reached for so long makes its work `unknown`. */
  unreachableMs: number;
  /** Why nothing that changes anything may begin now; undefined: it may. */
  standstill: () => Promise<Standstill | undefined>;
  /** Told of each run that ended; left out: nobody is. */
  ended?: ((runId: string) => Promise<void>) | undefined;
  warn: (what: string, error: unknown) => void;
}

/** The project that the worker has a token of. Throws ConfigError when it has none. */
export function projectOf({ hetzner }: Pick<Workshop, 'hetzner'>): Hetzner {
  if (hetzner !== undefined) return hetzner;
  throw new ConfigError('The worker has no token of the Hetzner Cloud project.', {
    code: 'KEYBUZZ_HETZNER_TOKEN_MISSING',
    fix: "Make a token that may read and write (Hetzner Console, the project, Security, API tokens), set HCLOUD_TOKEN in the worker's environment and restart it.",
  });
}

/** At most so many hosts of one run are worked on at the same time. */
export const HOSTS_AT_ONCE = 52;

/** Bytes of one host's output that are kept beside the log. */
export const OUTPUT_BYTES_MAX = 256 * 1024;

/** Where to reach a host of the inventory. */
export function targetOf(workshop: Workshop, name: string): SshTarget {
  const host = hostNamed(workshop.inventory, name);
  if (host === undefined) {
    throw new ConfigError(`Host ${name} is not in ${workshop.inventory.file}.`, {
      code: 'KEYBUZZ_HOST_UNKNOWN',
      fix: 'The plan was made with another inventory: start the command again.',
    });
  }
  return { host: name, address: host.privateIp, port: workshop.sshPort, user: host.user };
}

/** The module of a plan; its name was checked when the plan was made. */
export function moduleOf(workshop: Workshop, name: string): Module {
  const module = workshop.modules.find((one) => one.name === name);
  if (module !== undefined) return module;
  throw new DefectError(`There is no module ${name}.`, {
    code: 'KEYBUZZ_MODULE_UNKNOWN',
    fix: 'The bot that planned this run knows other modules than this worker: update both.',
  });
}

/** What a script step needs on every host: its text, its secrets by name, and a redactor over all of the module's. */
export interface Material {
  script: AssembledScript;
  secrets: Secret[];
  redact: Redact;
}

/** Longer than any run waits for people: a run that was previewed by one version can be finished by the next. */
const SCRIPT_MEMORY_SECONDS = 90 * 24 * 3600;

/** How long a script that this process has kept counts as kept: far below its memory. */
const KEPT_AGAIN_MS = 24 * 3_600_000;

/** When this process last kept a script, by store and hash: once a day, not once per host and step. */
const keptMs = new WeakMap<LogStore, Map<string, number>>();

async function keep(store: LogStore, script: AssembledScript): Promise<void> {
  const known = keptMs.get(store) ?? new Map<string, number>();
  keptMs.set(store, known);
  const now = store.clock.nowMs();
  if (now - (known.get(script.hash) ?? -Infinity) < KEPT_AGAIN_MS) return;
  await answered(store.redis.set(keysOf(store.prefix).script(script.hash), script.text, 'EX', SCRIPT_MEMORY_SECONDS));
  known.set(script.hash, now);
}

/**
 * The very text that was planned: ours, kept for whoever goes on with the run, or the one a worker of another version
 * kept. Throws ConfigError when nobody did.
 */
export async function plannedScript(
  { assemble, store }: Workshop,
  step: Pick<ScriptStep, 'script' | 'scriptHash'>,
): Promise<AssembledScript> {
  const ours = assemble(step.script);
  if (ours.hash === step.scriptHash) {
    await keep(store, ours);
    return ours;
  }
  const kept = await answered(store.redis.get(keysOf(store.prefix).script(step.scriptHash)));
  if (kept !== null && sha256(kept) === step.scriptHash) return { text: kept, hash: step.scriptHash };
  throw new ConfigError(`The script ${step.script} changed after the plan was made.`, {
    code: 'KEYBUZZ_PLAN_OUTDATED',
    fix: 'Start the command again, so that what runs is what was shown.',
  });
}

/**
 * Loads a step's material. Throws ConfigError when the script is no longer the one that was planned, or a credential is
 * missing; with `generate` missing credentials are made.
 */
export async function loadMaterial(
  workshop: Workshop,
  moduleName: string,
  step: Pick<ScriptStep, 'script' | 'scriptHash' | 'secrets'>,
  generate: boolean,
): Promise<Material> {
  const module = moduleOf(workshop, moduleName);
  const script = await plannedScript(workshop, step);
  const known = await workshop.credentials.load(module.name, module.credentials, generate);
  const secrets = step.secrets.map((name) => {
    const secret = known.get(name);
    if (secret !== undefined) return secret;
    throw new ConfigError(`The credentials of ${module.name} have no ${name}.`, {
      code: 'KEYBUZZ_CREDENTIAL_MISSING',
      fix: `Deploy the module, which makes it, or write ${name}=... into ${module.name}.env (mode 0600) to import it.`,
    });
  });
  return { script, secrets, redact: createRedact(known.values()) };
}
