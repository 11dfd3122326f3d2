import { describe, expect, it } from '@jest/globals';
import type { EventBody } from '../../src/jobs/events.ts';
import { ADA, ANDRE, logOf, requested } from '../helpers/runs.ts';
import type { Evidence } from './evidence.ts';
import { parseLedger, type LedgerLine } from './ledger.ts';
import { planOfChaos, ROLL_HOSTS, SPREAD_HOSTS } from './module.ts';
import { faultsOf } from './verdict.ts';

const RUN = 'lusab-babad';
const START_MS = Date.UTC(2026, 0, 1);
const WORK = [
  ...SPREAD_HOSTS.map((host) => ({ step: 'spread', host })),
  ...ROLL_HOSTS.map((host) => ({ step: 'roll', host })),
];

const started = ({ step, host }: { step: string; host: string }): EventBody => ({
  type: 'host.started',
  step,
  host,
  attempt: 1,
  work: 1,
});
const given = (person = ANDRE): EventBody => ({
  type: 'approval.given',
  approval: 'a',
  person,
  via: 'slack',
  interaction: person.id,
});
const ended = (ending: 'ok' | 'failed' = 'ok'): EventBody => ({ type: 'run.ended', ending, reason: '', fix: '' });
const asked: EventBody = { type: 'approval.requested', approval: 'a', previewHash: 'h', expiresAt: '' };
const GOOD = [
  requested(planOfChaos('t', 'chaos', { shape: 'rolling', pieces: { spread: 1, roll: 1, stop: 1 } })),
  asked,
  given(),
  ...WORK.map(started),
  ended(),
];

/** A second of work after the other on every host, all of it after the approval. */
const LEDGER: LedgerLine[] = WORK.flatMap(({ step, host }, index) =>
  (['begin', 'end'] as const).map((kind) => ({
    host,
    kind,
    unit: `${RUN}.${step}.1`,
    atMs: START_MS + 10_000 + index * 1_000 + (kind === 'end' ? 500 : 0),
    boot: 'b',
  })),
);

function evidence(change: Partial<Evidence> = {}, bodies: EventBody[] = GOOD): Evidence {
  const events = logOf(bodies, START_MS);
  const head = events.at(-1)?.hash.slice(0, 12) ?? '';
  const slack = { roots: [`finished ${head}`], notes: ['2', '3'], wantedNotes: ['2', '3'] };
  const state = { boots: new Map(SPREAD_HOSTS.map((host) => [host, 'b'])), troubled: [], stopped: [], locks: [] };
  const found = { brokenLink: undefined, ledger: LEDGER, approvers: ['UAPPROVER'], ...state, slack };
  return { runId: RUN, events, ...found, ...change };
}

const again = (unit: string): LedgerLine[] =>
  LEDGER.slice(0, 2).map((line) => ({ ...line, unit, atMs: line.atMs + 700 }));

