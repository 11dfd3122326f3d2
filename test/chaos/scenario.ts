import { ROLL_HOSTS, SLOW_HOST, SPREAD_HOSTS, startsOf, type Pieces, type Shape } from './module.ts';
import { randomOf, type Random } from './random.ts';

/** What can go wrong while a changing step is under way. */
export const FAULT_KINDS = [
  /** SIGKILL of the worker that has the run, and a new one. */
  'kill-worker',
  /** SIGTERM of it, and a new one. */
  'stop-worker',
  /** SIGSTOP of it until another took over; then it goes on as if nothing had happened. */
  'freeze-worker',
  /** Its event loop stands still for longer than its lease lasts, while its sockets go on to take data. */
  'block-worker',
  /** Its lease is deleted: another one takes the run. */
  'take-lease',
  /** The host ends our SSH sessions. */
  'cut',
  /** The connection breaks while the launcher is being sent ... */
  'cut-upload',
  /** ... after the work was started and before the answer is out ... */
  'cut-start',
  /** ... in the middle of a piece of output ... */
  'cut-output',
  /** ... or when the host is about to say how the work ended. */
  'cut-result',
  /** The host's cable is out: no packet, no closed socket. */
  'silence',
  /** The host ends all SSH sessions and takes no new ones, for longer than a worker waits. */
  'refuse',
  /** The host is restarted, and what runs there is gone. */
  'reboot',
  /** SIGKILL of the bot, and a new one. */
  'kill-bot',
  /** SIGKILL of the bot's Redis; it comes back with its files. */
  'kill-redis',
  /** Redis takes commands and does not answer. */
  'redis-away',
  /** Slack answers every call with 500, and there are no sockets. */
  'slack-away',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** It happens after so many hosts have begun their work ... */
  afterStarts: number;
  /** ... and so many ms more. */
  delayMs: number;
  /** The host it happens to, if it is one for hosts. */
  host: string;
  /** How long it lasts, for those that last. */
  forMs: number;
}

/** How the prompt is answered. */
const CLICKED = ['click', 'two-people', 'delivered-twice'] as const;
/** Rarer: what a killed bot was drawing is handed to the next one after some 15 s. */
const BOT_KILLED = ['bot-killed-before', 'bot-killed-after'] as const;
export type Approving = (typeof CLICKED)[number] | (typeof BOT_KILLED)[number];

/** Everything that is decided by the seed of a run. */
export interface Scenario {
  seed: number;
  shape: Shape;
  approving: Approving;
  /** How many; `blind` ones keep a lease for a minute and do not notice that they lost it. */
  workers: number;
  isBlind: boolean;
  /** Each process has another idea of the time, an hour from the next. */
  areClocksApart: boolean;
  faults: Fault[];
  pieces: Pieces;
}

/** `short`: outages of seconds. `long`: of half a minute (Redis) and of minutes (Slack). */
export type Scale = 'short' | 'long';

/** How long a worker's event loop stands still, ms: several leases. */
export const BLOCKED_MS = 1_600;

/** How long each lasts at least and at most, ms. */
const LASTING: Partial<Record<FaultKind, Record<Scale, [number, number]>>> = {
  'freeze-worker': { short: [700, 2_500], long: [700, 2_500] },
  silence: { short: [300, 2_000], long: [300, 2_000] },
  refuse: { short: [3_500, 5_000], long: [3_500, 5_000] },
  'kill-redis': { short: [100, 1_500], long: [100, 1_500] },
  'redis-away': { short: [2_500, 3_500], long: [30_000, 30_000] },
  'slack-away': { short: [3_000, 5_000], long: [60_000, 120_000] },
};

/** Waits for its moment by itself: it is set before the first host begins, or between two. */
export function isTrap(kind: FaultKind): boolean {
  return kind.startsWith('cut-');
}

interface Drawing {
  random: Random;
  shape: Shape;
  scale: Scale;
}

/** The theme's own fault comes early enough to find work under way. */
function faultOf({ random, shape, scale }: Drawing, kind: FaultKind, isFirst: boolean): Fault {
  const [min, max] = LASTING[kind]?.[scale] ?? [0, 0];
  const early = SPREAD_HOSTS.length;
  const afterStarts = isTrap(kind) ? random.whole(0, early) : random.whole(1, isFirst ? early : startsOf(shape));
  // What began last in the rolling step is what is under way.
  const rolling = shape === 'rolling' ? ROLL_HOSTS[afterStarts - SPREAD_HOSTS.length - 1] : undefined;
  const isSlow = shape === 'stopping' && random.oneIn(2);
  const host = rolling ?? (isSlow ? SLOW_HOST : random.pick(SPREAD_HOSTS as [string, ...string[]]));
  const delayMs = isTrap(kind) ? 0 : random.whole(0, 900);
  return { kind, afterStarts, delayMs, host, forMs: random.whole(min, max) };
}

