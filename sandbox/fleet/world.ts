import { createHash } from 'node:crypto';

/** What one simulated host is like now. */
export interface SimulatedHost {
  name: string;
  address: string;
  /** Modules' parts that were deployed on it: `redis/deploy-server.sh`. */
  deployed: Set<string>;
  /** Its services were killed and stay down. */
  isKilled: boolean;
  isDiskFull: boolean;
  /** A change of its sshd or firewall would lock everybody out, so it takes it back by itself. */
  isLockedOut: boolean;
  /** Multiplies the pauses of its scripts. */
  pace: number;
  /** Another one after each time it came up. */
  bootId: string;
  /** Epoch ms. */
  bootedMs: number;
  /** Once it is down it does not come up again by itself. */
  isStuck: boolean;
}

/** All hosts by name; scripts of one look at the others through it. */
export type World = Map<string, SimulatedHost>;

/** One script run on one host. */
export interface Call {
  world: World;
  host: SimulatedHost;
  /** Path below src/modules. */
  script: string;
  mode: string;
  args: readonly string[];
}

/** What a script prints, line by line, with pauses in between as numbers (ms), and how it ends. */
export interface Performance {
  lines: readonly (string | number)[];
  exitCode: number;
  /** What is different on the host afterwards. */
  then?: () => void;
}

/** A change as scripts announce it. `done`: its detail once it is made, where that can't be known before. */
export type ChangeLine = readonly [kind: string, target: string, detail: string, done?: string];

/** A detail that is the same for the same host and target, as a content hash would be. */
export function contentHash(host: SimulatedHost, target: string): string {
  return `sha256:${createHash('sha256').update(`${host.name} ${target}`).digest('hex')}`;
}

/** What a script does together. */
interface Part {
  text: string;
  changes: readonly ChangeLine[];
}

/** What is left to do where all of it was done before: what was killed is started again. What base starts is never killed. */
function leftToDo({ host, script }: Call, parts: readonly Part[]): Part[] {
  if (!host.isKilled || script.startsWith('base/')) return [];
  const started = parts.flatMap(({ changes }) =>
    changes.flatMap(([kind, target, detail]) =>
      kind === 'service' && ['enabled', 'start'].includes(detail) ? [target] : [],
    ),
  );
  if (started.length === 0) return [];
  const changes = [...new Set(started)].map((target): ChangeLine => ['service', target, 'start']);
  return [{ text: 'what is stopped', changes }];
}

/** A script that makes these changes once: what would change in check mode, the same done in between pauses else. */
export function deployment(call: Call, all: readonly Part[]): Performance {
  const { host, script, mode } = call;
  const label = `simulated fleet: ${host.name} (${host.address}), nothing real is changed`;
  const parts = host.deployed.has(script) ? leftToDo(call, all) : all;
  if (parts.length === 0) return { lines: [label, `::progress ${all.length}/${all.length} done`], exitCode: 0 };
  const isChecking = mode === 'check';
  const lines = parts.flatMap(({ text, changes }, at) => [
    `::progress ${at}/${parts.length} ${text}`,
    ...changes.flatMap(([kind, target, detail, done = detail]) =>
      isChecking
        ? [`::change ${kind} ${target} ${detail}`]
        : [pauseMs(host, target), `::change ${kind} ${target} ${done}`],
    ),
  ]);
  const performance = { lines: [label, ...lines, `::progress ${parts.length}/${parts.length} done`], exitCode: 0 };
  const then = () => {
    host.deployed.add(script);
    if (parts !== all) host.isKilled = false;
  };
  return isChecking ? performance : { ...performance, then };
}

/** Between 100 and 300 ms, the same at every run: a host takes 1 to 3 s for its changes. */
function pauseMs(host: SimulatedHost, target: string): number {
  return 100 + (createHash('sha256').update(`${host.name}${target}`).digest()[0] ?? 0);
}

/** What a status script says, with a fact more that says it is none. */
export function facts(pairs: readonly (readonly [string, string | number])[]): Performance {
  return {
    lines: [['simulated', 'yes'] as const, ...pairs].map(([key, value]) => `::fact ${key} ${value}`),
    exitCode: 0,
  };
}

/** As preflight.sh refuses a disk without room. */
export function full(host: SimulatedHost, path: string): Performance {
  const reason = `Only 12 MiB (0 %) are free for ${path}; 1024 MiB and 5 % are needed (simulated fleet).`;
  const fix = `Free space on the disk of ${host.name}, or give it a larger volume.`;
  return { lines: [`::fact reason ${reason}`, `::fact fix ${fix}`], exitCode: 69 };
}
