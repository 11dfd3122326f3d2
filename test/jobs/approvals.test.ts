import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hashOf } from '../../src/canonical.ts';
import { approvalEvent, denialEvent } from '../../src/jobs/decisions.ts';
import type { Engine } from '../../src/jobs/engine.ts';
import { openLog } from '../../src/jobs/log.ts';
import { openBase, openEngine, type Base, type EngineOptions } from '../../src/jobs/open-engine.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { deploy } from '../helpers/rehearsal.ts';
import { ADA, ANDRE, changeStep, OLGA, planOf } from '../helpers/runs.ts';

describe('two approvals that both saw the prompt open before either was written', () => {
  let server: PrivateRedis;
  let base: Base;
  let engines: [Engine, Engine];

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await server.stop();
  });
  beforeEach(() => {
    const { port } = server;
    const shared = { db: 0, tls: false, username: undefined, password: undefined };
    const endpoint = { kind: 'single' as const, host: '127.0.0.1', port, ...shared };
    const options: EngineOptions = { endpoint, prefix: freshPrefix(), sweepMs: 200, warn: () => undefined };
    base = openBase(options);
    engines = [openEngine(options), openEngine(options)];
  });
  afterEach(async () => {
    await Promise.all([...engines, base].map((one) => one.close()));
  });

  async function prompted(approvals: number): Promise<string> {
    const plan = planOf([changeStep('servers', ['redis-01'])]);
    const { state } = await engines[0].startRun({
      command: 'deploy redis',
      plan,
      planHash: hashOf(plan),
      gate: { approvals, impact: 'disruptive', expiresAfterSeconds: 3600 },
      person: OLGA,
      origin: { via: 'slack', channel: 'C1' },
      interaction: 'trigger-1',
      previewOnly: false,
    });
    await openLog(base.store, state.runId).append(() => {
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      return { type: 'approval.requested', approval: `${state.runId}-1`, previewHash: '', expiresAt };
    });
    return state.runId;
  }

  /** Appends that Redis has received and holds back. */
  async function held(): Promise<number> {
    const clients = String(await base.store.redis.client('LIST'));
    return clients.split('\n').filter((line) => / flags=\S*b/.test(line) && line.includes(' cmd=eval ')).length;
  }

  /** Lets both read, holds both writes in Redis until both have arrived, and lets go of them together. */
  async function together(runId: string) {
    const { redis } = base.store;
    await redis.client('PAUSE', 60_000, 'WRITE');
    const both = Promise.allSettled(
      [ANDRE, ADA].map((person, index) =>
        engines[index === 0 ? 0 : 1].approve({ runId, person, via: 'slack', interaction: `click-${person.id}` }),
      ),
    );
    const giveUpMs = Date.now() + 15_000;
    while ((await held()) < 2) expect(Date.now()).toBeLessThan(giveUpMs);
    await redis.client('UNPAUSE');
    return both;
  }

  const votesOf = async (runId: string) =>
    (await engines[0].events(runId)).filter(({ body }) => body.type === 'approval.given');

  it('decide once: one is written, and the other learns who was first', async () => {
    const runId = await prompted(1);
    const ended = await together(runId);
    const [vote, ...more] = await votesOf(runId);
    expect(more).toEqual([]);
    const first = vote?.body.type === 'approval.given' ? vote.body.person.name : '';
    const refused = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    const message = `Run ${runId} was already approved by ${first}.`;
    expect(refused).toMatchObject([{ code: 'KEYBUZZ_DECIDED_ALREADY', message }]);
  });

  it('are both counted where two are needed', async () => {
    const runId = await prompted(2);
    expect((await together(runId)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await votesOf(runId)).toHaveLength(2);
    expect((await engines[0].run(runId)).approval).toMatchObject({ decision: 'approved' });
  });
});

describe('a decision', () => {
  const waiting = () => {
    const run = deploy();
    run.preview();
    run.settle();
    return run;
  };
  const by = (person: typeof ANDRE) => ({ runId: 'lusab-babad', person, via: 'slack', interaction: 'i' });

  it('is taken up to the last millisecond and refused from the moment the approval expires', () => {
    const { state } = waiting();
    const expiresMs = Date.parse(state.approval?.expiresAt ?? '');
    const denied = { ...by(ANDRE), reason: 'no' };
    expect(approvalEvent(state, by(ANDRE), expiresMs - 1)).toMatchObject({ type: 'approval.given' });
    expect(denialEvent(state, denied, expiresMs - 1)).toMatchObject({ type: 'approval.denied' });
    const expired = expect.objectContaining({ code: 'KEYBUZZ_APPROVAL_EXPIRED' });
    expect(() => approvalEvent(state, by(ANDRE), expiresMs)).toThrow(expired);
    expect(() => denialEvent(state, denied, expiresMs)).toThrow(expired);
  });

  it('changes nothing any more once there is one, whoever wrote it into the log', () => {
    const decisions = [
      { type: 'approval.given', person: ANDRE, via: 'slack', interaction: 'a' },
      { type: 'approval.denied', person: ANDRE, reason: 'no', interaction: 'a' },
      { type: 'approval.expired' },
      { type: 'approval.voided', reason: 'the plan changed' },
    ] as const;
    for (const first of decisions) {
      const run = waiting();
      const approval = run.state.approval?.id ?? '';
      run.append({ ...first, approval });
      const { approval: decided, status } = run.state;
      expect(decided?.decision).not.toBe('pending');
      run.append({ type: 'approval.given', approval, person: ADA, via: 'slack', interaction: 'b' });
      run.append({ type: 'approval.denied', approval, person: ADA, reason: 'late', interaction: 'b' });
      expect(run.state).toMatchObject({ approval: decided, status });
    }
  });

  it('counts once for a Slack account, by whatever names the policy knew it', () => {
    const renamed = (person: typeof ANDRE) => ({ ...person, id: `slack:${person.slack ?? ''}` });
    const run = waiting();
    const approval = run.state.approval?.id ?? '';
    const own = { ...by(renamed(OLGA)) };
    expect(() => approvalEvent(run.state, own, 0)).toThrow(expect.objectContaining({ code: 'KEYBUZZ_SELF_APPROVAL' }));
    run.append({ type: 'approval.given', approval, person: renamed(OLGA), via: 'slack', interaction: 'a' });
    expect(run.state.approval?.given).toEqual([]);
    run.append({ type: 'approval.given', approval, person: ANDRE, via: 'slack', interaction: 'b' });
    expect(approvalEvent(run.state, by(renamed(ANDRE)), 0)).toBeUndefined();
    run.append({ type: 'approval.given', approval, person: renamed(ANDRE), via: 'slack', interaction: 'c' });
    expect(run.state.approval?.given).toHaveLength(1);
  });

  it('counts for the prompt it names alone', () => {
    const run = waiting();
    const { approval: open } = run.state;
    run.append({ type: 'approval.given', approval: 'lusab-babad-0', person: ANDRE, via: 'slack', interaction: 'a' });
    run.append({ type: 'approval.denied', approval: 'lusab-babad-0', person: ADA, reason: 'no', interaction: 'b' });
    expect(run.state.approval).toEqual(open);
  });
});