interface Theme {
  first: FaultKind;
  others: [FaultKind, ...FaultKind[]];
  isBlind?: true;
  areClocksApart?: true;
}

/** The seed chooses a theme in turn, so that few seeds meet all of them; the rest is drawn. */
const THEMES: readonly [Theme, ...Theme[]] = [
  { first: 'kill-worker', others: ['kill-worker', 'cut'] },
  { first: 'take-lease', others: ['take-lease', 'freeze-worker', 'block-worker', 'refuse'], isBlind: true },
  { first: 'cut-upload', others: ['cut-start', 'kill-worker'] },
  { first: 'kill-bot', others: ['kill-worker', 'stop-worker'] },
  { first: 'freeze-worker', others: ['kill-redis', 'kill-worker', 'stop-worker'] },
  { first: 'refuse', others: ['silence', 'kill-redis', 'stop-worker', 'kill-worker'] },
  { first: 'reboot', others: ['kill-worker', 'cut-start', 'stop-worker'] },
  { first: 'block-worker', others: ['block-worker', 'cut', 'cut-start'] },
  { first: 'redis-away', others: ['cut', 'kill-worker', 'block-worker'] },
  { first: 'cut-result', others: ['cut-output', 'cut-upload', 'silence'] },
  { first: 'slack-away', others: ['kill-worker', 'cut-output'] },
  { first: 'kill-worker', others: ['take-lease', 'freeze-worker', 'refuse'], areClocksApart: true },
  { first: 'cut', others: ['cut', 'silence', 'kill-redis'] },
];

/** Seed 0 is not drawn: what stops a service goes on behind a broken link while the run puts it right. */
const OVERTAKEN: Scenario = {
  seed: 0,
  shape: 'stopping',
  approving: 'click',
  workers: 2,
  isBlind: false,
  areClocksApart: false,
  faults: [{ kind: 'refuse', afterStarts: 3, delayMs: 300, host: SLOW_HOST, forMs: 4_000 }],
  pieces: { spread: 4, roll: 3, stop: 100 },
};

/** The scenario of a seed: the same one always. */
export function scenarioOf(seed: number, scale: Scale = 'short'): Scenario {
  if (seed === 0) return OVERTAKEN;
  const random = randomOf(seed);
  const { first, others, isBlind = false, areClocksApart = false } = THEMES[seed % THEMES.length] ?? THEMES[0];
  const shape: Shape = random.oneIn(2) ? 'stopping' : 'rolling';
  const kinds = [first, ...Array.from({ length: random.whole(1, 2) }, () => random.pick(others))];
  const approving =
    first === 'kill-bot' ? random.pick(BOT_KILLED) : random.pick<Approving>(random.oneIn(6) ? BOT_KILLED : CLICKED);
  const faults = kinds.map((kind, index) => faultOf({ random, shape, scale }, kind, index === 0));
  faults.sort((one, other) => one.afterStarts - other.afterStarts || one.delayMs - other.delayMs);
  const needsTwo = isBlind || areClocksApart || kinds.includes('freeze-worker') || kinds.includes('block-worker');
  return {
    seed,
    shape,
    approving,
    workers: needsTwo || random.oneIn(3) ? 2 : 1,
    isBlind,
    areClocksApart,
    faults,
    // What stops the service may outlive the time for which a worker waits for its host.
    pieces: { spread: random.whole(4, 12), roll: random.whole(3, 6), stop: random.oneIn(3) ? 60 : random.whole(2, 8) },
  };
}

/** A scenario in one line, for people. */
export function describeScenario({ seed, approving, workers, shape, faults, ...more }: Scenario): string {
  const told = faults.map(({ kind, afterStarts, delayMs }) => `${kind} at host ${afterStarts} +${delayMs} ms`);
  const who = `${workers}${more.isBlind ? ' blind' : ''} worker${workers === 1 ? '' : 's'}`;
  const clocks = more.areClocksApart ? ' with clocks apart' : '';
  return `seed ${seed}: ${shape}, ${who}${clocks}, ${approving}, ${told.join(', ')}`;
}
