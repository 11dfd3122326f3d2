import fc from 'fast-check';
import type { ApprovalState, HostState, LockInfo, Person, RunState, StepState } from '../../../src/jobs/index.ts';
import type { CheckResult, Stage, Step } from '../../../src/modules/contract.ts';

/** Text as hosts and people produce it: long, with markup, mentions, fences, control characters and emoji. */
export const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '<!channel> <!here> <@U0STRANGER> <https://evil|click>',
    '```\n<!everyone>\n```',
    '&'.repeat(4000),
    '<'.repeat(3000),
    'x'.repeat(5000),
    '🙂'.repeat(2000),
    'a\nb\r\nc\td\u0000\u001b[31m',
  ),
);

const name = fc.oneof({ weight: 4, arbitrary: fc.stringMatching(/^[a-z0-9-]{1,20}$/) }, { weight: 1, arbitrary: text });
const iso = fc.oneof(
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2099-01-01') }).map((date) => date.toISOString()),
  text,
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** One user whose mention is ours to make; whatever else a policy could hold is no user id and must not become one. */
const slack = fc.oneof(
  fc.constant('U0OPERATOR'),
  text.filter((each) => !/^[UW][A-Z0-9]+$/.test(each)),
);

export const person: fc.Arbitrary<Person> = fc.record(
  { id: name, name: text, slack },
  { requiredKeys: ['id', 'name'] },
);
const change = fc.record({ host: name, step: name, kind: name, target: text, detail: text });
const progress = fc.constantFrom('pending', 'running', 'ok', 'failed', 'unknown');
const impact = fc.constantFrom('none', 'safe', 'disruptive', 'destructive');
const trouble = fc.record({ host: name, step: name, reason: text, fix: text });

export const check: fc.Arbitrary<CheckResult> = fc.record({
  check: name,
  answer: fc.constantFrom('pass', 'warn', 'fail', 'unknown'),
  value: text,
  text,
});

const host: fc.Arbitrary<HostState> = fc.record({
  host: name,
  status: progress,
  attempt: fc.nat(3),
  work: fc.nat(3),
  startedAt: optional(iso),
  endedAt: optional(iso),
  progress: optional(fc.record({ done: fc.nat(9), total: fc.nat(9), text })),
  changes: fc.array(change, { maxLength: 4 }),
  note: optional(fc.dictionary(name, text)),
  checks: fc.array(check, { maxLength: 3 }),
  facts: fc.constant({}),
  tail: fc.array(text, { maxLength: 20 }),
  outputBytes: fc.nat(9999),
  exitCode: fc.option(fc.nat(255)),
  reason: text,
  fix: text,
});

export const step: fc.Arbitrary<StepState> = fc.record({
  id: fc.stringMatching(/^[a-z0-9-]{1,40}$/),
  title: text,
  impact,
  status: progress,
  startedAt: optional(iso),
  endedAt: optional(iso),
  hosts: fc.oneof(fc.array(host, { maxLength: 5 }), fc.array(host, { minLength: 30, maxLength: 52 })),
  baseline: fc.constant(undefined),
  checks: fc.array(check, { maxLength: 40 }),
  reason: text,
  fix: text,
});

const approval: fc.Arbitrary<ApprovalState> = fc.record({
  id: fc.stringMatching(/^[a-z]{5}-[a-z]{5}-\d{1,4}$/),
  previewHash: name,
  changes: fc.array(change, { maxLength: 60 }),
  needed: fc.nat(4),
  expiresAt: iso,
  decision: fc.constantFrom('pending', 'approved', 'denied', 'expired', 'voided'),
  given: fc.array(fc.record({ person, at: iso, via: name }), { maxLength: 8 }),
  deniedBy: optional(person),
  reason: text,
});

const checksStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('checks'),
  id: fc.constant('checks'),
  title: text,
  impact,
  must: fc.array(name, { maxLength: 3 }),
  deadlineSeconds: fc.constant(0),
});

const planStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('script'),
  id: fc.constant('install'),
  title: text,
  impact,
  mode: fc.constantFrom('read', 'change'),
  script: fc.constant('redis/deploy.sh'),
  scriptHash: fc.constant(''),
  order: fc.constant('together'),
  work: fc.constant([]),
  secrets: fc.constant([]),
  timeoutSeconds: fc.constant(1),
  gateSeconds: fc.constant(0),
  always: fc.boolean(),
});

