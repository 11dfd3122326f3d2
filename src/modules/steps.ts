import { ConfigError } from '../errors.ts';
import { select, type Host, type Inventory } from '../inventory.ts';
import type { ChecksStep, Module, OfferedVerb, ScriptHash, ScriptStep, Step } from './contract.ts';

type Given = Pick<ScriptStep, 'id' | 'title' | 'script' | 'work' | 'secrets' | 'timeoutSeconds'>;

/** A script step: a disruptive change on all of its hosts together, unless it says otherwise. */
export function scriptStep(hashOf: ScriptHash, step: Given & Partial<ScriptStep>): ScriptStep {
  return {
    kind: 'script',
    mode: 'change',
    impact: 'disruptive',
    order: 'together',
    gateSeconds: 0,
    scriptHash: hashOf(step.script),
    ...step,
  };
}

/** Asks the checks until those of `must` pass or the deadline (s from then; 0: ask once) is over. */
export function checksStep(id: string, title: string, must: readonly string[], deadlineSeconds: number): ChecksStep {
  return { kind: 'checks', id, title, impact: 'none', must: [...must], deadlineSeconds };
}

/** The orchestrator, which writes markers while a primary moves; undefined when the inventory has none. */
export function witnessOf(inventory: Inventory): Host | undefined {
  return select(inventory, { role: 'orchestrator' })[0];
}

/** The orchestrator. Throws ConfigError when the inventory has none. */
export function findWitness(module: string, inventory: Inventory): Host {
  const witness = witnessOf(inventory);
  if (witness !== undefined) return witness;
  throw new ConfigError(`The module ${module} needs 1 host with role orchestrator to write markers from (it has 0).`, {
    code: 'KEYBUZZ_ROLES_MISSING',
    fix: `Correct ROLE in ${inventory.file}.`,
  });
}

/** A planned switchover, and the primary killed without warning. */
export type Move = 'failover' | 'drill';

/** What a module's move of its primary, or of one of its equals, is made of. Its scripts have the same names in every module. */
export interface MoveParts {
  module: string;
  move: Move;
  hashOf: ScriptHash;
  /** The checks that must pass before a move, and again after it. */
  must: readonly string[];
  /** On every server; only the one that the approved preview shows (the primary, or the one chosen) is worked on. */
  servers: ScriptStep['work'];
  /** Also a failover stops a node, so `return` must start it again whatever happens; a drill always does. */
  alwaysReturns?: boolean;
  /** Name of the host that writes markers. */
  witness: string;
  /** What the marker's scripts are told of the cluster, and `name=address` of each entry they write through. */
  cluster: readonly string[];
  entries: readonly string[];
  /** Seconds without an acknowledged write that are good. */
  outageSeconds: number;
  /** How long the move itself and the return may take, s; left out: 120 and 180. */
  limits?: { move: number; back: number };
  secrets: { move: string[]; back: string[]; markers: string[] };
  titles: { markers: string; move: string; back: string };
}

/** What the steps of the markers are made of. */
export type MarkerParts = Pick<MoveParts, 'module' | 'hashOf' | 'witness' | 'cluster' | 'entries' | 'outageSeconds'> & {
  secrets: Pick<MoveParts['secrets'], 'markers'>;
  titles: Pick<MoveParts['titles'], 'markers'>;
};

/** Begin to write markers, end them (whatever happened) and tell what it cost, and judge it. */
export function markerSteps(parts: MarkerParts): Record<'start' | 'stop' | 'verdict', ScriptStep> {
  const { module, hashOf, witness: host, cluster, entries, secrets } = parts;
  return {
    start: scriptStep(hashOf, {
      id: 'marker-start',
      title: parts.titles.markers,
      impact: 'safe',
      script: `${module}/marker-start.sh`,
      work: [{ host, args: [...cluster, ...entries] }],
      secrets: secrets.markers,
      timeoutSeconds: 60,
    }),
    stop: scriptStep(hashOf, {
      id: 'marker-stop',
      title: 'End the markers, and tell what it cost',
      impact: 'safe',
      script: `${module}/marker-stop.sh`,
      work: [{ host, args: [...cluster, String(parts.outageSeconds), ...entries] }],
      secrets: secrets.markers,
      timeoutSeconds: 120,
      always: true,
    }),
    verdict: scriptStep(hashOf, {
      id: 'verdict',
      title: 'Judge what it cost',
      impact: 'none',
      mode: 'read',
      script: `${module}/marker-verdict.sh`,
      work: [{ host, args: [] }],
      secrets: [],
      timeoutSeconds: 20,
    }),
  };
}

/** Ask, write markers, move, start again what was stopped (whatever happened), ask again, tell what it cost. */
export function moveSteps(parts: MoveParts): (ScriptStep | ChecksStep)[] {
  const { module, move, hashOf, must, servers: work, secrets, titles, limits = { move: 120, back: 180 } } = parts;
  const markers = markerSteps(parts);
  const back = scriptStep(hashOf, {
    id: 'return',
    title: titles.back,
    script: `${module}/return-server.sh`,
    work,
    secrets: secrets.back,
    timeoutSeconds: limits.back,
    always: true,
  });
  return [
    checksStep('before', 'Ask whether the cluster can bear it', must, 0),
    markers.start,
    scriptStep(hashOf, {
      id: move === 'drill' ? 'kill' : 'switch',
      title: titles.move,
      script: `${module}/${move}-server.sh`,
      work,
      secrets: secrets.move,
      timeoutSeconds: limits.move,
      onlyChanged: true,
    }),
    ...(move === 'drill' || parts.alwaysReturns === true ? [back] : []),
    checksStep('after', 'Ask every member, until it is whole again', must, 120),
    markers.stop,
    markers.verdict,
  ];
}

/** The steps of a verb that the module offers. Throws ConfigError when the inventory lacks roles it needs. */
export function stepsOf(module: Module, verb: OfferedVerb, inventory: Inventory, hashOf: ScriptHash): Step[] {
  if (verb !== 'migrate') return module.plan({ verb, inventory }, hashOf);
  return module.migration?.(inventory, hashOf) ?? [];
}