describe('the verdict on a disturbed run', () => {
  it('is clean when everything happened once', () => {
    expect(faultsOf(evidence())).toEqual([]);
  });

  it('sees work that ran twice, under its own key or another attempt', () => {
    const twice = faultsOf(evidence({ ledger: [...LEDGER, ...again(`${RUN}.spread.1`)] }));
    expect(twice.join()).toContain('spread began 2 times on redis-01');
    const unknown = faultsOf(evidence({ ledger: [...LEDGER, ...again(`${RUN}.spread.2`)] }));
    expect(unknown.join()).toContain('the log does not know it');
  });

  it('sees a host without its work, and work that never ended', () => {
    expect(faultsOf(evidence({ ledger: LEDGER.slice(2) })).join()).toContain('spread began 0 times on redis-01');
    expect(faultsOf(evidence({ ledger: LEDGER.slice(0, -1) })).join()).toContain('roll ended 0 times on redis-03');
  });

  it('sees two hosts of the rolling step at the same time, and work before the approval', () => {
    const late = LEDGER.map((line) =>
      line.unit.includes('.roll.') && line.kind === 'end' ? { ...line, atMs: line.atMs + 1_000 } : line,
    );
    expect(faultsOf(evidence({ ledger: late })).join()).toContain('roll began on redis-02 while it ran on redis-01');
    const early = LEDGER.map((line) => ({ ...line, atMs: line.atMs - 9_000 }));
    expect(faultsOf(evidence({ ledger: early })).join()).toContain('older than the approval');
  });

  it('sees a run that is stuck or did not end well, and a log with a gap or with an event twice', () => {
    expect(faultsOf(evidence({}, GOOD.slice(0, -1))).join()).toContain('is stuck');
    expect(faultsOf(evidence({}, [...GOOD.slice(0, -1), ended('failed')])).join()).toContain('ended failed');
    expect(faultsOf(evidence({ brokenLink: 3 })).join()).toContain('breaks at event 3');
    const [first] = WORK;
    const twice = [...GOOD.slice(0, -1), ...(first === undefined ? [] : [started(first)]), ended()];
    expect(faultsOf(evidence({}, twice)).join()).toContain('attempt 1 twice');
  });

  it('sees an approval that was lost, counted twice, or not clicked', () => {
    const without = GOOD.filter(({ type }) => type !== 'approval.given');
    expect(faultsOf(evidence({}, without)).join()).toContain('approval was given 0 times');
    const both = GOOD.flatMap((body) => (body.type === 'approval.given' ? [body, given(ADA)] : [body]));
    expect(faultsOf(evidence({}, both)).join()).toContain('approval was given 2 times: UAPPROVER, UAPPROVER2');
    expect(faultsOf(evidence({ approvers: [] })).join()).toContain('UAPPROVER approved without a click');
  });

  it('sees a lock that is left, a second message, an old state and notes that lack or stand twice', () => {
    expect(faultsOf(evidence({ locks: ['lock chaos is held'] }))).toEqual(['after the end lock chaos is held']);
    const { slack } = evidence();
    const told = (change: Partial<Evidence['slack']>) => faultsOf(evidence({ slack: { ...slack, ...change } })).join();
    expect(told({ roots: [...slack.roots, ...slack.roots] })).toContain('2 messages');
    expect(told({ roots: ['running'] })).toContain('does not show the last state');
    expect(told({ notes: ['2'] })).toContain('lacks notes: 3');
    expect(told({ notes: ['2', '3', '3'] })).toContain('the note 3 twice');
    expect(told({ notes: ['2', '3', '9'] })).toContain('no event: 9');
  });

  it('refuses a ledger in which two lines mixed', () => {
    const line = `begin ${RUN}.spread.1 1795559072.698589 5b0c2b3e-9c1a-4f0e-8f6e-0123456789ab`;
    expect(parseLedger('redis-01', `${line}\n`)).toMatchObject([{ kind: 'begin', unit: `${RUN}.spread.1` }]);
    expect(() => parseLedger('redis-01', `begin ${line}\n`)).toThrow('The ledger of redis-01');
  });

  it('sees a service that does not run again, and an interruption that no host gave a reason for', () => {
    expect(faultsOf(evidence({ stopped: ['redis-01'] })).join()).toContain('on redis-01 does not run again');
    const asleep: EventBody = { type: 'run.interrupted', reason: 'nobody knows', fix: '' };
    const interrupted = [...GOOD.slice(0, -1), asleep, ended()];
    expect(faultsOf(evidence({}, interrupted)).join()).toContain(
      'interrupted though every host answered: nobody knows',
    );
    expect(faultsOf(evidence({ troubled: ['redis-01'] }, interrupted))).toEqual([]);
  });

  it('counts work again that a restart of its host cut short, after a Resume and not before', () => {
    const [first, ...others] = WORK;
    if (first === undefined) throw new Error('no work');
    const lost: EventBody = {
      ...{ type: 'host.finished', step: first.step, host: first.host, attempt: 1, outcome: 'unknown', exitCode: null },
      ...{ changes: [], checks: [], facts: {}, tail: [], outputBytes: 0, outputHash: '', reason: '', fix: '' },
    };
    const resumed: EventBody = { type: 'resume.requested', person: ANDRE, interaction: 'r' };
    const again: EventBody = { type: 'host.started', ...first, attempt: 2, work: 2 };
    const before = [...GOOD.slice(0, 3), started(first), lost];
    const after = [...others.map(started), ended()];
    // The first boot ended in the middle of the first work; the second attempt is written down in the second boot.
    const [begun, , ...rest] = LEDGER;
    if (begun === undefined) throw new Error('no ledger');
    const second = (['begin', 'end'] as const).map((kind, index) => {
      return { ...begun, kind, unit: `${RUN}.${first.step}.2`, boot: 'c', atMs: begun.atMs + 100 + index };
    });
    const boots = new Map([...SPREAD_HOSTS.map((host) => [host, 'b'] as const), [first.host, 'c'] as const]);
    const found = { ledger: [begun, ...second, ...rest], boots, troubled: [first.host] };
    expect(faultsOf(evidence(found, [...before, resumed, again, ...after]))).toEqual([]);
    // Had it ended before, a new attempt would only have learnt so: that counts once, too.
    const learnt: EventBody[] = [
      { ...again, work: 1 },
      { ...lost, attempt: 2, outcome: 'ok' },
    ];
    const late = { ...found, ledger: LEDGER };
    expect(faultsOf(evidence(late, [...before, resumed, ...learnt, ...after]))).toEqual([]);
    const early = faultsOf(evidence(found, [...before, again, ...after]));
    expect(early.join()).toContain('began attempt 2 after 0 resumes');
    const sameBoot = new Map(SPREAD_HOSTS.map((host) => [host, 'b']));
    const twice = faultsOf(evidence({ ...found, boots: sameBoot }, [...before, resumed, again, ...after]));
    expect(twice.join()).toContain('spread began 2 times on redis-01');
  });
});
