import { join } from 'node:path';
import { CommandError, RefusedError } from '../../src/errors.ts';
import { parsePolicy, type Policy } from '../../src/commands/policy-schema.ts';
import { loadInventory, select } from '../../src/inventory.ts';
import type { Decision, Engine, LockInfo, StartRequest } from '../../src/jobs/engine.ts';
import { newSubject, type SubjectState } from '../../src/jobs/alert-state.ts';
import type { RunEvent } from '../../src/jobs/events.ts';
import { notFrozen } from '../../src/jobs/freeze.ts';
import { applyEvent } from '../../src/jobs/reduce.ts';
import type { RunState } from '../../src/jobs/state.ts';
import type { Module, Step } from '../../src/modules/contract.ts';

export const inventory = loadInventory(join(import.meta.dirname, '..', '..', 'inventory', 'servers.tsv'));

/** Says which script was asked for, so that a test sees it in the plan. */
export const hashOf = (script: string) => `hash of ${script}`;

function module(name: string, number: number, stack: string): Module {
  const hosts: Module['hosts'] = (of) => select(of, { stack });
  return {
    ...{ name, number, title: `The ${name} module`, requires: [], verbs: ['status', 'plan', 'deploy'] },
    ...{ locks: [name, 'haproxy', name], credentials: [], hosts, probes: () => [], assess: () => [] },
    checks: [{ id: 'alive', title: 'It answers', criterion: 'PING gives PONG', source: 'the tests' }],
    plan: ({ verb, inventory: of }, hash): Step[] => [
      {
        ...{ kind: 'script', id: 'install', title: `Install ${name}`, impact: 'disruptive', mode: 'change' },
        ...{ script: `${name}/${verb}.sh`, scriptHash: hash(`${name}/${verb}.sh`), order: 'one-by-one' },
        work: hosts(of).map((host) => ({ host: host.name, args: [] })),
        ...{ secrets: [], timeoutSeconds: 60, gateSeconds: 0 },
      },
    ],
  };
}

export const redis: Module = {
  ...module('redis', 4, 'redis-sentinel'),
  verbs: ['status', 'plan', 'deploy', 'failover', 'drill', 'test', 'remove'],
};
export const postgresql = module('postgresql', 3, 'patroni-node');
export const modules = [postgresql, redis];
export const known = { modules: modules.map(({ name }) => name), hosts: inventory.hosts.map(({ name }) => name) };

export const POLICY = `
roles:
  admin: {}
  operator: { summary: daily work }
  reader: {}
people:
  olga: { name: Olga Petit, slack: [U0OLGA], logins: [olga], roles: [operator] }
  andre: { name: André Roy, slack: [U0ANDRE], logins: [andre], roles: [operator, admin] }
  ada: { name: Ada Blanc, slack: [U0ADA], roles: [admin] }
  rita: { name: Rita Brun, slack: [U0RITA], roles: [reader] }
  rob: { name: Rob Noir, slack: [U0ROB] }
rules:
  - { who: [reader, operator, admin], verbs: [status, inventory, plan, runs, show, logs, locks] }
  - { who: [operator], verbs: [deploy, test, failover, lock, unlock], modules: [redis] }
  - { who: [admin], verbs: [deploy, enroll, drill, steal, lock] }
  - { who: [rob], verbs: [status, enroll, deploy], modules: [redis], hosts: [redis-*] }
approvals:
  disruptive: { approvals: 1, by: [admin, olga], expiresAfter: 30m }
  destructive: { approvals: 2, by: [admin] }
  overrides:
    - { impact: disruptive, modules: [postgresql], approvals: 2, by: [admin] }
`;

export const policy: Policy = parsePolicy(POLICY, 'policy.yaml', known);

/** An engine in memory: one interface of our own, without Redis, for what commands/ asks of it. */
export interface FakeEngine extends Engine {
  started: StartRequest[];
  decisions: { what: string; decision: Decision & { reason?: string } }[];
}

const IDS = ['lusab-babad', 'gutih-tugad', 'mabif-hivob', 'kivop-zarun'];

