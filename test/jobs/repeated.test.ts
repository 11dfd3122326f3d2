import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hashOf } from '../../src/canonical.ts';
import type { Engine } from '../../src/jobs/engine.ts';
import type { EventBody } from '../../src/jobs/events.ts';
import { openLog } from '../../src/jobs/log.ts';
import type { Base } from '../../src/jobs/open-engine.ts';
import { opened } from '../helpers/engines.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { ADA, ANDRE, changeStep, OLGA, planOf } from '../helpers/runs.ts';

const OVERTAKEN = { code: 'KEYBUZZ_OVERTAKEN' };

describe('an interaction that comes again after others decided something newer', () => {
  let server: PrivateRedis;
  let base: Base;
  let engine: Engine;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    [base, engine] = opened(server);
  });
  afterEach(async () => {
    await Promise.all([engine.close(), base.close()]);
  });

  const told = (runId: string, body: EventBody) => openLog(base.store, runId).append(() => body);

  /** Asks for an approval as a worker does, with this id. */
  async function prompt(runId: string, approval: string): Promise<void> {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await told(runId, { type: 'approval.requested', approval, previewHash: approval, expiresAt });
  }

  async function prompted(approvals: number): Promise<string> {
    const plan = planOf([changeStep('servers', ['redis-01'])]);
    const { state } = await engine.startRun({
      ...{ command: 'deploy redis', plan, planHash: hashOf(plan), person: OLGA, interaction: 'asked' },
      gate: { approvals, impact: 'disruptive', expiresAfterSeconds: 3600 },
      origin: { via: 'slack', channel: 'C1' },
      previewOnly: false,
    });
    await prompt(state.runId, 'p1');
    return state.runId;
  }

  /** The second preview differs: what was approved is void, and a newer approval is asked for. */
  async function outdated(runId: string): Promise<void> {
    await told(runId, { type: 'approval.voided', approval: 'p1', reason: 'another preview' });
    await prompt(runId, 'p2');
  }

  const typed = (runId: string, person: typeof ANDRE, interaction: string) => ({
    ...{ runId, person, via: 'slack', interaction },
  });

  it('approves no preview that nobody saw', async () => {
    const runId = await prompted(1);
    await engine.approve(typed(runId, ANDRE, 'i1'));
    await outdated(runId);
    const { approval } = await engine.approve(typed(runId, ANDRE, 'i1'));
    expect(approval).toMatchObject({ id: 'p2', decision: 'pending', given: [] });
    expect((await engine.approve(typed(runId, ANDRE, 'i2'))).approval?.decision).toBe('approved');
  });

  it('approves none of several that were given for an earlier preview', async () => {
    const runId = await prompted(2);
    await engine.approve(typed(runId, ANDRE, 'i1'));
    await engine.approve(typed(runId, ADA, 'i2'));
    await outdated(runId);
    await engine.approve(typed(runId, ANDRE, 'i1'));
    await engine.approve(typed(runId, ADA, 'i2'));
    expect((await engine.run(runId)).approval).toMatchObject({ id: 'p2', decision: 'pending', given: [] });
  });

  it('decides nothing by a word that was refused before there was anything to decide', async () => {
    const runId = await prompted(1);
    await told(runId, { type: 'approval.voided', approval: 'p1', reason: 'another preview' });
    const refused = { code: 'KEYBUZZ_APPROVAL_VOIDED' };
    await expect(engine.approve(typed(runId, ANDRE, 'i1'))).rejects.toMatchObject(refused);
    await expect(engine.deny({ ...typed(runId, ADA, 'i2'), reason: '' })).rejects.toMatchObject(refused);
    await prompt(runId, 'p2');
    await expect(engine.approve(typed(runId, ANDRE, 'i1'))).rejects.toMatchObject(OVERTAKEN);
    await expect(engine.deny({ ...typed(runId, ADA, 'i2'), reason: '' })).rejects.toMatchObject(OVERTAKEN);
    expect((await engine.run(runId)).approval).toMatchObject({ id: 'p2', decision: 'pending', given: [] });
  });

  it('denies nothing that came after its denial', async () => {
    const runId = await prompted(1);
    await told(runId, { type: 'approval.denied', approval: 'p1', person: ANDRE, reason: 'no', interaction: 'i1' });
    await prompt(runId, 'p2');
    const { approval } = await engine.deny({ ...typed(runId, ANDRE, 'i1'), reason: 'no' });
    expect(approval).toMatchObject({ id: 'p2', decision: 'pending' });
  });

  it('cancels no later attempt, and resumes no later one', async () => {
    const runId = await prompted(1);
    await engine.cancel(typed(runId, OLGA, 'i1'));
    await told(runId, { type: 'run.interrupted', reason: 'cancelled', fix: '' });
    const { attempt } = await engine.resume(typed(runId, OLGA, 'i2'));
    expect(attempt).toBe(2);
    expect((await engine.cancel(typed(runId, OLGA, 'i1'))).cancel).toBeUndefined();
    await told(runId, { type: 'run.interrupted', reason: 'a host is down', fix: '' });
    expect((await engine.resume(typed(runId, OLGA, 'i2'))).status).toBe('interrupted');
  });
});
