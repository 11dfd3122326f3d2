import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Directory } from '../../src/commands/directory.ts';
import type { ExecuteDeps, Identity } from '../../src/commands/index.ts';
import { hashPlan, planOf, type PlannedCommand } from '../../src/commands/plan.ts';
import { gateFor } from '../../src/commands/policy.ts';
import { parsePolicy, type Policy } from '../../src/commands/policy-schema.ts';
import { CommandError } from '../../src/errors.ts';
import { loadInventory } from '../../src/inventory.ts';
import {
  abandonEvent,
  approvalEvent,
  cancelEvent,
  denialEvent,
  heldBySomeoneElse,
  resumeEvent,
  reviewEvent,
} from '../../src/jobs/decisions.ts';
import { notFrozen } from '../../src/jobs/freeze.ts';
import type { Decision, Engine, LockInfo } from '../../src/jobs/engine.ts';
import type { EventBody, Person } from '../../src/jobs/events.ts';
import { reduce } from '../../src/jobs/reduce.ts';
import type { RunState } from '../../src/jobs/state.ts';
import { MODULES } from '../../src/modules/index.ts';
import { logOf } from '../helpers/runs.ts';
import { fakeEngine, hashOf } from './fakes.ts';

const ROOT = join(import.meta.dirname, '..', '..', 'inventory');
const HOME = 'T0KEYBUZZ';
const GROUP = 'S0OPERATORS';
const START = Date.UTC(2026, 0, 1);

export const inventory = loadInventory(join(ROOT, 'servers.tsv'));
const known = { modules: MODULES.map(({ name }) => name), hosts: inventory.hosts.map(({ name }) => name) };

/** The policy that ships; a Slack user group makes operators, too, so that members and guests of it are told apart. */
export const policy: Policy = parsePolicy(
  readFileSync(join(ROOT, 'policy.yaml'), 'utf8').replace(
    '  operator:\n',
    `  operator:\n    slackGroups: [${GROUP}]\n`,
  ),
  'policy.yaml',
  known,
);

/** Somebody at a door. */
export interface Visitor {
  name: string;
  identity: Identity;
  /** Whom the bot takes them for. */
  person: Person;
}

const slackVisitor = (name: string, userId: string, teamId = HOME): Visitor => {
  const id = Object.entries(policy.people).find(([, one]) => teamId === HOME && one.slack.includes(userId))?.[0];
  const person = { id: id ?? `slack:${userId}`, name: id ?? userId, slack: userId };
  return { name, identity: { via: 'slack', userId, teamId, homeTeam: HOME }, person };
};

/** Everybody that the policy names, and those whom it does not. */
export const VISITORS: readonly Visitor[] = [
  ...Object.entries(policy.people).flatMap(([id, { slack, logins }]): Visitor[] => [
    ...slack.map((userId) => slackVisitor(id, userId)),
    ...logins.map((login): Visitor => {
      const identity = { via: 'terminal' as const, login };
      return { name: `${id} (terminal)`, identity, person: { id, name: id, slack: slack[0] ?? '' } };
    }),
  ]),
  slackVisitor('group member', 'U0MEMBER1'),
  slackVisitor('guest in the group', 'U0GUEST01'),
  slackVisitor('stranger', 'U0STRANGE'),
  slackVisitor("olga's id, other workspace", 'U0OLGA0001', 'T0ELSEWHERE'),
  {
    name: 'root (terminal)',
    identity: { via: 'terminal', login: 'root' },
    person: { id: 'login:root', name: 'root' },
  },
];

const directory: Directory = {
  membership: (group, userId) =>
    Promise.resolve({ kind: group === GROUP && /MEMBER|GUEST/.test(userId) ? 'member' : 'stranger' }),
  members: () => Promise.resolve({ kind: 'members', userIds: new Set(['U0MEMBER1', 'U0GUEST01']) }),
  account: (userId) =>
    Promise.resolve(
      userId.includes('GUEST')
        ? { kind: 'refused', reason: `Slack says that ${userId} is a guest` }
        : { kind: 'person', name: 'Mia Member' },
    ),
};

/** Where a run stands that decisions are about. */
export interface Standing {
  command: PlannedCommand;
  /** Asked by the visitor themselves; else by Marc. */
  isOwn?: boolean;
  is: 'pending' | 'expired' | 'interrupted' | 'ended';
  /** It broke the glass. */
  isBroken?: boolean;
}

const MARC: Person = { id: 'marc', name: 'Marc Lefèvre', slack: 'U0MARC0001' };
export const RUN = 'lusab-babad';

const states = new Map<string, RunState>();

/** A run's state is asked for again and again, and planning it is what takes time. */
function stateFor(standing: Standing, visitor: Visitor): RunState {
  const key = JSON.stringify([standing, standing.isOwn === true ? visitor : '']);
  const state = states.get(key) ?? stateOf(standing, visitor);
  states.set(key, state);
  return state;
}

