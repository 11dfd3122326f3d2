import { describe, expect, it } from '@jest/globals';
import type { EventBody } from '../../src/jobs/events.ts';
import { CHANGE, deploy, HOSTS, Rehearsal, START_MS } from '../helpers/rehearsal.ts';
import { ADA, ANDRE, changeStep, OLGA, planOf, requested } from '../helpers/runs.ts';

describe('clearance', () => {
  it('takes a preview before anything else', () => {
    expect(deploy().next()).toEqual({ do: 'preview', locked: false });
  });

  it('asks for approval with the preview, then locks, then previews again under the locks', () => {
    const run = deploy();
    run.preview();
    expect(run.settle()).toEqual({ do: 'wait', untilMs: START_MS + 3600_000 });
    expect(run.state.status).toBe('waiting-approval');
    run.approve();
    expect(run.settle()).toEqual({ do: 'take-locks' });
    run.lock();
    expect(run.settle()).toEqual({ do: 'preview', locked: true });
    run.preview();
    expect(run.settle()).toEqual({ do: 'work', step: 'servers', hosts: ['redis-01'], gate: false });
  });

  it('voids the approval and asks anew when the preview under the locks shows something that was not approved', () => {
    const run = deploy();
    run.preview();
    run.settle();
    run.approve();
    run.settle();
    run.lock();
    run.preview([CHANGE, { ...CHANGE, target: '/etc/surprise' }]);
    expect(run.settle()).toEqual({ do: 'release-locks' });
    expect(run.state.approval?.reason).toContain('/etc/surprise');
    run.append({ type: 'locks.released' });
    expect(run.settle()).toMatchObject({ do: 'wait' });
    expect(run.state.approval?.changes).toHaveLength(2);
    run.approve();
    expect(run.settle()).toEqual({ do: 'take-locks' });
    run.lock();
    expect(run.settle()).toEqual({ do: 'preview', locked: true });
  });

  it('lets a predicted change become whatever it turns out to be', () => {
    const run = deploy();
    run.preview([{ ...CHANGE, detail: 'predicted' }]);
    run.settle();
    run.approve();
    run.settle();
    run.lock();
    run.preview([{ ...CHANGE, detail: 'sha256:2' }]);
    expect(run.settle()).toMatchObject({ do: 'work' });
  });

  it("never counts the requester's approval, nor one person's twice", () => {
    const run = new Rehearsal(requested(planOf([changeStep('servers', HOSTS)]), { approvals: 2 }));
    run.preview();
    run.settle();
    run.approve(OLGA);
    run.approve(ANDRE);
    run.approve(ANDRE);
    expect(run.settle()).toMatchObject({ do: 'wait' });
    run.approve(ADA);
    expect(run.settle()).toEqual({ do: 'take-locks' });
  });

  it('ends as expired when nobody decides in time', () => {
    const run = deploy();
    run.preview();
    run.settle();
    run.nowMs += 3600_000;
    run.settle();
    expect(run.state.ending).toMatchObject({ ending: 'expired', fix: 'Ask again: deploy redis' });
  });

  it('ends as denied with the reason', () => {
    const run = deploy();
    run.preview();
    run.settle();
    const approval = run.state.approval?.id ?? '';
    run.append({ type: 'approval.denied', approval, person: ANDRE, reason: 'not on Friday', interaction: 'i' });
    run.settle();
    expect(run.state.ending).toMatchObject({ ending: 'denied', reason: 'Denied by André: not on Friday' });
  });

  it('asks nobody and takes no lock when nothing would change', () => {
    const run = deploy();
    run.preview([]);
    expect(run.settle()).toEqual({ do: 'ask-checks', step: 'checks' });
    run.answerChecks('pass');
    run.settle();
    expect(run.state.ending).toMatchObject({ ending: 'ok', reason: 'Nothing to change.' });
  });

  it('is interrupted before its first CHANGE, holding nothing, when a host refuses or says nothing', () => {
    const run = deploy();
    run.preview([], [{ host: 'redis-02', step: 'servers', reason: 'port 6379 is held by nginx', fix: 'Stop nginx.' }]);
    expect(run.settle()).toMatchObject({ do: 'wait' });
    expect(run.state.status).toBe('interrupted');
    expect(run.state.interruption).toEqual({ reason: 'redis-02: port 6379 is held by nginx', fix: 'Stop nginx.' });
    expect(run.state.fences).toEqual([]);
  });

  it('ends after the preview when only that was asked', () => {
    const run = new Rehearsal({ ...requested(planOf([changeStep('servers', HOSTS)])), previewOnly: true } as EventBody);
    run.preview();
    run.settle();
    expect(run.state.ending?.ending).toBe('ok');
  });
});

