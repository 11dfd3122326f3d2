import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Change } from '../../src/jobs/events.ts';
import { Rehearsal } from '../helpers/rehearsal.ts';
import { ANDRE, OLGA, requested } from '../helpers/runs.ts';
import { PLAN } from '../helpers/staged.ts';

const change = (step: string, host: string, target = '/etc/x'): Change => {
  return { host, step, kind: 'file', target, detail: 'sha256:1' };
};
const BASE = [change('base-hosts', 'db-01'), change('base-hosts', 'redis-01')];
const PG = change('pg-servers', 'db-01');
const REDIS = change('redis-servers', 'redis-01');

describe('a run over several modules', () => {
  let run: Rehearsal;

  beforeEach(() => {
    run = new Rehearsal(requested(PLAN));
  });

  /** Up to the prompt. */
  function prompt(changes: Change[] = [...BASE, PG, REDIS]): void {
    expect(run.settle()).toEqual({ do: 'ask-checks', step: 'inventory-checks' });
    run.answerChecks('pass');
    expect(run.settle()).toEqual({ do: 'preview', locked: false });
    run.preview(changes);
  }

  /** Takes the locks of the module whose turn it is, and previews it again. */
  function begin(module: string, locks: string[], changes: Change[]): void {
    expect(run.settle()).toEqual({ do: 'take-locks' });
    run.lock();
    expect(run.state.fences.map(({ lock }) => lock)).toEqual(locks);
    expect(run.settle()).toEqual({ do: 'preview', locked: true, stage: module });
    run.preview(changes);
  }

  function work(step: string, hosts: string[], outcome: 'ok' | 'failed' = 'ok'): void {
    expect(run.settle()).toMatchObject({ do: 'work', step, hosts });
    for (const host of hosts) run.start(step, host);
    for (const host of hosts) run.finish(step, host, outcome);
  }

  function pass(step: string): void {
    expect(run.settle()).toEqual({ do: 'ask-checks', step });
    run.answerChecks('pass');
  }

  function release(): void {
    expect(run.settle()).toEqual({ do: 'release-locks' });
    run.append({ type: 'locks.released' });
  }

  /** Through the base's turn. */
  function deployBase(): void {
    prompt();
    run.settle();
    run.approve();
    begin('base', ['base', 'pg', 'redis'], [...BASE, PG, REDIS]);
    work('base-hosts', ['redis-01', 'db-01']);
    pass('base-checks');
    release();
  }

  it('asks once for all modules, and then takes each in turn with its own locks', () => {
    deployBase();
    pass('pg-requires-base');
    begin('pg', ['haproxy', 'pg'], [PG, REDIS]);
    work('pg-servers', ['db-01']);
    release();
    pass('redis-requires-base');
    begin('redis', ['haproxy', 'redis'], [REDIS]);
    work('redis-servers', ['redis-01']);
    pass('redis-checks');
    release();
    run.settle();
    expect(run.state.ending).toEqual({ ending: 'ok', reason: '', fix: '' });
    expect(run.events.filter(({ body }) => body.type === 'approval.requested')).toHaveLength(1);
    expect(run.state.approval?.changes).toEqual([...BASE, PG, REDIS]);
  });

  it('asks anew when a module would change what was not approved, and says whose it is and what', () => {
    deployBase();
    pass('pg-requires-base');
    const extra = change('pg-servers', 'db-01', '/etc/surprise');
    begin('pg', ['haproxy', 'pg'], [PG, extra, REDIS]);
    release();
    expect(run.state.approval?.reason).toContain('of pg: file /etc/surprise on db-01');
    expect(run.settle()).toMatchObject({ do: 'wait' });
    expect([run.state.status, run.state.approval?.changes]).toEqual(['waiting-approval', [PG, extra, REDIS]]);
    run.approve();
    begin('pg', ['haproxy', 'pg'], [PG, extra, REDIS]);
    work('pg-servers', ['db-01']);
  });

  it('goes on with the module that failed, and does none again that is done', () => {
    deployBase();
    pass('pg-requires-base');
    begin('pg', ['haproxy', 'pg'], [PG, REDIS]);
    work('pg-servers', ['db-01'], 'failed');
    run.settle();
    expect([run.state.status, run.state.fences.map(({ lock }) => lock)]).toEqual(['interrupted', ['haproxy', 'pg']]);
    run.append({ type: 'resume.requested', person: OLGA, interaction: 'i' });
    expect(run.settle()).toEqual({ do: 'preview', locked: true });
    run.preview([PG, REDIS]);
    work('pg-servers', ['db-01']);
    release();
    pass('redis-requires-base');
    begin('redis', ['haproxy', 'redis'], [REDIS]);
    work('redis-servers', ['redis-01']);
    pass('redis-checks');
    release();
    run.settle();
    expect(run.state.ending?.ending).toBe('ok');
    expect(run.state.steps.flatMap(({ hosts }) => hosts.map(({ attempt }) => attempt))).toEqual([1, 1, 2, 2]);
    expect(run.events.filter(({ body }) => body.type === 'approval.requested')).toHaveLength(1);
  });

  it('stops without locks when a module in the middle can not be previewed, since nothing of it is half done', () => {
    deployBase();
    pass('pg-requires-base');
    run.settle();
    run.lock();
    run.settle();
    run.preview([PG, REDIS], [{ host: 'db-01', step: 'pg-servers', reason: 'port 5432 is held', fix: 'free it' }]);
    release();
    run.settle();
    expect([run.state.status, run.state.interruption?.reason]).toEqual(['interrupted', 'db-01: port 5432 is held']);
  });

  it('refuses before anything was shown when what it requires is not valid', () => {
    run.settle();
    run.answerChecks('fail');
    run.settle();
    expect(run.state.ending?.ending).toBe('refused');
    expect(run.state.preview).toBeUndefined();
  });

  it('stops without locks when a module in the middle lacks what it requires, and asks again when resumed', () => {
    deployBase();
    run.settle();
    run.answerChecks('fail');
    run.settle();
    expect([run.state.status, run.state.fences]).toEqual(['interrupted', []]);
    run.append({ type: 'resume.requested', person: OLGA, interaction: 'i' });
    pass('pg-requires-base');
    expect(run.settle()).toEqual({ do: 'preview', locked: false });
    run.preview([PG, REDIS]);
    begin('pg', ['haproxy', 'pg'], [PG, REDIS]);
  });

  it('passes a module that nothing is to change of, without its locks, and a resume does not come back to it', () => {
    prompt([REDIS]);
    pass('base-checks');
    pass('pg-requires-base');
    pass('redis-requires-base');
    run.settle();
    run.approve();
    begin('redis', ['haproxy', 'redis'], [REDIS]);
    work('redis-servers', ['redis-01'], 'failed');
    run.settle();
    run.append({ type: 'resume.requested', person: OLGA, interaction: 'i' });
    expect(run.settle()).toEqual({ do: 'preview', locked: true });
    run.preview([REDIS]);
    work('redis-servers', ['redis-01']);
    pass('redis-checks');
  });

  it('looks again at a module that had nothing to change, once one before it changed something', () => {
    prompt(BASE);
    run.settle();
    run.approve();
    begin('base', ['base', 'pg', 'redis'], BASE);
    work('base-hosts', ['redis-01', 'db-01']);
    pass('base-checks');
    release();
    pass('pg-requires-base');
    expect(run.settle()).toEqual({ do: 'preview', locked: false, stage: 'pg' });
    run.preview([PG]);
    expect(run.settle()).toMatchObject({ do: 'wait' });
    expect(run.state.approval?.changes).toEqual([PG]);
    run.approve(ANDRE);
    begin('pg', ['haproxy', 'pg'], [PG]);
  });

  it('changes nothing, locks nothing and asks nobody when all is as it should be', () => {
    prompt([]);
    pass('base-checks');
    pass('pg-requires-base');
    pass('redis-requires-base');
    pass('redis-checks');
    run.settle();
    expect(run.state.ending).toEqual({ ending: 'ok', reason: 'Nothing to change.', fix: '' });
    const types = run.events.map(({ body }) => body.type);
    expect(types).not.toContain('approval.requested');
    expect(types).not.toContain('locks.taken');
  });

  it('is cancelled between modules', () => {
    deployBase();
    run.append({ type: 'cancel.requested', person: OLGA, interaction: 'i' });
    run.settle();
    expect(run.state.ending?.ending).toBe('cancelled');
    expect(run.state.ending?.reason).toContain('Do pg-servers');
    expect(run.state.ending?.reason).not.toContain('Do base-hosts');
  });

  it('shows in a mere preview what all would change, and what would keep it from beginning', () => {
    run = new Rehearsal({ ...requested(PLAN), previewOnly: true } as Parameters<Rehearsal['append']>[0]);
    run.settle();
    run.answerChecks('fail');
    expect(run.settle()).toEqual({ do: 'preview', locked: false });
    run.preview([...BASE, PG, REDIS]);
    run.settle();
    expect(run.state.ending).toMatchObject({ ending: 'ok' });
    expect(run.state.ending?.reason).toContain('It would be refused now. Ask inventory-checks');
  });
});
