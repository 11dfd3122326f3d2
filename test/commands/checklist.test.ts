import { describe, expect, it } from '@jest/globals';
import { english, inWords } from '../../src/language/index.ts';
import { blockingSentence, checklistOf, checklistSummary } from '../../src/commands/checklist.ts';
import { CHECKLIST } from '../../src/commands/checklist-lines.ts';
import { planOf } from '../../src/commands/plan.ts';
import { worstOfRun } from '../../src/commands/verdict.ts';
import type { RunState } from '../../src/jobs/index.ts';
import type { CheckResult, Module } from '../../src/modules/contract.ts';
import { Rehearsal } from '../helpers/rehearsal.ts';
import { requested } from '../helpers/runs.ts';
import { hashOf, inventory, redis as fake } from './fakes.ts';

const spec = (id: string) => ({ id, title: id, criterion: 'it is so', source: 'the tests' });
const moduleNamed = (name: string, number: number, checks: string[], requires: string[]): Module => {
  return { ...fake, name, number, requires, checks: checks.map(spec) };
};

const MODULES = [
  { ...moduleNamed('inventory', 1, ['reachable', 'private-route', 'peers', 'roles'], []), demanded: ['reachable'] },
  moduleNamed('base', 2, ['services', 'resolver', 'clock'], ['inventory']),
  moduleNamed('redis', 4, ['one-master', 'update-master'], ['base']),
  moduleNamed('rabbitmq', 5, ['members'], ['base']),
];

type Answers = Record<string, Partial<CheckResult>>;

/** A run of validate in which every check passes but those of `answers`, by `module/check`. */
function validated(answers: Answers = {}, evidence: CheckResult[] = []): RunState {
  const { plan } = planOf({ verb: 'validate' }, { inventory, modules: MODULES, hashOf });
  const run = new Rehearsal({
    ...requested(plan),
    gate: { approvals: 0, impact: 'none', expiresAfterSeconds: 60 },
  } as never);
  for (;;) {
    const next = run.settle();
    if (next.do !== 'ask-checks' && next.do !== 'gather-evidence') break;
    const { step } = next;
    const module = MODULES.find(({ name }) => step === `${name}-checks`);
    const results = module?.checks.map(({ id }): CheckResult => {
      const told = answers[`${module.name}/${id}`];
      return { check: id, answer: 'pass', value: '', text: `${id} is well`, ...told };
    });
    run.append({ type: 'checks.answered', step, results: results ?? evidence, hosts: [] });
    run.append({ type: 'step.finished', step, outcome: 'ok', reason: '', fix: '' });
  }
  return run.state;
}

const lineOf = (state: RunState, section: string, title: string) =>
  checklistOf(state)?.lines.find((line) => line.section === section && line.title === title);

const moved = (module: string, answer: CheckResult['answer']): CheckResult => {
  return {
    check: `moved-${module}`,
    answer,
    value: '2026-11-02',
    text: `drill, run lusab-babad, outage 2.31s, 12 days ago`,
  };
};