/** What commands/ asks of alerts: nothing is open, and a silence holds. */
function fakeAlerts(): Engine['alerts'] {
  const subjects = new Map<string, SubjectState>();
  const unasked = () => {
    throw new Error('commands/ does not use this');
  };
  const of = (name: string) => subjects.get(name) ?? newSubject(name);
  return {
    open: () => Promise.resolve([...subjects.values()]),
    subject: (name) => Promise.resolve(of(name)),
    ...{ alert: unasked, events: unasked, tick: unasked, consume: unasked },
    tell: () => Promise.resolve(),
    forget: () => Promise.resolve(),
    acknowledge: (name) =>
      Promise.reject(new CommandError(`Nothing alerts under ${name}.`, { code: 'KEYBUZZ_ALERT_UNKNOWN', fix: '' })),
    silence(name, { person, seconds, reason, mayBeQuiet }) {
      if (!mayBeQuiet) return Promise.reject(new CommandError('No.', { code: 'KEYBUZZ_ALERT_UNKNOWN', fix: '' }));
      const [at, until] = [0, seconds * 1000].map((ms) => new Date(ms).toISOString());
      const subject = { ...of(name), silence: { person, at: at ?? '', until: until ?? '', reason } };
      subjects.set(name, subject);
      return Promise.resolve(subject);
    },
    unsilence(name) {
      subjects.delete(name);
      return Promise.resolve(newSubject(name));
    },
    snapshots: () => Promise.resolve([]),
    monitored: () => Promise.resolve([{ module: 'redis', everyMs: 30_000 }]),
    posts: { load: unasked, save: unasked, claim: unasked },
  };
}

export function fakeEngine(): FakeEngine {
  const logs = new Map<string, RunEvent[]>();
  const started: StartRequest[] = [];
  const decisions: FakeEngine['decisions'] = [];

  function stateOf(runId: string): RunState {
    const events = logs.get(runId);
    const state = events?.reduce<RunState | undefined>((so, event) => applyEvent(runId, so, event), undefined);
    if (state !== undefined) return state;
    throw new CommandError(`There is no run ${runId}.`, { code: 'KEYBUZZ_NO_RUN', fix: '' });
  }

  const decide = (what: string) => (decision: Decision & { reason?: string }) => {
    const state = stateOf(decision.runId);
    if ((what === 'approve' || what === 'deny') && state.person.id === decision.person.id) {
      throw new RefusedError('The requester does not count.', { code: 'KEYBUZZ_OWN_RUN', fix: '' });
    }
    decisions.push({ what, decision });
    return Promise.resolve(state);
  };
  const held = new Map<string, LockInfo>();
  const unused = () => {
    throw new Error('commands/ does not use this');
  };

  return {
    started,
    decisions,
    startRun(request) {
      const known_ = started.findIndex(({ interaction }) => interaction === request.interaction);
      if (known_ >= 0) return Promise.resolve({ state: stateOf(IDS[known_] ?? ''), duplicate: true });
      started.push(request);
      const runId = IDS[started.length - 1] ?? '';
      const body = { type: 'run.requested' as const, ...request };
      logs.set(runId, [{ seq: 1, at: '2026-01-01T00:00:00.000Z', previous: '', hash: 'h1', body }]);
      return Promise.resolve({ state: stateOf(runId), duplicate: false });
    },
    approve: decide('approve'),
    deny: decide('deny'),
    cancel: decide('cancel'),
    resume: decide('resume'),
    abandon: decide('abandon'),
    review: decide('review'),
    unreviewed: () => Promise.resolve([]),
    totp: {
      check: () => Promise.resolve(),
      enrol: () => Promise.resolve({ uri: 'otpauth://totp/KeyBuzz', secret: 'GEZDGNBV' }),
      confirm: () => Promise.resolve(),
      forget: () => Promise.resolve(),
    },
    audit: {
      entries: () => Promise.resolve({ entries: [], more: 0, isCut: false }),
      lines: () => Promise.resolve({ lines: [], isCut: false }),
      verify: unused,
    },
    frozen: () => Promise.resolve(undefined),
    freeze: (person, reason) => Promise.resolve({ person, reason, at: '2026-01-01T00:00:00.000Z' }),
    unfreeze: () => Promise.reject(notFrozen()),
    run: (runId) => new Promise((resolve) => resolve(stateOf(runId))),
    events: (runId) => Promise.resolve(logs.get(runId) ?? []),
    brokenLink: () => Promise.resolve(undefined),
    runs: ({ limit }) => Promise.resolve([...logs.keys()].map(stateOf).reverse().slice(0, limit)),
    output: (runId, step, host) => Promise.resolve(`${runId} ${step} ${host}`),
    locks: () => Promise.resolve([...held.values()]),
    lock(lock, { person, reason }) {
      const since = '2026-01-01T00:00:00.000Z';
      const info: LockInfo = {
        lock,
        run: '',
        ownerId: person.id,
        owner: person.name,
        reason,
        since,
        fence: 1,
        queue: [],
      };
      held.set(lock, info);
      return Promise.resolve(info);
    },
    unlock(lock) {
      held.delete(lock);
      return Promise.resolve();
    },
    watch: unused,
    recordInteraction: unused,
    claim: unused,
    spend: unused,
    consumeInteractions: unused,
    consumeReports: unused,
    posts: { load: unused, save: unused, claim: unused },
    alerts: fakeAlerts(),
    digests: {
      proofs: () => Promise.resolve([]),
      before: () => Promise.resolve(undefined),
      ...{ keep: unused, consume: unused, posts: { load: unused, save: unused, claim: unused } },
    },
    nowMs: Date.now,
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