describe('order of hosts', () => {
  it('goes one by one and stops at the first that fails', () => {
    const run = deploy('one-by-one');
    run.clear();
    run.start('servers', 'redis-01');
    expect(run.settle()).toMatchObject({ hosts: ['redis-01'] });
    run.finish('servers', 'redis-01', 'ok');
    expect(run.settle()).toMatchObject({ hosts: ['redis-02'] });
    run.start('servers', 'redis-02');
    run.finish('servers', 'redis-02', 'failed');
    expect(run.settle()).toMatchObject({ do: 'wait' });
    expect(run.state.status).toBe('interrupted');
    expect(run.state.interruption?.reason).toBe('Do servers: redis-02: failed on purpose');
    expect(run.state.fences).toHaveLength(1);
  });

  it('lets the first prove and then does the rest together', () => {
    const run = deploy('first-then-rest');
    expect(run.clear()).toMatchObject({ hosts: ['redis-01'] });
    run.start('servers', 'redis-01');
    run.finish('servers', 'redis-01', 'ok');
    expect(run.settle()).toMatchObject({ hosts: ['redis-02', 'redis-03'] });
  });

  it('waits for the hosts that are still running before it judges', () => {
    const run = deploy('together');
    expect(run.clear()).toMatchObject({ hosts: HOSTS });
    run.start('servers', 'redis-01');
    run.start('servers', 'redis-02');
    run.finish('servers', 'redis-01', 'failed');
    expect(run.settle()).toMatchObject({ do: 'work', hosts: ['redis-02'] });
  });

  it('asks the gate before each host but the first', () => {
    const run = new Rehearsal(
      requested(planOf([changeStep('servers', HOSTS, { order: 'one-by-one', gateSeconds: 60 })])),
    );
    expect(run.clear()).toEqual({ do: 'baseline', step: 'servers' });
    run.append({ type: 'step.baseline', step: 'servers', passing: ['one-master'] });
    expect(run.settle()).toMatchObject({ hosts: ['redis-01'], gate: false });
    run.start('servers', 'redis-01');
    run.finish('servers', 'redis-01', 'ok');
    expect(run.settle()).toMatchObject({ hosts: ['redis-02'], gate: true });
  });
});

describe('resume, cancel and abandon', () => {
  function broken(): Rehearsal {
    const run = deploy('one-by-one');
    run.clear();
    run.start('servers', 'redis-01');
    run.finish('servers', 'redis-01', 'ok');
    run.settle();
    run.start('servers', 'redis-02');
    run.finish('servers', 'redis-02', 'unknown');
    run.settle();
    return run;
  }

  it('resumes with the failed and the not-started hosts only, keeping the approval', () => {
    const run = broken();
    run.append({ type: 'resume.requested', person: OLGA, interaction: 'i' });
    expect(run.settle()).toEqual({ do: 'preview', locked: true });
    run.preview();
    expect(run.settle()).toMatchObject({ do: 'work', hosts: ['redis-02'] });
    run.start('servers', 'redis-02');
    run.finish('servers', 'redis-02', 'ok');
    expect(run.settle()).toMatchObject({ hosts: ['redis-03'] });
    expect(run.state.steps[0]?.hosts.map((host) => host.attempt)).toEqual([1, 2, 0]);
  });

  it('lets go of the locks when an interrupted run is abandoned', () => {
    const run = broken();
    run.append({ type: 'abandon.requested', person: OLGA, interaction: 'i' });
    expect(run.settle()).toEqual({ do: 'release-locks' });
    run.append({ type: 'locks.released' });
    run.settle();
    expect(run.state.ending?.ending).toBe('abandoned');
  });

  it('cancels between hosts, never in the middle of one, and says what was not done', () => {
    const run = deploy('one-by-one');
    run.clear();
    run.start('servers', 'redis-01');
    run.append({ type: 'cancel.requested', person: OLGA, interaction: 'i' });
    expect(run.settle()).toMatchObject({ do: 'work', hosts: ['redis-01'] });
    run.finish('servers', 'redis-01', 'ok');
    expect(run.settle()).toEqual({ do: 'release-locks' });
    run.append({ type: 'locks.released' });
    run.settle();
    expect(run.state.ending).toMatchObject({ ending: 'cancelled' });
    expect(run.state.ending?.reason).toContain('Do servers');
  });

  it('leaves no place in a queue behind when it is cancelled while it waits for a lock', () => {
    const run = deploy();
    run.preview();
    run.settle();
    run.approve();
    run.settle();
    run.append({ type: 'locks.waiting', lock: 'redis', holder: 'run a of Ada', since: '' });
    run.append({ type: 'cancel.requested', person: OLGA, interaction: 'i' });
    expect(run.settle()).toEqual({ do: 'release-locks' });
    run.append({ type: 'locks.released' });
    run.settle();
    expect(run.state.ending?.ending).toBe('cancelled');
  });

  it('asks anew when an approval was not used before it expired', () => {
    const run = deploy();
    run.preview();
    run.settle();
    run.approve();
    run.nowMs += 3600_000;
    expect(run.settle()).toMatchObject({ do: 'wait' });
    expect(run.state.approval).toMatchObject({ decision: 'pending', given: [] });
  });

  it('can be abandoned when it was interrupted while a host was still running', () => {
    const run = deploy('one-by-one');
    run.clear();
    run.start('servers', 'redis-01');
    run.append({ type: 'run.interrupted', reason: 'a defect', fix: '' });
    run.append({ type: 'abandon.requested', person: OLGA, interaction: 'i' });
    expect(run.settle()).toEqual({ do: 'release-locks' });
  });

  it('must take its locks again after they were stolen', () => {
    const run = broken();
    run.append({ type: 'locks.released' });
    run.append({ type: 'resume.requested', person: OLGA, interaction: 'i' });
    expect(run.settle()).toEqual({ do: 'preview', locked: false });
    run.preview();
    expect(run.settle()).toEqual({ do: 'take-locks' });
  });
});
