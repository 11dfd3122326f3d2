import { english } from '../../src/language/index.ts';
import type { HostState, RunState, StepState } from '../../src/jobs/index.ts';
import type { Style } from '../../src/terminal/text.ts';

export const PLAIN: Style = { columns: 100, isColour: false, timeZone: 'Europe/Paris', say: english };

export function hostState(host: string, over: Partial<HostState> = {}): HostState {
  return {
    host,
    status: 'pending',
    attempt: 0,
    startedAt: undefined,
    endedAt: undefined,
    progress: undefined,
    changes: [],
    checks: [],
    facts: {},
    tail: [],
    outputBytes: 0,
    exitCode: null,
    reason: '',
    fix: '',
    ...over,
  } as HostState;
}

export function stepState(id: string, over: Partial<StepState> = {}): StepState {
  return {
    id,
    title: 'Install Redis',
    impact: 'disruptive',
    status: 'pending',
    startedAt: undefined,
    endedAt: undefined,
    hosts: [],
    baseline: undefined,
    checks: [],
    reason: '',
    fix: '',
    ...over,
  };
}

export function runState(over: Partial<RunState> = {}): RunState {
  return {
    runId: 'dapod-kivag',
    seq: 7,
    head: 'abcdef0123456789',
    status: 'previewing',
    command: 'deploy redis',
    plan: { title: 'deploy redis', verb: 'deploy', module: 'redis', steps: [], locks: [] },
    planHash: 'hash',
    gate: { approvals: 1, impact: 'disruptive', expiresAfterSeconds: 3600 },
    person: { id: 'ada', name: 'Ada' },
    origin: { via: 'terminal', channel: '' },
    interaction: 'one',
    previewOnly: false,
    requestedAt: '2026-03-01T13:00:00.000Z',
    updatedAt: '2026-03-01T13:00:00.000Z',
    endedAt: undefined,
    attempt: 1,
    decided: [],
    preview: undefined,
    approval: undefined,
    fences: [],
    waitingFor: undefined,
    steps: [],
    cancel: undefined,
    abandon: undefined,
    interruption: undefined,
    ending: undefined,
    ...over,
  };
}

export const ENDED_OK: Partial<RunState> = {
  status: 'ended',
  endedAt: '2026-03-01T13:00:34.000Z',
  ending: { ending: 'ok', reason: '', fix: '' },
};

export const WAITING: Partial<RunState> = {
  status: 'waiting-approval',
  preview: {
    hash: 'p',
    changes: [{ host: 'redis-01', step: 'install', kind: 'package', target: 'redis-server', detail: '7.0.15' }],
    diffs: [],
    troubles: [],
    at: '2026-03-01T13:00:02.000Z',
    attempt: 1,
    locked: false,
  },
  approval: {
    id: 'a1',
    previewHash: 'p',
    changes: [],
    needed: 1,
    expiresAt: '2026-03-01T14:00:02.000Z',
    decision: 'pending',
    given: [],
    deniedBy: undefined,
    reason: '',
  },
};
