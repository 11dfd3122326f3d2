import type { RunEvent } from '../../src/jobs/index.ts';
import { changeStep, OLGA, ANDRE, planOf, requested } from '../helpers/runs.ts';

type Body = RunEvent['body'];

export const RUN = 'lusab-babad';
export const HOSTS = ['redis-01', 'redis-02', 'redis-03'];

const plan = planOf([changeStep('install', HOSTS, { title: 'Install Redis' })]);

/** `deploy redis`, asked for in #ops. */
export function asked(channel = 'C0OPS', via: 'slack' | 'terminal' = 'slack'): Body {
  return { ...requested(plan), origin: { via, channel } } as Body;
}

/** A read: `status redis`. */
export function askedStatus(): Body {
  const base = requested(planOf([], { title: 'status redis', verb: 'status', locks: [] }), {
    approvals: 0,
    impact: 'none',
  });
  return { ...base, origin: { via: 'slack', channel: 'C0OPS' } } as Body;
}

export const CHANGES = HOSTS.flatMap((host) => [
  { host, step: 'install', kind: 'package', target: 'redis-server', detail: '8.0.2' },
  { host, step: 'install', kind: 'file', target: '/etc/redis/redis.conf', detail: 'sha256:abc' },
]);

export const previewed: Body = {
  type: 'preview.taken',
  attempt: 1,
  locked: false,
  hash: 'a1b2c3d4e5f6a7b8',
  changes: CHANGES,
  diffs: [
    { host: 'redis-01', target: '/etc/redis/redis.conf', text: '--- a\n+++ b\n+maxmemory 1gb\n+# <!channel> & co' },
  ],
  troubles: [],
};

export const prompted: Body = {
  type: 'approval.requested',
  approval: `${RUN}-2`,
  previewHash: 'a1b2c3d4e5f6a7b8',
  expiresAt: '2026-01-01T01:00:00.000Z',
};

export const approved: Body = {
  type: 'approval.given',
  approval: `${RUN}-2`,
  person: ANDRE,
  via: 'slack',
  interaction: 'trigger-2',
};

export const locked: Body = { type: 'locks.taken', fences: [{ lock: 'redis', number: 7 }] };

export function stepStarted(step: string): Body {
  return { type: 'step.started', step, attempt: 1 };
}

export function hostStarted(host: string): Body {
  return { type: 'host.started', step: 'install', host, attempt: 1, work: 1 };
}

export function hostProgress(host: string, done: number): Body {
  return { type: 'host.progress', step: 'install', host, attempt: 1, done, total: 9, text: 'Installing packages' };
}

export function hostFinished(host: string, over: Partial<Extract<Body, { type: 'host.finished' }>> = {}): Body {
  const changes = CHANGES.filter((change) => change.host === host);
  const rest = { exitCode: 0, changes, tail: ['done'], outputBytes: 40, outputHash: 'h', reason: '', fix: '' };
  return { type: 'host.finished', step: 'install', host, attempt: 1, outcome: 'ok', ...rest, ...over };
}

export const failedHost = hostFinished('redis-02', {
  outcome: 'failed',
  exitCode: 75,
  changes: [],
  tail: ['Starting redis-server', 'bind: Address already in use <!channel>'],
  reason: 'port 6379 is held by nginx (pid 812)',
  fix: 'Stop nginx on redis-02, then resume.',
});

export function stepFinished(step: string, outcome: 'ok' | 'failed' | 'unknown', reason = '', fix = ''): Body {
  return { type: 'step.finished', step, outcome, reason, fix };
}

export const checked: Body = {
  type: 'checks.answered',
  step: 'checks',
  results: [
    { check: 'one-master', answer: 'pass', value: 'redis-01', text: 'three Sentinels name redis-01' },
    { check: 'replica-lag', answer: 'warn', value: '12 s', text: 'redis-03 is behind' },
  ],
  hosts: HOSTS.map((host) => ({ host, outcome: 'ok', reason: '' })),
};

export const endedOk: Body = { type: 'run.ended', ending: 'ok', reason: '', fix: '' };

export const nothingToDo: Body = { type: 'run.ended', ending: 'ok', reason: 'Nothing to change.', fix: '' };

export const waitingForLock: Body = {
  type: 'locks.waiting',
  lock: 'redis',
  holder: 'run dapod-kivag of Olga',
  since: '2026-01-01T00:00:01.000Z',
};

/** Everything up to the prompt. */
export const WAITING: Body[] = [asked(), previewed, prompted];

/** A deploy that went well, from the request to the end. */
export const WELL: Body[] = [
  ...WAITING,
  approved,
  locked,
  { ...previewed, locked: true },
  stepStarted('install'),
  ...HOSTS.map(hostStarted),
  ...HOSTS.map((host) => hostFinished(host)),
  stepFinished('install', 'ok'),
  stepStarted('checks'),
  checked,
  stepFinished('checks', 'ok'),
  { type: 'locks.released' },
  endedOk,
];

/** One host of three failed. */
export const BROKEN: Body[] = [
  ...WAITING,
  approved,
  locked,
  { ...previewed, locked: true },
  stepStarted('install'),
  ...HOSTS.map(hostStarted),
  hostFinished('redis-01'),
  failedHost,
  hostFinished('redis-03'),
  stepFinished(
    'install',
    'failed',
    'redis-02: port 6379 is held by nginx (pid 812)',
    'Stop nginx on redis-02, then resume.',
  ),
  {
    type: 'run.interrupted',
    reason: 'Install Redis: redis-02: port 6379 is held by nginx (pid 812)',
    fix: 'Stop nginx on redis-02, then resume.',
  },
];

/** A read that was answered. */
export const STATUS: Body[] = [askedStatus(), stepStarted('checks'), checked, stepFinished('checks', 'ok'), endedOk];

export { OLGA, ANDRE };