/** A lock as it may be held, by whoever gave whatever reason. */
export const lock: fc.Arbitrary<LockInfo> = fc.record({
  lock: name,
  run: name,
  ownerId: name,
  owner: text,
  reason: text,
  since: iso,
  fence: fc.nat(),
  queue: fc.array(name, { maxLength: 40 }),
});

/** What a plan over several modules has more. */
const several = fc.record({
  verb: fc.constantFrom('deploy', 'validate'),
  stages: fc.array(
    fc.record({
      module: fc.oneof(fc.constantFrom('', 'inventory', 'base', 'postgresql', 'redis', 'rabbitmq'), name),
      title: text,
      requires: fc.array(fc.constantFrom('inventory', 'base', 'redis'), { maxLength: 3 }),
      demanded: fc.array(name, { maxLength: 12 }),
      locks: fc.array(name, { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});

/** The steps dealt out to the stages, in turn. */
function staged(state: RunState, more: { verb: string; stages: Omit<Stage, 'steps'>[] }): RunState {
  const { length } = more.stages;
  const stages = more.stages.map((stage, at) => {
    return { ...stage, steps: state.steps.filter((_, index) => index % length === at).map(({ id }) => id) };
  });
  return { ...state, plan: { ...state.plan, verb: more.verb, stages } };
}

const runOfOne: fc.Arbitrary<RunState> = fc.record({
  runId: fc.stringMatching(/^[a-z]{5}-[a-z]{5}$/),
  seq: fc.nat(100_000),
  head: fc.stringMatching(/^[0-9a-f]{64}$/),
  status: fc.constantFrom('previewing', 'waiting-approval', 'waiting-locks', 'running', 'interrupted', 'ended'),
  command: text,
  plan: fc.record({
    title: text,
    verb: name,
    module: name,
    steps: fc.array(fc.oneof({ weight: 3, arbitrary: planStep }, checksStep), { maxLength: 12 }),
    locks: fc.constant([]),
  }),
  planHash: fc.stringMatching(/^[0-9a-f]{64}$/),
  gate: fc.record({ approvals: fc.nat(3), impact, expiresAfterSeconds: fc.constant(3600) }),
  person,
  origin: fc.record({ via: fc.constantFrom('slack', 'terminal'), channel: fc.constantFrom('C0OPS', '') }),
  interaction: name,
  previewOnly: fc.boolean(),
  requestedAt: iso,
  updatedAt: iso,
  endedAt: optional(iso),
  attempt: fc.integer({ min: 1, max: 9 }),
  decided: fc.constant([]),
  preview: optional(
    fc.record({
      hash: fc.stringMatching(/^[0-9a-f]{64}$/),
      changes: fc.array(change, { maxLength: 60 }),
      diffs: fc.array(fc.record({ host: name, target: text, text }), { maxLength: 12 }),
      troubles: fc.array(trouble, { maxLength: 20 }),
      at: iso,
      attempt: fc.constant(1),
      locked: fc.boolean(),
    }),
  ),
  approval: optional(approval),
  fences: fc.constant([]),
  waitingFor: optional(fc.record({ lock: name, holder: text, since: iso })),
  steps: fc.array(step, { maxLength: 12 }),
  cancel: optional(fc.record({ person, at: iso })),
  abandon: fc.constant(undefined),
  interruption: optional(fc.record({ reason: text, fix: text })),
  ending: optional(
    fc.record({
      ending: fc.constantFrom('ok', 'failed', 'denied', 'expired', 'refused', 'cancelled', 'abandoned'),
      reason: text,
      fix: text,
    }),
  ),
});

/** Any state, also ones no log could lead to: a view must hold whatever it is given. */
export const runState: fc.Arbitrary<RunState> = fc
  .tuple(runOfOne, optional(several), optional(text))
  .map(([state, more, reason]) => {
    const { plan } = state;
    const overridden = reason === undefined ? state : { ...state, plan: { ...plan, override: { reason } } };
    return more === undefined ? overridden : staged(overridden, more);
  });
