import { readFileSync } from 'node:fs';
import { sha256 } from '../../src/canonical.ts';
import type { AssembledScript } from '../../src/modules/index.ts';
import type { ChecksStep, Module, Plan, ScriptStep } from '../../src/modules/contract.ts';

/** Hosts of the step that works everywhere at the same time. */
export const SPREAD_HOSTS = ['redis-01', 'redis-02', 'redis-03', 'haproxy-01', 'haproxy-02'];
/** Hosts of the step that goes from one to the next. */
export const ROLL_HOSTS = ['redis-01', 'redis-02', 'redis-03'];
/** On every host: what began and ended there. */
export const LEDGER = '/var/lib/keybuzz-chaos/ledger';

const PIECE_SECONDS = '0.1';

/** A script of this folder by its name in a plan: `chaos/work.sh`. */
export function assembleChaos(script: string): AssembledScript {
  // From the root, since this file may be part of a bundle.
  const text = readFileSync(new URL(`../../test/${script}`, import.meta.url), 'utf8');
  return { text, hash: sha256(text) };
}

/** A module whose work is only there to be disturbed. */
export const chaos: Module = {
  name: 'chaos',
  number: 0,
  title: 'Chaos',
  requires: [],
  verbs: ['deploy'],
  locks: ['chaos'],
  credentials: [{ name: 'CHAOS_SECRET', bytes: 16, files: [] }],
  checks: [{ id: 'answers', title: 'Every host answers', criterion: 'all of them', source: 'this test' }],
  hosts: (inventory) => inventory.hosts.filter(({ name }) => SPREAD_HOSTS.includes(name)),
  plan: () => [],
  probes: () =>
    SPREAD_HOSTS.map((host) => ({ host, script: 'chaos/status.sh', args: [], secrets: [], timeoutSeconds: 10 })),
  assess: (_inventory, answers) => {
    const silent = answers.filter(({ outcome }) => outcome !== 'ok').map(({ host }) => host);
    const answer = silent.length === 0 ? 'pass' : 'unknown';
    return [{ check: 'answers', answer, value: `${answers.length - silent.length}`, text: silent.join(', ') }];
  },
};

function step(id: string, hosts: readonly string[], extra: Partial<ScriptStep> & { args: string[] }): ScriptStep {
  const { args, ...rest } = extra;
  return {
    kind: 'script',
    id,
    title: `Do ${id}`,
    impact: 'disruptive',
    mode: 'change',
    script: 'chaos/work.sh',
    scriptHash: assembleChaos('chaos/work.sh').hash,
    order: 'together',
    work: hosts.map((host) => ({ host, args })),
    secrets: ['CHAOS_SECRET'],
    timeoutSeconds: 60,
    gateSeconds: 0,
    ...rest,
  };
}

const CHECKS: ChecksStep = {
  kind: 'checks',
  id: 'checks',
  title: 'Ask every host',
  impact: 'none',
  must: ['answers'],
  deadlineSeconds: 20,
};

/** `rolling`: work everywhere, then from host to host. `stopping`: the first stops a service that the last always starts. */
export const SHAPES = ['rolling', 'stopping'] as const;
export type Shape = (typeof SHAPES)[number];

/** The host whose service may take long to stop. */
export const SLOW_HOST = 'redis-01';

/** Of the other hosts. */
const STOP_PIECES_MAX = 6;

/** How much is to be done, in pieces of 100 ms a host. */
export interface Pieces {
  spread: number;
  roll: number;
  stop: number;
}

/** Hosts that begin work in a plan of this shape, all steps together. */
export function startsOf(shape: Shape): number {
  const rolling = ROLL_HOSTS.length;
  return SPREAD_HOSTS.length + (shape === 'rolling' ? rolling : 2 * rolling);
}

/**
 * A plan of short work. `token` is the run's own: it names the marks on the hosts. `lock` must be no other lane's, since
 * hosts remember the newest fence of each lock; the service to stop is called after it.
 */
export function planOfChaos(token: string, lock: string, { shape, pieces }: { shape: Shape; pieces: Pieces }): Plan {
  const args = (id: string, count: number) => [token, id, String(count), PIECE_SECONDS];
  const spread = step('spread', SPREAD_HOSTS, { args: args('spread', pieces.spread) });
  const roll = step('roll', ROLL_HOSTS, { args: args('roll', pieces.roll), order: 'one-by-one', gateSeconds: 20 });
  const stopping = (count: number) => [...args('stop', count), serviceOf(lock), 'stop'];
  const stop = step('stop', ROLL_HOSTS, { args: stopping(Math.min(pieces.stop, STOP_PIECES_MAX)) });
  // One host takes as long as it takes: its step, and what puts things right, may come before its end.
  stop.work = stop.work.map((work) => (work.host === SLOW_HOST ? { ...work, args: stopping(pieces.stop) } : work));
  const start = step('start', ROLL_HOSTS, { args: [...args('start', 1), serviceOf(lock), 'start'], always: true });
  const steps = shape === 'rolling' ? [spread, roll, CHECKS] : [stop, spread, start, CHECKS];
  return { title: 'deploy chaos', verb: 'deploy', module: 'chaos', steps, locks: [lock] };
}

/** The service that a lane's runs stop and start. */
export function serviceOf(lock: string): string {
  return `keybuzz-${lock}`;
}
