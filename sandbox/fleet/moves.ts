import type { Call, Performance, SimulatedHost, World } from './world.ts';

/** Who is primary and since when, once it moved, by the script that makes a member; before, the first deployed is. */
const moves = new WeakMap<World, Map<string, { primary: string; atMs: number }>>();

export function moveTo(world: World, part: string, primary: SimulatedHost): void {
  const own = moves.get(world) ?? new Map<string, { primary: string; atMs: number }>();
  own.set(part, { primary: primary.name, atMs: performance.now() });
  moves.set(world, own);
}

/** The hosts on which `part` was deployed and runs, the primary first. */
export function membersOf({ world }: Pick<Call, 'world'>, part: string): SimulatedHost[] {
  const members = [...world.values()].filter((host) => host.deployed.has(part) && !host.isKilled);
  const primary = moves.get(world)?.get(part)?.primary;
  return [...members.filter((host) => host.name === primary), ...members.filter((host) => host.name !== primary)];
}

/** Milliseconds for which the primary has been one: a minute when it never moved. */
export function primarySinceMs({ world }: Pick<Call, 'world'>, part: string): number {
  const atMs = moves.get(world)?.get(part)?.atMs ?? Number.NEGATIVE_INFINITY;
  return Math.min(60_000, Math.round(performance.now() - atMs));
}

/** Kills the primary's services; the next member takes over. Gives the host; undefined when there is no primary. */
export function killPrimary(world: World, part: string): SimulatedHost | undefined {
  const [primary, next] = membersOf({ world }, part);
  if (primary === undefined) return undefined;
  primary.isKilled = true;
  if (next !== undefined) moveTo(world, part, next);
  return primary;
}

function isApplying(call: Call): boolean {
  return call.mode !== 'check' && call.mode !== 'read';
}

/** What a move says of itself. */
export interface Moving {
  /** The script that makes a member. */
  part: string;
  /** What a module calls its primary. */
  primary: string;
  /** The change's kind: `primary` unless told. */
  kind?: string;
  target: string;
  detail: string;
  ms: number;
  check: string;
  text: string;
}

/** The primary's host gives its role to the next member; any other host has nothing to do. */
export function moved(call: Call, how: Moving): Performance {
  const [primary, next] = membersOf(call, how.part);
  if (primary !== call.host || next === undefined) return { lines: [], exitCode: 0 };
  const change = `::change ${how.kind ?? 'primary'} ${how.target} ${how.detail}`;
  if (!isApplying(call)) return { lines: [change], exitCode: 0 };
  const seconds = `${(how.ms / 1000).toFixed(2)}s`;
  return {
    lines: [
      change,
      how.ms,
      `::fact old-${how.primary} ${primary.address}`,
      `::fact new-${how.primary} ${next.address}`,
      `::check ${how.check} pass ${seconds} ${how.text} ${next.address} (simulated)`,
    ],
    exitCode: 0,
    then: () => moveTo(call.world, how.part, next),
  };
}

/** What a stopped primary's return says. */
export function returned(call: Call, unit: string): Performance {
  const change = `::change service ${unit} started again, should it be stopped then`;
  return { lines: isApplying(call) ? [300] : [change], exitCode: 0 };
}

/** What the markers tell; `checks` in the script's own words. */
export function markersTold(call: Call, checks: readonly string[]): Performance {
  return { lines: isApplying(call) ? checks.map((check) => `::check ${check} (simulated)`) : [], exitCode: 0 };
}

/** Takes this host's part away. */
export function removed(part: string, targets: readonly string[]): (call: Call) => Performance {
  return (call) => {
    if (!call.host.deployed.has(part)) return { lines: [], exitCode: 0 };
    const lines = targets.map((target) => `::change ${target}`);
    return { lines, exitCode: 0, ...(isApplying(call) ? { then: () => void call.host.deployed.delete(part) } : {}) };
  };
}