describe('the checklist', () => {
  it('is that of the platform, line for line', () => {
    expect(
      CHECKLIST.map(({ section, title }) => `${english.checklist.sections[section]}: ${inWords(title, english)}`),
    ).toEqual([
      'Base: Base system on all servers',
      'Base: Network 10.0.0.0/16: every module host reaches its peers',
      'Base: Internal DNS',
      'Base: Credentials, 0700 and 0600',
      'Stateful: PostgreSQL',
      'Stateful: Redis',
      'Stateful: redis-update-master',
      'Stateful: RabbitMQ',
      'Stateful: MinIO',
      'Stateful: MariaDB and ProxySQL',
      'Stateless: K3s',
      'Stateless: Ingress',
      'Load balancers: 10.0.0.10',
      'Load balancers: 10.0.0.20',
      'Load balancers: 10.0.0.5 and 10.0.0.6',
      'Failovers tested: PostgreSQL',
      'Failovers tested: Redis',
      'Failovers tested: RabbitMQ',
      'Failovers tested: K3s master',
    ]);
  });

  it('says of what the bot does not have yet that it does not, and counts it as not passed', () => {
    const state = validated();
    expect(lineOf(state, 'Stateful', 'MinIO')).toEqual({
      ...{ section: 'Stateful', title: 'MinIO', answer: 'unknown', evidence: 'minio: not part of this bot yet' },
    });
    expect(lineOf(state, 'Failovers tested', 'K3s master')?.evidence).toBe('k3s: not part of this bot yet');
    expect([checklistOf(state)?.isComplete, worstOfRun(state)]).toEqual([false, 'unknown']);
  });

  it('shows for each line what was found, and when it was asked', () => {
    const state = validated({ 'base/clock': { answer: 'warn', text: '40 ms off' } });
    expect(lineOf(state, 'Base', 'Base system on all servers')).toMatchObject({
      answer: 'warn',
      evidence: 'base: 2 of 3 checks pass; clock warn: 40 ms off',
      at: expect.stringMatching(/^2026-01-01T/) as unknown,
    });
    expect(lineOf(state, 'Base', 'Internal DNS')?.evidence).toBe('resolver: resolver is well');
  });

  it('is the gravest of all that a line rests on', () => {
    const state = validated({ 'inventory/peers': { answer: 'fail', text: 'redis-01 does not reach redis-02' } });
    const line = lineOf(state, 'Base', 'Network 10.0.0.0/16: every module host reaches its peers');
    expect(line).toMatchObject({ answer: 'fail' });
    expect(line?.evidence).toContain('peers fail: redis-01 does not reach redis-02');
    expect(lineOf(state, 'Stateful', 'MariaDB and ProxySQL')?.answer).toBe('unknown');
  });

  it('tells of each failover the day, the run and the outage; a line nobody proved is not passed', () => {
    const state = validated({}, [moved('redis', 'warn'), moved('rabbitmq', 'fail')]);
    expect(lineOf(state, 'Failovers tested', 'Redis')).toMatchObject({
      answer: 'warn',
      evidence: '2026-11-02: drill, run lusab-babad, outage 2.31s, 12 days ago',
    });
    const rest = checklistOf(validated({}, []))?.lines.filter(({ section }) => section === 'Failovers tested');
    expect(rest?.map(({ answer }) => answer)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  });

  it('names what a module that is not valid blocks, directly or by way of others', () => {
    const state = validated({
      'inventory/reachable': { answer: 'unknown' },
      'inventory/roles': { answer: 'fail' },
      'redis/one-master': { answer: 'fail' },
    });
    const blocking = checklistOf(state)?.blocking ?? [];
    expect(blocking).toEqual([
      { module: 'inventory', checks: ['reachable'], blocks: ['base', 'redis', 'rabbitmq'] },
      { module: 'redis', checks: ['one-master'], blocks: [] },
    ]);
    expect(blocking.map((one) => blockingSentence(one))).toEqual([
      'inventory is not valid (reachable): it blocks the deployment of base, redis, rabbitmq. See: status inventory',
      'redis is not valid (one-master): nothing is built on it. See: status redis',
    ]);
  });

  it('is never rounded up to 100 %', () => {
    const checklist = { lines: [], passing: 199, isComplete: false, blocking: [] };
    const lines = Array.from(
      { length: 200 },
      () => ({ section: '', title: '', answer: 'pass', evidence: '' }) as const,
    );
    expect(checklistSummary({ ...checklist, lines: [...lines] })).toBe('199 of 200 lines pass (99 %)');
  });

  it('is there from the first answer on, and only for validate', () => {
    const { plan } = planOf({ verb: 'validate' }, { inventory, modules: MODULES, hashOf });
    const begun = new Rehearsal(requested(plan)).state;
    expect(lineOf(begun, 'Stateful', 'Redis')).toMatchObject({ answer: 'unknown', evidence: 'redis: not asked yet' });
    expect(checklistOf({ ...begun, plan: { ...plan, verb: 'status' } })).toBeUndefined();
  });
});
