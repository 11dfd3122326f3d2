import { sentenceOfChecks } from '../../src/jobs/ask-checks.ts';
import { decide } from '../../src/jobs/decide.ts';
import type { Change, EventBody, Gate, RunEvent } from '../../src/jobs/events.ts';
import type { Standstill } from '../../src/jobs/freeze.ts';
import { haltOf } from '../../src/jobs/halt.ts';
import { reduce, type RunState } from '../../src/jobs/index.ts';
import type { CheckResult } from '../../src/modules/contract.ts';
import { unreachable } from '../../src/ssh/host-errors.ts';
import { changeStep, logOf, planOf, requested } from './runs.ts';

const REDIS = ['redis-01', 'redis-02', 'redis-03'];
const TITLE = 'Make each server a member with Redis and Sentinel';
const CHECKS = 'Ask every member';
/** The run's id. */
export const ID = 'lusab-babad';

const silent = (host: string) =>
  unreachable({ host, address: '10.0.0.123', port: 22, user: 'root' }, { code: 'ECONNREFUSED' });

/** What the world answers to a run; left out: all goes well. */
export interface World {
  gate?: Partial<Gate>;
  previewOnly?: boolean;
  /** Hosts that can't be reached while they are worked on. */
  silent?: readonly string[];
  /** Hosts that can't be asked what would change. */
  unasked?: readonly string[];
  /** What the checks at the end do not pass. */
  open?: readonly CheckResult[];
  /** Seen under the locks alone. */
  surprises?: readonly Change[];
  /** What people do once a run waits for them. */
  then?: readonly EventBody[];
  standstill?: Standstill;
}

/** A file that a step would change. */
export const change = (host: string, target = '/etc/redis/redis.conf'): Change => ({
  ...{ host, step: 'install', kind: 'file', target, detail: 'sha256:abc' },
});

function previewOf(world: World, locked: boolean): EventBody {
  const troubles = (world.unasked ?? []).map((host) => {
    const { message: reason, fix } = silent(host);
    return { host, step: 'install', reason, fix };
  });
  const changes = [...REDIS.map((host) => change(host)), ...(locked ? (world.surprises ?? []) : [])];
  return { ...{ type: 'preview.taken', attempt: 1, locked, hash: locked ? 'b' : 'a' }, changes, diffs: [], troubles };
}

function workedOn(host: string, world: World): EventBody[] {
  const at = { step: 'install', host, attempt: 1 };
  const { message, fix } = silent(host);
  const isSilent = world.silent?.includes(host) === true;
  const ended = isSilent
    ? { outcome: 'unknown' as const, exitCode: null, reason: message, fix }
    : { outcome: 'ok' as const, exitCode: 0, reason: '', fix: '' };
  const printed = { changes: [], tail: [], outputBytes: 0, outputHash: '' };
  return [
    { type: 'host.started', ...at, work: 1 },
    { type: 'host.finished', ...at, ...ended, ...printed },
  ];
}

function askedFor(step: string, open: readonly CheckResult[]): EventBody[] {
  const outcome = open.length === 0 ? ('ok' as const) : ('failed' as const);
  return [
    { type: 'checks.answered', step, results: [...open], hosts: [] },
    { type: 'step.finished', step, outcome, reason: sentenceOfChecks(open), fix: 'See every answer: status redis' },
  ];
}

/** What follows from where a run stands: what the core itself writes, and what the world answers. */
function following(state: RunState, world: World, then: EventBody[]): EventBody[] {
  const next = decide(state, Date.parse(state.requestedAt));
  switch (next.do) {
    case 'append':
      return [next.body];
    case 'preview':
      return [previewOf(world, next.locked)];
    case 'take-locks': {
      const halted = world.standstill === undefined ? undefined : haltOf(state, 'install', world.standstill);
      return halted?.do === 'append'
        ? [halted.body]
        : [{ type: 'locks.taken', fences: [{ lock: 'redis', number: 7 }] }];
    }
    case 'release-locks':
      return [{ type: 'locks.released' }];
    case 'work':
      return next.hosts.flatMap((host) => workedOn(host, world));
    case 'ask-checks':
      return askedFor(next.step, world.open ?? []);
    default:
      return then.splice(0, 1);
  }
}

/** A run as the core itself makes it of what the world answers. */
export function runIn(world: World): { events: RunEvent[]; state: RunState } {
  const { steps, ...rest } = planOf([changeStep('install', REDIS, { title: TITLE })]);
  const plan = { ...rest, steps: steps.map((step) => (step.kind === 'checks' ? { ...step, title: CHECKS } : step)) };
  const first = requested(plan, { approvals: 0, ...world.gate }) as Extract<EventBody, { type: 'run.requested' }>;
  const bodies: EventBody[] = [{ ...first, previewOnly: world.previewOnly === true }];
  const then = [...(world.then ?? [])];
  for (;;) {
    const events = logOf(bodies);
    const state = reduce(ID, events);
    if (state === undefined) throw new Error('The run has no beginning.');
    const more = following(state, world, then);
    if (more.length === 0) return { events, state };
    bodies.push(...more);
  }
}