function stateOf({ command, is, isOwn, isBroken }: Standing, visitor: Visitor): RunState {
  const { plan } = planOf(command, { inventory, modules: MODULES, hashOf });
  const person = isOwn === true ? visitor.person : MARC;
  const gate = gateFor(policy, plan);
  const approval = { approval: `${RUN}-2`, previewHash: 'p', expiresAt: new Date(START + 3_600_000).toISOString() };
  const first = plan.steps[0]?.id ?? '';
  const change = { host: 'redis-01', step: first, kind: 'file', target: '/etc/x', detail: 'y' };
  const bodies: EventBody[] = [
    {
      ...{ type: 'run.requested', command: plan.title, plan, planHash: hashPlan(plan), gate, person },
      ...{ origin: { via: 'slack', channel: 'C0OPS' }, interaction: 'asked', previewOnly: false },
      ...(isBroken === true ? { breakGlass: { reason: 'it is night' } } : {}),
    },
    { type: 'preview.taken', attempt: 1, locked: false, hash: 'p', changes: [change], diffs: [], troubles: [] },
    { type: 'approval.requested', ...approval },
    ...(is === 'interrupted' ? [{ type: 'run.interrupted' as const, reason: 'a host is away', fix: '' }] : []),
    ...(is === 'ended' ? [{ type: 'run.ended' as const, ending: 'ok' as const, reason: '', fix: '' }] : []),
  ];
  const state = reduce(RUN, logOf(bodies, START));
  if (state === undefined) throw new Error('no state');
  return state;
}

/** What holds while somebody gives a command. */
export interface Circumstances {
  name: string;
  lock?: Pick<LockInfo, 'run' | 'ownerId' | 'owner'>;
  run?: Standing;
  /** Everything is frozen by hand, or a window of the policy is open. */
  still?: 'frozen' | 'window';
}

/** The policy in these circumstances. */
export function policyIn({ still }: Pick<Circumstances, 'still'>): Policy {
  const window = { name: 'Christmas', from: '2025-12-20T00:00', to: '2026-01-06T08:00' };
  return still === 'window' ? { ...policy, freeze: { zone: 'Europe/Paris', weekly: [], dated: [window] } } : policy;
}

const SINCE = new Date(START).toISOString();

/** Everything that a command is carried out with, for one visitor in these circumstances. */
export function worldOf(visitor: Visitor, { lock, run, still }: Circumstances): ExecuteDeps {
  const base = fakeEngine();
  const held: LockInfo[] =
    lock === undefined ? [] : [{ ...lock, lock: 'redis', reason: 'disk', since: SINCE, fence: 1, queue: [] }];
  const holder = (name: string, id: string) => {
    const found = held.find((one) => one.lock === name);
    if (found !== undefined && (found.run !== '' || found.ownerId !== id)) throw heldBySomeoneElse(found);
  };
  const freeze = still === 'frozen' ? { person: MARC, reason: 'the site is dark', at: SINCE } : undefined;
  const nowMs = START + (run?.is === 'expired' ? 7_200_000 : 60_000);
  const state = run === undefined ? undefined : stateFor(run, visitor);
  const known_ = (runId: string): RunState => {
    if (state?.runId === runId) return state;
    throw new CommandError(`There is no run ${runId}.`, { code: 'KEYBUZZ_RUN_UNKNOWN', fix: '' });
  };
  const deciding = (event: (state: RunState, decision: Decision & { reason: string }) => unknown) => {
    return (decision: Decision) =>
      new Promise<RunState>((resolve) => {
        event(known_(decision.runId), { reason: '', ...decision });
        resolve(known_(decision.runId));
      });
  };
  const engine: Engine = {
    ...base,
    nowMs: () => nowMs,
    frozen: () => Promise.resolve(freeze),
    unfreeze: () => (freeze === undefined ? Promise.reject(notFrozen()) : Promise.resolve()),
    review: deciding((at, decision) => reviewEvent(at, { note: '', ...decision })),
    run: (runId) => new Promise((resolve) => resolve(known_(runId))),
    runs: () => Promise.resolve(state === undefined ? [] : [state]),
    output: () => Promise.resolve(''),
    locks: () => Promise.resolve(held),
    lock: (name, why) =>
      new Promise((resolve) => {
        holder(name, why.person.id);
        resolve(base.lock(name, why));
      }),
    unlock: (name, person) =>
      new Promise((resolve) => {
        holder(name, person.id);
        resolve();
      }),
    approve: deciding((at, decision) => approvalEvent(at, decision, nowMs)),
    deny: deciding((at, decision) => denialEvent(at, decision, nowMs)),
    cancel: deciding(cancelEvent),
    resume: deciding(resumeEvent),
    abandon: deciding(abandonEvent),
  };
  const isSlack = visitor.identity.via === 'slack';
  return {
    engine,
    inventory,
    policy: () => policyIn(still === undefined ? {} : { still }),
    modules: MODULES,
    hashOf,
    ...(isSlack ? { directory } : {}),
  };
}
